using IrqSafety.Contracts;
using IrqSafety.Runtime;

namespace NmiIpi;

/// <summary>A debug console whose receive interrupt, an SPI, breaks into the debugger from anywhere: an NMI, if it can be had.</summary>
public sealed class DebugUart
{
    /// <summary>The UART's interrupt: SPI 8.</summary>
    public static readonly IntId UartIrq = new(40);

    private readonly Shared<int> breaks = new(0);

    /// <summary>Requests the line.</summary>
    public Errno Open()
    {
        Errno err = Irq.RequestNmi(UartIrq, BreakHandler, IrqRequestFlags.PerCpu | IrqRequestFlags.NoAutoEnable | IrqRequestFlags.Shared, "uart");
        if (err == Errno.Ok)
        {
            Irq.EnableNmi(UartIrq);
        }

        return err;
    }

    [RunsIn(Context.PseudoNmi)]
    private IrqReturn BreakHandler(IntId irq)
    {
        breaks.FetchAdd(1);
        return IrqReturn.Handled;
    }
}
