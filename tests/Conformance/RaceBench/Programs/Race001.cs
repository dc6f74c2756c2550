using IrqSafety.Contracts;
using IrqSafety.Runtime;

namespace IrqSafety.Conformance.Tests.RaceBench;

/// <summary>Interrupt 1 enables interrupt 2, whose index depends on a flag.</summary>
public sealed class Race001 : RaceProgram
{
    private const int Middle = 1;
    private const int Trigger = N - 1;
    private readonly Shared<int>[] _array = Array(N, "arr");
    private readonly Shared<int> _var = new(0);
    private readonly Shared<int> _flag = new(0);

    public override int Interrupts => 2;

    public override void Start()
    {
        base.Start();
        UnlatchedIrq.Disable(2);
    }

    [RunsIn(Context.Task)]
    public override void Task()
    {
        for (int i = 0; i < N; i++)
        {
            _ = At(32);
            _array[i].Write(0);
        }

        for (int i = 0; i < N; i++)
        {
            if (i == Trigger)
            {
                _ = At(35);
                _array[i].Write(1);
            }
        }
    }

    [RunsIn(Context.HardIrq)]
    public override void Isr1()
    {
        _ = At(42);
        _flag.Write(1);
        _ = At(43);
        _var.Write(0);
        _ = At(44);
        _var.Write(1);
        UnlatchedIrq.Enable(2);
    }

    [RunsIn(Context.HardIrq)]
    public override void Isr2()
    {
        _ = At(54);
        if (_flag.Read() == 1)
        {
            _ = At(55);
            _ = _array[Trigger].Read();
        }
        else
        {
            _ = At(58);
            _ = _array[0].Read();
        }

        _ = At(60);
        _ = _array[Middle].Read();
        _ = At(64);
        _ = _var.Read();
    }
}
