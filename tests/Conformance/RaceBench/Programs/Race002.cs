using IrqSafety.Contracts;
using IrqSafety.Runtime;

namespace IrqSafety.Conformance.Tests.RaceBench;

/// <summary>Interrupt against interrupt, with an index that is never reached.</summary>
public sealed class Race002 : RaceProgram
{
    private const int Trigger = N - 1;
    private readonly Shared<int>[] _array = Array(N, "arr");

    public override int Interrupts => 2;

    [RunsIn(Context.HardIrq)]
    public override void Isr1()
    {
        for (int i = 0; i < N; i++)
        {
            if (i == Trigger)
            {
                _ = At(33);
                _array[Trigger].Write(1);
            }

            if (i == N + 1)
            {
                _ = At(35);
                _array[Trigger].Write(1);
            }
        }

        _ = At(37);
        _ = _array[Trigger].Read();
        _ = At(39);
        _ = _array[0].Read();
    }

    [RunsIn(Context.HardIrq)]
    public override void Isr2()
    {
        _ = At(44);
        _array[Trigger].Write(999);
    }
}
