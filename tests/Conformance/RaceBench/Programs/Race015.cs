using IrqSafety.Contracts;
using IrqSafety.Runtime;
using IrqSafety.Simulator;

namespace IrqSafety.Conformance.Tests.RaceBench;

/// <summary>Two reads in one condition, and a conditional expression of which one arm runs.</summary>
public sealed class Race015 : RaceProgram
{
    private readonly Shared<int> _v1 = new(0);
    private readonly Shared<int> _v2 = new(0);
    private FreeInput<int>? _x;
    private FreeInput<int>? _y;
    private FreeInput<int>? _p;

    public override int Interrupts => 1;

    public override void Declare(MachineBuilder b)
    {
        _x = b.Input("x", -1, 1);
        _y = b.Input("y", 0, 10);
        _p = b.Input("p", 0, 1);
    }

    [RunsIn(Context.Task)]
    public override void Task()
    {
        int local = 0;
        if (At(30) && _v1.Read() < _y!.Value && At(31) && _v1.Read() > _x!.Value)
        {
            local = 1;
        }

        _ = At(34);
        _ = _p!.Value == 1 ? _v2.Read() : _v2.Read() + local;
    }

    [RunsIn(Context.HardIrq)]
    public override void Isr1()
    {
        _ = At(39);
        _v1.Write(5);
        _ = At(40);
        _v2.Write(5);
    }
}
