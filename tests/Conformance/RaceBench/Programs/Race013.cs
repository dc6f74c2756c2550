using IrqSafety.Contracts;
using IrqSafety.Runtime;

namespace IrqSafety.Conformance.Tests.RaceBench;

/// <summary>Interrupts that enable one another, and flags that decide what the last of them touches.</summary>
public sealed class Race013 : RaceProgram
{
    private readonly Shared<int> _v1 = new(0);
    private readonly Shared<int> _v2 = new(0);
    private readonly Shared<int> _f1 = new(0);
    private readonly Shared<int> _f2 = new(1);

    public override int Interrupts => 3;

    public override void Start()
    {
        base.Start();
        UnlatchedIrq.Disable(2);
        UnlatchedIrq.Disable(3);
    }

    [RunsIn(Context.Task)]
    public override void Task()
    {
        for (int i = 0; i < N; i++)
        {
            if (i == N - 1)
            {
                _ = At(39);
                _ = _v1.Read();
            }
        }

        _ = At(41);
        _ = _v1.Read();
        _ = At(43);
        _ = _v2.Read();
        _ = At(45);
        _ = _v2.Read();
    }

    [RunsIn(Context.HardIrq)]
    public override void Isr1() => UnlatchedIrq.Enable(2);

    [RunsIn(Context.HardIrq)]
    public override void Isr2()
    {
        _ = At(56);
        _f1.Write(1);
        _ = At(57);
        _f2.Write(0);
        UnlatchedIrq.Enable(3);
    }

    [RunsIn(Context.HardIrq)]
    public override void Isr3()
    {
        _ = At(65);
        if (_f1.Read() == 1)
        {
            _v1.Write(1);
        }

        _ = At(66);
        if (_f2.Read() == 1)
        {
            _v2.Write(1);
        }
    }
}
