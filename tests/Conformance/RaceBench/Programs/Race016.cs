using IrqSafety.Contracts;
using IrqSafety.Runtime;

namespace IrqSafety.Conformance.Tests.RaceBench;

/// <summary>Three reads in one expression, from left to right.</summary>
public sealed class Race016 : RaceProgram
{
    private readonly Shared<int> _v = new(0);

    public override int Interrupts => 1;

    [RunsIn(Context.Task)]
    public override void Task()
    {
        _ = At(24);
        _v.Write(1);
        _ = At(25);
        int first = _v.Read();
        _ = At(26);
        int second = _v.Read();
        _ = At(27);
        _ = first + second + _v.Read();
    }

    [RunsIn(Context.HardIrq)]
    public override void Isr1()
    {
        _ = At(33);
        _v.Write(9);
    }
}
