using IrqSafety.Contracts;
using IrqSafety.Runtime;

namespace IrqSafety.Conformance.Tests.RaceBench;

/// <summary>Pointers: two to one local, and one that the interrupt points elsewhere.</summary>
public sealed class Race009 : RaceProgram
{
    private readonly Shared<Shared<int>?> _p = new(null);
    private readonly Shared<Shared<int>?> _q = new(null);
    private readonly Shared<Shared<int>?> _m = new(null);

    public override int Interrupts => 1;

    [RunsIn(Context.Task)]
    public override void Task()
    {
        var first = new Shared<int>(0, "L1");
        var second = new Shared<int>(0, "L2");
        _ = At(30);
        _p.Write(first);
        _ = At(31);
        _q.Write(first);
        _ = At(32);
        _p.Read()?.Write(2);
        _ = At(33);
        _q.Read()?.Write(3);
        _ = At(36);
        _m.Write(second);
        _ = At(37);
        _m.Read()?.Write(6);
        _ = At(38);
        _m.Read()?.Write(6);
    }

    [RunsIn(Context.HardIrq)]
    public override void Isr1()
    {
        var third = new Shared<int>(0, "L3");
        _ = At(44);
        _ = _p.Read()?.Read();
        _ = At(46);
        _m.Write(third);
        _ = At(47);
        _ = _m.Read()?.Read();
    }
}
