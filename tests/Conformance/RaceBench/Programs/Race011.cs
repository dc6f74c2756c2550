using IrqSafety.Contracts;
using IrqSafety.Runtime;

namespace IrqSafety.Conformance.Tests.RaceBench;

/// <summary>Pointers to global variables.</summary>
public sealed class Race011 : RaceProgram
{
    private readonly Shared<int> _v1 = new(0);
    private readonly Shared<int> _v2 = new(0);
    private readonly Shared<int> _v3 = new(0);
    private readonly Shared<Shared<int>?> _u = new(null);

    public override int Interrupts => 1;

    [RunsIn(Context.Task)]
    public override void Task()
    {
        Shared<int> p = _v1;
        Shared<int> q = _v1;
        _ = At(30);
        p.Write(1);
        _ = At(31);
        q.Write(2);
        _ = At(33);
        _u.Write(_v2);
        _ = At(34);
        _u.Read()?.Write(1);
        _ = At(35);
        _u.Write(_v3);
        _ = At(36);
        _u.Read()?.Write(2);
    }

    [RunsIn(Context.HardIrq)]
    public override void Isr1()
    {
        Shared<int> p = _v1;
        _ = At(42);
        _ = p.Read();
        _ = At(43);
        _ = _u.Read()?.Read();
    }
}
