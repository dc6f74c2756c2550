using IrqSafety.Contracts;
using IrqSafety.Runtime;

namespace GicDriver;

/// <summary><c>irq_set_type</c> of the distributor's lines.</summary>
public static class LineType
{
    /// <summary>From level to edge, with the line off meanwhile.</summary>
    public static void MakeEdge(IntId spi)
    {
        Gicd.Disable(spi);
        Gicd.WaitForRwp();
        Gicd.Configure(spi, Trigger.Edge);
        Gicd.Enable(spi);
    }
}
