using System.Linq;
using IrqSafety.Contracts;
using IrqSafety.Runtime;

namespace IrqSafety.Conformance.Tests.RaceBench;

/// <summary>Guards that never change, and a flag cleared before the interrupt that reads it is enabled.</summary>
public sealed class Race004 : RaceProgram
{
    private readonly Shared<int>[] _c = [.. Enumerable.Range(0, 7).Select(number => new Shared<int>(1, $"c{number}"))];
    private readonly Shared<int> _v1 = new(0);
    private readonly Shared<int> _v2 = new(0);
    private readonly Shared<int> _v3 = new(0);

    public override int Interrupts => 2;

    public override void Start()
    {
        base.Start();
        UnlatchedIrq.Disable(2);
    }

    [RunsIn(Context.Task)]
    public override void Task()
    {
        _ = At(40);
        if (_c[1].Read() == 1)
        {
            _ = At(41);
            _ = _v1.Read();
            _ = At(42);
            _ = _v3.Read();
        }

        _ = At(45);
        if (_c[2].Read() == 1)
        {
            _ = At(46);
            _ = _v1.Read();
            _ = At(47);
            _ = _v3.Read();
        }

        _ = At(49);
        if (_c[4].Read() == 1)
        {
            _ = At(50);
            _ = _v2.Read();
        }

        _ = At(51);
        if (_c[5].Read() == 1)
        {
            _ = At(52);
            _ = _v2.Read();
        }
    }

    [RunsIn(Context.HardIrq)]
    public override void Isr1()
    {
        _ = At(57);
        _c[6].Write(0);
        _ = At(58);
        if (_c[3].Read() == 1)
        {
            _ = At(59);
            _v1.Write(1);
        }
        else
        {
            _ = At(61);
            _v3.Write(1);
        }

        UnlatchedIrq.Enable(2);
    }

    [RunsIn(Context.HardIrq)]
    public override void Isr2()
    {
        _ = At(67);
        if (_c[6].Read() == 1)
        {
            _ = At(68);
            _v2.Write(1);
        }
    }
}
