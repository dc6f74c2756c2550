using IrqSafety.Contracts;
using IrqSafety.Runtime;

namespace GicDriver;

/// <summary>A UART whose line is high while its FIFO holds characters.</summary>
/// <param name="gic">The controller at the end of its line.</param>
public sealed class UartFifo(Gic gic)
{
    /// <summary>Its line.</summary>
    public static readonly IntId Line = IntId.Spi(5);

    /// <summary>The root handler of a machine that has nothing else.</summary>
    [RunsIn(Context.HardIrq)]
    public void HandleIrq()
    {
        IntId irq = Icc.ReadIar1();
        if (irq.IsSpecial)
        {
            return;
        }

        Icc.WriteEoir1(irq);
        Barrier.Isb();
        Drain();
        Icc.WriteDir(irq);
    }

    /// <summary>Reads the FIFO until it is empty: the line falls.</summary>
    [Quiesces]
    private void Drain() => gic.Deassert(Line, new CpuId(0));
}
