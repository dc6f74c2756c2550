using System.Collections.Generic;
using System.Linq;
using IrqSafety.Rules;

namespace IrqSafety.Simulator;

/// <summary>The kinds of harm, as laws of their own where no other law explains them.</summary>
public static class Harms
{
    /// <summary>A wait that nothing can end.</summary>
    public const string Deadlock = "harm.deadlock";

    /// <summary>An interrupt that was raised and never taken, or requested work that never ran.</summary>
    public const string LostInterrupt = "harm.lost-interrupt";

    /// <summary>An interrupt that was handled more often than it was raised.</summary>
    public const string DoubledInterrupt = "harm.doubled-interrupt";

    /// <summary>Guarded data that was seen, or written back, in a state that no holder of its lock left.</summary>
    public const string TornState = "harm.torn-state";

    /// <summary>An NMI handler entered while it was running on the same CPU.</summary>
    public const string Reentry = "harm.reentry";

    /// <summary>A BUG().</summary>
    public const string Bug = "harm.bug";

    /// <summary>An exception that left a handler or a task.</summary>
    public const string Exception = "harm.exception";

    /// <summary>A condition of the scenario that does not hold.</summary>
    public const string Assertion = "harm.assertion";

    /// <summary>The program goes on for ever.</summary>
    public const string Hang = "harm.hang";
}

/// <summary>A law broken in one execution.</summary>
/// <param name="Law">The law.</param>
/// <param name="Origin">The step that broke it.</param>
/// <param name="Message">What was wrong where.</param>
internal sealed record BreachRecord(string Law, StepOrigin Origin, string Message)
{
    /// <summary>The law by which an execution without captured sites knows it: only the callers on the stack can say that another is broken.</summary>
    public string KeyLaw { get; init; } = Law;

    /// <summary>The evidence it is without harm.</summary>
    public Evidence Evidence { get; init; } = Evidence.Breach;

    /// <summary>More lines for a person.</summary>
    public IReadOnlyList<string> Detail { get; init; } = [];

    /// <summary>The lock classes of a ring, in order of their names: it is one mistake at whichever of its places it is noticed. Empty for what is about its place.</summary>
    public IReadOnlyList<string> Subjects { get; init; } = [];
}

/// <summary>Harm at the end of an execution.</summary>
/// <param name="Kind">One of <see cref="Harms"/>.</param>
/// <param name="Message">What happened.</param>
/// <param name="Detail">The wait cycle, or what led there.</param>
/// <param name="Chain">The steps that caused it.</param>
internal sealed record HarmRecord(string Kind, string Message, IReadOnlyList<string> Detail, IReadOnlyList<StepOrigin> Chain)
{
    /// <summary>The conditions of the scenario that do not hold: each is a violation of its own. Empty for other harm.</summary>
    public IReadOnlyList<BrokenCondition> Broken { get; init; } = [];
}

/// <summary>A condition of the scenario that does not hold.</summary>
/// <param name="Name">Its kind and name, which say in every execution that it is the same.</param>
/// <param name="Fault">What is wrong with it.</param>
internal sealed record BrokenCondition(string Name, string Fault)
{
    /// <summary>What a person reads.</summary>
    public string Message => $"The {Name} {Fault}.";

    /// <summary>What a person reads of several.</summary>
    public static string Describe(IEnumerable<BrokenCondition> broken) => string.Join(" ", broken.Select(condition => condition.Message));
}
