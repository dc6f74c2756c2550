using IrqSafety.Contracts;
using IrqSafety.Runtime;

namespace GicDriver;

/// <summary>How a line signals, and what drives it from its acknowledge to its end.</summary>
public static class LineFlow
{
    /// <summary>The device pulses its line. Before the line is requested.</summary>
    [RunsIn(Context.Task)]
    public static void MakeEdge(IntId spi)
    {
        Irq.SetType(spi, Trigger.Edge);
        Irq.SetHandler(spi, FlowHandler.FastEoi);
    }
}
