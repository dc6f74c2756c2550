using IrqSafety.Contracts;
using IrqSafety.Runtime;

namespace IrqSafety.Conformance.Tests.RaceBench;

/// <summary>One variable by name and by pointer.</summary>
public sealed class Race012 : RaceProgram
{
    private readonly Shared<int> _v = new(0);

    public override int Interrupts => 1;

    [RunsIn(Context.Task)]
    public override void Task()
    {
        Shared<int> p = _v;
        _ = At(27);
        _v.Write(1);
        _ = At(29);
        p.Write(2);
    }

    [RunsIn(Context.HardIrq)]
    public override void Isr1()
    {
        _ = At(34);
        _ = _v.Read();
    }
}
