using IrqSafety.Contracts;
using IrqSafety.Runtime;

namespace IrqSafety.Conformance.Tests.RaceBench;

/// <summary>A write in nested loops that runs once, and one behind a condition that never holds.</summary>
public sealed class Race005 : RaceProgram
{
    private readonly Shared<int> _condition = new(0);
    private readonly Shared<int> _v = new(0);

    public override int Interrupts => 1;

    [RunsIn(Context.Task)]
    public override void Task()
    {
        for (int i = 0; i < N; i++)
        {
            for (int j = 0; j < N; j++)
            {
                if (i == N - 1 && j == 1)
                {
                    _ = At(32);
                    _v.Write(1);
                }
            }
        }

        _ = At(37);
        if (_condition.Read() == 1)
        {
            _ = At(38);
            _v.Write(9);
        }

        _ = At(40);
        _v.Write(5);
    }

    [RunsIn(Context.HardIrq)]
    public override void Isr1()
    {
        _ = At(46);
        _ = _v.Read();
    }
}
