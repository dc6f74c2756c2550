using IrqSafety.Contracts;
using IrqSafety.Runtime;

namespace IrqSafety.Conformance.Tests.RaceBench;

/// <summary>Indices computed on both sides of a call.</summary>
public sealed class Race008 : RaceProgram
{
    private const int Element = 40;
    private readonly Shared<int>[] _array = Array(Element + 1, "arr");

    public override int Interrupts => 1;

    [RunsIn(Context.Task)]
    public override void Task()
    {
        _ = At(33);
        _array[1 + 2].Write(9);
        _ = At(35);
        _array[Element].Write(1);
        ReadBoth(1, 2);
    }

    [RunsIn(Context.HardIrq)]
    public override void Isr1()
    {
        // The three elements that the task touches: what the loop does to others nobody sees.
        foreach (int k in (int[])[3, 4, Element])
        {
            _ = At(52);
            _array[k].Write(5);
        }
    }

    private void ReadBoth(int one, int two)
    {
        _ = At(46);
        _ = _array[(one * 20) + (two * 10)].Read();
        _ = At(48);
        _ = _array[one + 3].Read();
    }
}
