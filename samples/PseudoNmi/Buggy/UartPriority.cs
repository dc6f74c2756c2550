using IrqSafety.Contracts;
using IrqSafety.Runtime;

namespace PseudoNmi;

/// <summary>A debug UART whose priority the program sets itself.</summary>
public sealed class UartPriority
{
    /// <summary>Makes it an ordinary interrupt.</summary>
    [RunsIn(Context.Task)]
    public void Setup() => Gicd.SetPriority(IntId.Spi(1), Priority.Irq);
}
