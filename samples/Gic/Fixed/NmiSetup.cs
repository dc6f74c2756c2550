using IrqSafety.Contracts;
using IrqSafety.Runtime;

namespace GicDriver;

/// <summary><c>irq_nmi_setup</c> of the GIC: the priority is what makes an NMI of a line.</summary>
public static class NmiSetup
{
    /// <summary>A debugger's UART is to break in at any time.</summary>
    public static void Uart(IntId spi)
    {
        Gicd.SetPriority(spi, Machine.Current.Gic.Programmed(Priority.Nmi));
        Gicd.Enable(spi);
    }
}
