using System.Collections.Generic;

namespace IrqSafety.Rules;

/// <summary>
/// Names of the diagnostic properties by which a rule tells its code fix what it knew where it reported. A property that is absent was not
/// known for certain, and then the fix is not offered.
/// </summary>
public static class FixProperties
{
    /// <summary>Name of the protocol table that the operation is an event of.</summary>
    public const string Protocol = "irqsafety.protocol";

    /// <summary>Name of the event that was reported.</summary>
    public const string Event = "irqsafety.event";

    /// <summary>The state before the operation; absent when it could be one of several.</summary>
    public const string State = "irqsafety.state";

    /// <summary>Name of the step that is missing or superfluous.</summary>
    public const string Step = "irqsafety.step";

    /// <summary>Where it is missing: <see cref="Before"/> or <see cref="After"/> the operation.</summary>
    public const string Side = "irqsafety.side";

    /// <summary>Before the operation.</summary>
    public const string Before = "before";

    /// <summary>After the operation.</summary>
    public const string After = "after";

    /// <summary>Name of the parameter whose argument is refused because of a flag; absent when it is refused for another reason.</summary>
    public const string FlagParameter = "irqsafety.flag-parameter";

    /// <summary>The member of the operation's type that does the same where the operation is reported.</summary>
    public const string Alternative = "irqsafety.alternative";

    /// <summary>What is wrong with the flavour of a lock operation.</summary>
    public const string Flavour = "irqsafety.flavour";

    /// <summary>Where the lock was taken: the start of that call in the same file.</summary>
    public const string TakenAt = "irqsafety.taken-at";

    /// <summary>The lock that is missing, as the contract that asks for it names it; absent when it is held, but not as it must be.</summary>
    public const string Lock = "irqsafety.lock";

    /// <summary>There when the missing lock, or another, is held on some way to the same place, for all that is known: to take it there might be to take it twice, or in a new order.</summary>
    public const string SometimesHeld = "irqsafety.sometimes-held";

    /// <summary>Where what the finding rests on was read: the start of that expression in the same file.</summary>
    public const string ReadAt = "irqsafety.read-at";

    /// <summary>The properties whose values are such places: what moves the code changes them too.</summary>
    public static IReadOnlyList<string> Places { get; } = [TakenAt, ReadAt];

    /// <summary>The contexts a handler is registered to run in, or those the reported code runs in, as <see cref="Contracts.Context"/> prints itself.</summary>
    public const string Contexts = "irqsafety.contexts";

    /// <summary>The attributes of an inferred contract, one a line, as they are written between brackets.</summary>
    public const string Contract = "irqsafety.contract";

    /// <summary>What is to be written on another declaration: its documentation ID, then the attributes, one a line.</summary>
    public const string Declaration = "irqsafety.declaration";

    /// <summary>The aliases to declare for them, one a line: name, kind and documentation ID of the field that holds the lock, separated by spaces.</summary>
    public const string Aliases = "irqsafety.aliases";

    /// <summary>The sections that hold whenever a registered handler runs, as <see cref="Contracts.Section"/> prints itself.</summary>
    public const string Within = "irqsafety.within";
}
