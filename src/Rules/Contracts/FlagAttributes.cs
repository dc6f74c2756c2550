using System;

namespace IrqSafety.Contracts;

/// <summary>The words that hold masks. In C all are <c>unsigned long</c>; each means something only to its own operations.</summary>
public enum FlagKind
{
    /// <summary>Nothing said.</summary>
    None,

    /// <summary>What <c>local_irq_save</c> returns: PMR or DAIF, depending on the machine.</summary>
    IrqFlags,

    /// <summary>What <c>local_daif_save</c> returns: a DAIF word in which interrupts masked by PMR show as I and F.</summary>
    DaifFlags,

    /// <summary>The priority mask register.</summary>
    Pmr,

    /// <summary>PSTATE.DAIF.</summary>
    Daif,
}

/// <summary>The number is a word of this kind: what is read from the member or passed for the parameter.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field | AttributeTargets.Parameter)]
public sealed class FlagWordAttribute(FlagKind kind) : Attribute
{
    /// <summary>The kind.</summary>
    public FlagKind Kind { get; } = kind;
}

/// <summary>Takes a word of one kind for one of another, as C allows.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ReinterpretsFlagsAttribute(FlagKind from, FlagKind to) : Attribute
{
    /// <summary>The kind of the word it is called on.</summary>
    public FlagKind From { get; } = from;

    /// <summary>The kind it is taken for.</summary>
    public FlagKind To { get; } = to;
}
