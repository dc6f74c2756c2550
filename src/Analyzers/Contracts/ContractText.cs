using System.Collections.Generic;
using System.Linq;
using IrqSafety.Contracts;
using IrqSafety.Rules;

namespace IrqSafety.Analyzers.Contracts;

/// <summary>Arguments of contract attributes as they are written, and as a person says them.</summary>
internal static class ContractText
{
    /// <summary>A text as an argument.</summary>
    public static string Quoted(string text) => $"\"{text.Replace("\\", "\\\\").Replace("\"", "\\\"")}\"";

    /// <summary>A condition as an argument; nothing where there is none.</summary>
    public static string? When(string? condition) => condition is null ? null : $"When = {Quoted(condition)}";

    /// <summary>A mode as an argument; nothing for the default.</summary>
    public static string? Mode(LockMode mode) => mode == LockMode.Exclusive ? null : $"Mode = LockMode.{mode}";

    /// <summary>Contexts as an argument. A set that has a name of its own is written by it.</summary>
    public static string Written(Context contexts)
    {
        foreach (Context named in (Context[])[Context.Any, Context.AnyInterrupt, Context.AnyNmi])
        {
            if ((contexts & named) == named)
            {
                return string.Join(" | ", [.. (contexts & ~named).Each().Select(one => $"Context.{one}"), $"Context.{named}"]);
            }
        }

        return string.Join(" | ", contexts.Each().Select(one => $"Context.{one}"));
    }

    /// <summary>Masks as an argument.</summary>
    public static string Written(Mask masks) => string.Join(" | ", Each(masks).Select(one => $"Mask.{one}"));

    /// <summary>Contexts as a person names them.</summary>
    public static string Named(Context contexts) => contexts == Context.AnyNmi ? "an NMI" : contexts.Describe();

    /// <summary>Masks as a person names them.</summary>
    public static string Named(Mask masks) => string.Join(" and ", Each(masks).Select(one => one switch
    {
        Mask.Preemption => "preemption",
        Mask.SoftIrq => "softirqs",
        Mask.Irq => "interrupts",
        Mask.Nmi => "NMIs",
        _ => "interrupts and pseudo-NMIs",
    }));

    private static IEnumerable<Mask> Each(Mask masks) => ((Mask[])[Mask.Preemption, Mask.SoftIrq, Mask.Irq, Mask.Nmi, Mask.Daif]).Where(one => (masks & one) != 0);
}
