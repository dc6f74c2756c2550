using System.Globalization;

namespace IrqSafety.Runtime;

/// <summary>A logical CPU number.</summary>
/// <param name="Value">From 0.</param>
public readonly record struct CpuId(int Value)
{
    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"CPU{Value}");
}
