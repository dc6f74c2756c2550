using IrqSafety.Contracts;
using IrqSafety.Runtime;

namespace IrqSafety.Conformance.Tests.RaceBench;

/// <summary>As 013, with interrupt 1 as the victim.</summary>
public sealed class Race014 : RaceProgram
{
    private readonly Shared<int> _v1 = new(0);
    private readonly Shared<int> _v2 = new(0);
    private readonly Shared<int> _f1 = new(0);
    private readonly Shared<int> _f2 = new(1);

    public override int Interrupts => 3;

    [RunsIn(Context.HardIrq)]
    public override void Isr1()
    {
        UnlatchedIrq.Disable(3);
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
    public override void Isr2()
    {
        _ = At(50);
        _f1.Write(1);
        _ = At(51);
        _f2.Write(0);
        UnlatchedIrq.Enable(3);
    }

    [RunsIn(Context.HardIrq)]
    public override void Isr3()
    {
        _ = At(58);
        if (_f1.Read() == 1)
        {
            _v1.Write(9);
        }

        _ = At(59);
        if (_f2.Read() == 1)
        {
            _v2.Write(9);
        }
    }
}
