using System;

namespace IrqSafety.Contracts;

/// <summary>
/// The method, or whatever is stored in the parameter, field, property or delegate type, runs in one of these contexts. A handler that
/// names several is judged against each.
/// </summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Delegate | AttributeTargets.Parameter | AttributeTargets.Field | AttributeTargets.Property, Inherited = true)]
public sealed class RunsInAttribute(Context contexts) : Attribute
{
    /// <summary>The contexts.</summary>
    public Context Contexts { get; } = contexts;

    /// <summary>Sections that hold whenever it runs.</summary>
    public Section Within { get; set; }
}

/// <summary>
/// True exactly in these contexts: <c>in_nmi()</c>. On the paths where it is, the code that asks runs in no other; where it is not, in none of them.
/// </summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Property)]
public sealed class TellsContextAttribute(Context contexts) : Attribute
{
    /// <summary>The contexts.</summary>
    public Context Contexts { get; } = contexts;
}

/// <summary>From here on the code is accounted as running in this context, until <see cref="LeavesContextAttribute"/>: <c>nmi_enter()</c>.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class EntersContextAttribute(Context context) : Attribute
{
    /// <summary>The context.</summary>
    public Context Context { get; } = context;
}

/// <summary>Ends what <see cref="EntersContextAttribute"/> began: <c>nmi_exit()</c>.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class LeavesContextAttribute : Attribute
{
}

/// <summary>The method or handler is executed on every CPU, possibly on several at once.</summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Delegate | AttributeTargets.Parameter)]
public sealed class RunsOnEachCpuAttribute : Attribute
{
}

/// <summary>The operation is legal in these contexts only.</summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Delegate | AttributeTargets.Constructor | AttributeTargets.Property)]
public sealed class LegalInAttribute(Context contexts) : Attribute
{
    /// <summary>The contexts.</summary>
    public Context Contexts { get; } = contexts;

    /// <summary>Only when this condition on the arguments holds, for example <c>"wait == true"</c>.</summary>
    public string? When { get; set; }
}

/// <summary>The operation is illegal in these contexts.</summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Delegate | AttributeTargets.Constructor | AttributeTargets.Property)]
public sealed class ForbiddenInAttribute(Context contexts) : Attribute
{
    /// <summary>The contexts.</summary>
    public Context Contexts { get; } = contexts;

    /// <summary>Why, in a few words that complete "because it …", for example <c>"takes the runqueue lock"</c>.</summary>
    public string? Because { get; set; }

    /// <summary>Only when this condition on the arguments holds.</summary>
    public string? When { get; set; }
}

/// <summary>Safe from every context in which <c>in_nmi()</c> holds. The body is held to it.</summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Delegate | AttributeTargets.Constructor | AttributeTargets.Property)]
public sealed class NmiSafeAttribute : Attribute
{
}

/// <summary>May sleep: legal only in task context with preemption and interrupts on.</summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Delegate | AttributeTargets.Constructor | AttributeTargets.Property)]
public sealed class MayBlockAttribute : Attribute
{
    /// <summary>Only when this condition on the arguments holds.</summary>
    public string? When { get; set; }
}

/// <summary>Allocates memory, so takes the allocator's locks.</summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Delegate | AttributeTargets.Constructor | AttributeTargets.Property)]
public sealed class MayAllocateAttribute : Attribute
{
}

/// <summary>May leave by an exception that is not a BUG().</summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Delegate | AttributeTargets.Constructor | AttributeTargets.Property)]
public sealed class MayThrowAttribute : Attribute
{
}

/// <summary>Waits until other CPUs have answered: they must be able to take the interrupt, and so must this one.</summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Delegate)]
public sealed class WaitsForCpusAttribute : Attribute
{
    /// <summary>Only when this condition on the arguments holds.</summary>
    public string? When { get; set; }
}

/// <summary>Never returns: the CPU stays in it.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ParksAttribute : Attribute
{
}

/// <summary>
/// Hands work over to <see cref="Target"/> so that it runs later in a context where it is legal. Code fixes offer it for operations that are
/// illegal where they stand.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class DefersToAttribute(Context target) : Attribute
{
    /// <summary>The context the deferred work runs in.</summary>
    public Context Target { get; } = target;
}

/// <summary>Names the member of the same type, with the same signature, that does the same thing safely from NMI.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NmiSafeAlternativeAttribute(string member) : Attribute
{
    /// <summary>The member's name.</summary>
    public string Member { get; } = member;
}

/// <summary>Run anew for every execution of a scenario, and does the same each time. It and everything it reaches is held to that.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ReplayedAttribute : Attribute
{
}

/// <summary>Does something that no schedule determines, so that code which uses it cannot be run again. On a type it is said of each of its members but constructors.</summary>
/// <param name="because">What, as a verb with what follows it: <c>reads the real clock</c>.</param>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Constructor | AttributeTargets.Property | AttributeTargets.Class | AttributeTargets.Struct)]
public sealed class NotReplayableAttribute(string because) : Attribute
{
    /// <summary>What, as a verb with what follows it.</summary>
    public string Because { get; } = because;

    /// <summary>What to do instead, as a sentence without its period; null when there is nothing to say.</summary>
    public string? Instead { get; set; }
}
