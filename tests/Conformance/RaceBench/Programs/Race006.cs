using IrqSafety.Contracts;
using IrqSafety.Runtime;

namespace IrqSafety.Conformance.Tests.RaceBench;

/// <summary>Pairs of indices in nested loops, of which some never occur. The inner bound is the evident j &lt; 5; as published the loop never ends.</summary>
public sealed class Race006 : RaceProgram
{
    private readonly Shared<int> _v1 = new(0);
    private readonly Shared<int> _v2 = new(0);

    public override int Interrupts => 1;

    [RunsIn(Context.Task)]
    public override void Task()
    {
        for (int i = 0; i < 5; i++)
        {
            for (int j = 0; j < 5; j++)
            {
                if (i == j)
                {
                    ReadOnDiagonal(i);
                }
            }
        }

        for (int i = 0; i < 5; i++)
        {
            for (int j = 0; j < 5; j++)
            {
                if (i + j == 6 && i < j)
                {
                    _ = At(44);
                    _v2.Write(2);
                }
            }
        }
    }

    [RunsIn(Context.HardIrq)]
    public override void Isr1()
    {
        _ = At(52);
        _v1.Write(0);
        _ = At(53);
        _ = _v2.Read();
    }

    private void ReadOnDiagonal(int i)
    {
        if (i == 0)
        {
            _ = At(33);
            _ = _v1.Read();
        }
        else if (i == 4)
        {
            _ = At(35);
            _ = _v1.Read();
        }
        else if (i == 6)
        {
            _ = At(37);
            _ = _v1.Read();
        }
    }
}
