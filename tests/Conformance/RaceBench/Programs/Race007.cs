using IrqSafety.Contracts;
using IrqSafety.Runtime;
using IrqSafety.Simulator;

namespace IrqSafety.Conformance.Tests.RaceBench;

/// <summary>An index that is itself shared.</summary>
public sealed class Race007 : RaceProgram
{
    private readonly Shared<int> _k = new(0);
    private readonly Shared<int>[] _array = Array(5, "arr");
    private FreeInput<int>? _i;

    public override int Interrupts => 1;

    public override void Declare(MachineBuilder b) => _i = b.Input("i", 2, 3);

    [RunsIn(Context.Task)]
    public override void Task()
    {
        _ = At(32);
        _array[_k.Read()].Write(1);
        _ = At(34);
        _ = _array[_k.Read()].Read();
        int i = _i!.Value;
        if (i == 2)
        {
            _ = At(38);
            _array[i].Write(2);
        }
        else
        {
            _ = At(40);
            _array[i].Write(9);
        }

        _ = At(42);
        _ = _array[2].Read();
    }

    [RunsIn(Context.HardIrq)]
    public override void Isr1()
    {
        _ = At(47);
        _array[2].Write(9);
        _ = At(49);
        _k.Add(1);
        _ = At(50);
        _array[_k.Read()].Write(9);
    }
}
