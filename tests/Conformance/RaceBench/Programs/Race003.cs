using IrqSafety.Contracts;
using IrqSafety.Runtime;

namespace IrqSafety.Conformance.Tests.RaceBench;

/// <summary>Both interrupts disabled, then one enabled; a branch that is never taken.</summary>
public sealed class Race003 : RaceProgram
{
    private const int Trigger = N - 1;
    private readonly Shared<int> _v1 = new(0);
    private readonly Shared<int> _v2 = new(0);
    private readonly Shared<int> _flag = new(1);
    private readonly Shared<int> _flag1 = new(0);

    public override int Interrupts => 2;

    public override void Start()
    {
        base.Start();
        UnlatchedIrq.Disable(1);
        UnlatchedIrq.Disable(2);
    }

    [RunsIn(Context.Task)]
    public override void Task()
    {
        for (int i = 0; i < N; i++)
        {
            if (i == Trigger)
            {
                _ = At(38);
                _ = _v2.Read();
            }
        }

        for (int i = N - 1; i >= 0; i--)
        {
            if (i == Trigger)
            {
                _ = At(43);
                _ = _v2.Read();
            }
        }

        UnlatchedIrq.Enable(1);
        for (int i = 0; i < N; i++)
        {
            if (i == Trigger)
            {
                _ = At(50);
                _ = _v1.Read();
            }
        }

        for (int i = N - 1; i >= 0; i--)
        {
            if (i == Trigger)
            {
                _ = At(55);
                _ = _v1.Read();
            }
        }
    }

    [RunsIn(Context.HardIrq)]
    public override void Isr1()
    {
        UnlatchedIrq.Enable(2);
        _ = At(62);
        _v2.Write(999);
        _ = At(64);
        if (_flag.Read() == 1)
        {
            _ = At(65);
            _v1.Write(999);
        }
        else if (_flag1.Read() == 2)
        {
            _ = At(67);
            _v1.Write(888);
        }
    }

    [RunsIn(Context.HardIrq)]
    public override void Isr2()
    {
        _ = At(72);
        _flag.Write(1);
    }
}
