using System.Collections.Generic;
using IrqSafety.Contracts;

namespace IrqSafety.Rules;

/// <summary>Questions about sets of contexts.</summary>
public static class Contexts
{
    /// <summary>The single contexts, least urgent first.</summary>
    public static IReadOnlyList<Context> All { get; } =
    [
        Context.Task, Context.SoftIrq, Context.HardIrq, Context.Fiq, Context.PseudoNmi, Context.Nmi, Context.SError,
        Context.SyncException, Context.SdeiNormal, Context.SdeiCritical,
    ];

    /// <summary>True when every context of the set is one in which <c>in_nmi()</c> holds.</summary>
    public static bool IsNmi(this Context contexts) => contexts != Context.None && (contexts & ~Context.AnyNmi) == 0;

    /// <summary>True when some context of the set is one in which <c>in_nmi()</c> holds.</summary>
    public static bool MayBeNmi(this Context contexts) => (contexts & Context.AnyNmi) != 0;

    /// <summary>The single contexts in the set.</summary>
    public static IEnumerable<Context> Each(this Context contexts)
    {
        foreach (Context context in All)
        {
            if ((contexts & context) != 0)
            {
                yield return context;
            }
        }
    }

    /// <summary>The set as a person says it: <c>a pseudo-NMI or an interrupt</c>.</summary>
    public static string Describe(this Context contexts)
    {
        var names = new List<string>();
        foreach (Context context in contexts.Each())
        {
            names.Add(Name(context));
        }

        return names.Count == 0 ? "no context" : string.Join(" or ", names);
    }

    private static string Name(Context context) => context switch
    {
        Context.Task => "task context",
        Context.SoftIrq => "a softirq",
        Context.HardIrq => "an interrupt",
        Context.Fiq => "an FIQ",
        Context.PseudoNmi => "a pseudo-NMI",
        Context.Nmi => "an NMI",
        Context.SError => "an SError",
        Context.SyncException => "a synchronous exception",
        Context.SdeiNormal => "a normal SDEI event",
        Context.SdeiCritical => "a critical SDEI event",
        _ => context.ToString(),
    };
}
