using System.Collections.Generic;
using IrqSafety.Contracts;

namespace IrqSafety.Rules;

/// <summary>
/// What one operation needs and does: the one form to which contract attributes are read, from metadata by the analyzer and from loaded
/// assemblies by the runtime. An empty contract says nothing.
/// </summary>
public sealed record OperationContract
{
    /// <summary>Documentation ID of the operation.</summary>
    public string DocumentationId { get; init; } = "";

    /// <summary>
    /// True when this is what ships with the analyzer about a library that says nothing itself: knowledge, never a reason to analyse code that has
    /// no contracts of its own.
    /// </summary>
    public bool IsShipped { get; init; }

    /// <summary>The contexts the method itself runs in; <see cref="Context.None"/> when it does not say.</summary>
    public Context RunsIn { get; init; }

    /// <summary>Sections that hold whenever it runs.</summary>
    public Section Within { get; init; }

    /// <summary>The contexts it is legal in; empty means everywhere.</summary>
    public IReadOnlyList<ContextRule> LegalIn { get; init; } = [];

    /// <summary>The contexts it is illegal in.</summary>
    public IReadOnlyList<ContextRule> ForbiddenIn { get; init; } = [];

    /// <summary>The contexts in which it is true; <see cref="Context.None"/> when it does not say.</summary>
    public Context TellsContext { get; init; }

    /// <summary>The context that the code after it is accounted to; <see cref="Context.None"/> for no other.</summary>
    public Context EntersContext { get; init; }

    /// <summary>Ends what such an operation began.</summary>
    public bool LeavesContext { get; init; }

    /// <summary>Safe from NMI.</summary>
    public bool NmiSafe { get; init; }

    /// <summary>May sleep.</summary>
    public Conditional? MayBlock { get; init; }

    /// <summary>Allocates.</summary>
    public bool MayAllocate { get; init; }

    /// <summary>May leave by an exception.</summary>
    public bool MayThrow { get; init; }

    /// <summary>Waits for other CPUs.</summary>
    public Conditional? WaitsForCpus { get; init; }

    /// <summary>Waits for an interrupt that the controller signals; null when it does not.</summary>
    public InterruptWait? WaitsForInterrupt { get; init; }

    /// <summary>Never returns.</summary>
    public bool Parks { get; init; }

    /// <summary>What must be masked.</summary>
    public Mask RequiresMasked { get; init; }

    /// <summary>What must be unmasked.</summary>
    public Mask RequiresUnmasked { get; init; }

    /// <summary>What it saves into its result.</summary>
    public Mask SavesMask { get; init; }

    /// <summary>What it restores.</summary>
    public Mask RestoresMask { get; init; }

    /// <summary>The parameter that carries the saved state.</summary>
    public string? RestoresFrom { get; init; }

    /// <summary>What it returns as it found it.</summary>
    public Mask KeepsMask { get; init; }

    /// <summary>What it masks or unmasks.</summary>
    public IReadOnlyList<MaskChange> SetsMask { get; init; } = [];

    /// <summary>Its write of the priority mask, or null.</summary>
    public PriorityMaskWrite? PriorityMask { get; init; }

    /// <summary>The priority it takes, or null.</summary>
    public PriorityUse? Priority { get; init; }

    /// <summary>What it prepares for interrupts, or null.</summary>
    public string? PreparesInterrupts { get; init; }

    /// <summary>The words it takes for words of another kind, or null.</summary>
    public FlagReinterpretation? Reinterprets { get; init; }

    /// <summary>Its effects on locks.</summary>
    public IReadOnlyList<LockEffect> Locks { get; init; } = [];

    /// <summary>The locks that it takes one inside the other, outermost first; several sequences where there are several.</summary>
    public IReadOnlyList<IReadOnlyList<string>> TakesInOrder { get; init; } = [];

    /// <summary>What its result stands for.</summary>
    public GuardContract? Guard { get; init; }

    /// <summary>Ends the guard it is called on.</summary>
    public bool Disposes { get; init; }

    /// <summary>The member of the same type that it is an inner step of.</summary>
    public string? PartOf { get; init; }

    /// <summary>The parameters whose guards it takes over.</summary>
    public IReadOnlyList<string> TakesOver { get; init; } = [];

    /// <summary>The protocol events it is.</summary>
    public IReadOnlyList<TransitionContract> Transitions { get; init; } = [];

    /// <summary>The steps that it is: see <see cref="Rules.Steps"/>.</summary>
    public IReadOnlyList<string> Steps { get; init; } = [];

    /// <summary>The orders of steps that it asks for.</summary>
    public IReadOnlyList<OrderContract> Orders { get; init; } = [];

    /// <summary>The capability of the machine that it tells, or null.</summary>
    public string? Capability { get; init; }

    /// <summary>The parameter that its result says in other words, or null.</summary>
    public string? Expresses { get; init; }

    /// <summary>The number that its result wraps, or null.</summary>
    public WrappedNumber? Wraps { get; init; }

    /// <summary>True when it says what calling it does to the order of steps, so that its body need not be asked.</summary>
    public bool SpeaksOfOrder => Steps.Count > 0 || Orders.Count > 0;

    /// <summary>What its arguments must satisfy.</summary>
    public IReadOnlyList<ArgumentConstraint> Arguments { get; init; } = [];

    /// <summary>The first constraint that the arguments do not satisfy, for all that is known of them; null when there is none. Ranges of one parameter add up.</summary>
    /// <param name="numberOf">An argument's number by parameter name, or null when it is unknown.</param>
    /// <param name="constantOf">An argument's constant by parameter name, or null when it is unknown; see <see cref="When.Holds"/>.</param>
    public ArgumentConstraint? Refused(System.Func<string, long?> numberOf, System.Func<string, string?> constantOf)
    {
        foreach (ArgumentConstraint constraint in Arguments)
        {
            if (When.Met(constraint.When, constantOf) == true && numberOf(constraint.Parameter) is { } number && constraint.Refuses(number) && !IsInAnotherRange(constraint, number, constantOf))
            {
                return constraint;
            }
        }

        return null;
    }

    // A range that may be meant is as good as one that is.
    private bool IsInAnotherRange(ArgumentConstraint refusing, long number, System.Func<string, string?> constantOf)
    {
        foreach (ArgumentConstraint other in Arguments)
        {
            if (refusing.Rule == ArgumentRule.Range && other.Rule == ArgumentRule.Range && other.Parameter == refusing.Parameter && !other.Refuses(number) && When.Met(other.When, constantOf) != false)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The contexts in which it runs what is passed for a parameter.</summary>
    public IReadOnlyDictionary<string, ContextRule> ParameterRunsIn { get; init; } = new Dictionary<string, ContextRule>();

    /// <summary>Its accesses to data.</summary>
    public IReadOnlyList<DataEffect> Data { get; init; } = [];

    /// <summary>What it takes a reference to: <c>this</c>, <c>return</c> or a parameter.</summary>
    public IReadOnlyList<string> References { get; init; } = [];

    /// <summary>The phase it runs in, or null.</summary>
    public string? Phase { get; init; }

    /// <summary>Member of the same type that does the same safely from NMI.</summary>
    public string? NmiSafeAlternative { get; init; }

    /// <summary>Run anew for every execution of a scenario.</summary>
    public bool Replayed { get; init; }

    /// <summary>What it does that no schedule determines, or null.</summary>
    public NotReplayable? NotReplayable { get; init; }
}

/// <summary>A set of contexts, on a condition, with a reason.</summary>
/// <param name="Contexts">The contexts.</param>
/// <param name="When">The condition; null means always.</param>
/// <param name="Because">A few words that complete "because it …".</param>
/// <param name="Within">Sections that hold there.</param>
public sealed record ContextRule(Context Contexts, When? When = null, string? Because = null, Section Within = Section.None)
{
    /// <summary>What is masked there, apart from what the contexts say.</summary>
    public Mask Masked { get; init; }
}

/// <summary>Something that no schedule determines.</summary>
/// <param name="Because">What, as a verb with what follows it.</param>
/// <param name="Instead">What to do instead, or null.</param>
public sealed record NotReplayable(string Because, string? Instead);

/// <summary>Something that holds on a condition.</summary>
/// <param name="When">The condition; null means always.</param>
public sealed record Conditional(When? When);

/// <summary>A wait for an interrupt.</summary>
/// <param name="WhenMasked">The member of the same type that waits with the priority mask open, or null.</param>
public sealed record InterruptWait(string? WhenMasked);

/// <summary>A write of the priority mask.</summary>
/// <param name="Parameter">The parameter that carries the value.</param>
/// <param name="Irq">The priority of ordinary interrupts.</param>
/// <param name="Nmi">The priority of pseudo-NMIs.</param>
public sealed record PriorityMaskWrite(string Parameter, long Irq, long Nmi)
{
    /// <summary>What a value masks of what the priority mask can hold back.</summary>
    public Mask MaskedBy(long value) => (value <= Irq ? Mask.Irq : Mask.None) | (value <= Nmi ? Mask.Nmi : Mask.None);
}

/// <summary>A priority that an operation takes.</summary>
/// <param name="Parameter">The parameter that carries it.</param>
/// <param name="Absolute">True for one that is turned into the view of the machine; false for a value of the view.</param>
/// <param name="IrqOff">The priority mask that lets NMIs in only.</param>
/// <param name="IrqOn">The priority mask that lets everything in.</param>
public sealed record PriorityUse(string Parameter, bool Absolute, long IrqOff, long IrqOn)
{
    /// <summary>What the value is stored as where the view is not shifted.</summary>
    public long Unshifted(long value) => value & 0xf8;

    /// <summary>What the value is stored as where it is: seven bits below 0x80, of which an absolute priority loses the first.</summary>
    public long Shifted(long value) => 0x80 | ((Absolute ? value & 0x7f : (value & 0xff) >> 1) & 0xf8);

    /// <summary>What a stored priority is, as a person says it.</summary>
    public string LevelOf(long stored) => stored < IrqOff ? "an NMI" : stored < IrqOn ? "an IRQ" : "never signalled";

    /// <summary>True when the value means the same level in every view.</summary>
    public bool IsValidInEveryView(long value) => LevelOf(Unshifted(value)) == LevelOf(Shifted(value));
}

/// <summary>A number wrapped in a type of its own.</summary>
/// <param name="Parameter">The parameter.</param>
/// <param name="Plus">What is added to it.</param>
public sealed record WrappedNumber(string Parameter, long Plus);

/// <summary>A word of one kind taken for one of another.</summary>
/// <param name="From">What it is.</param>
/// <param name="To">What it is taken for.</param>
public sealed record FlagReinterpretation(FlagKind From, FlagKind To);

/// <summary>A change of mask.</summary>
/// <param name="Mask">What.</param>
/// <param name="Masked">True when it is masked afterwards.</param>
public sealed record MaskChange(Mask Mask, bool Masked);

/// <summary>What an operation does to a lock.</summary>
public enum LockAction
{
    /// <summary>Returns with it held.</summary>
    Acquire,

    /// <summary>Returns with it released.</summary>
    Release,

    /// <summary>Tries, never waits.</summary>
    TryAcquire,

    /// <summary>Takes and releases it within.</summary>
    Take,

    /// <summary>Must be held.</summary>
    RequireHeld,

    /// <summary>Must not be held.</summary>
    RequireNotHeld,

    /// <summary>Initialises or frees it.</summary>
    Initialise,
}

/// <summary>An effect on a lock.</summary>
/// <param name="Action">What is done.</param>
/// <param name="Lock">The lock expression or alias, as written.</param>
/// <param name="Mode">Exclusive or shared.</param>
/// <param name="On">For a try: the result that means success.</param>
/// <param name="When">The condition; null means always.</param>
public sealed record LockEffect(LockAction Action, string Lock, LockMode Mode = LockMode.Exclusive, bool On = true, When? When = null)
{
    /// <summary>For an acquire: the constant that says it is held, or null when it always is.</summary>
    public string? OnResult { get; init; }

    /// <summary>The scope in which the effect does not happen, or null.</summary>
    public string? Unless { get; init; }

    /// <summary>The parameter with the subclass, or null.</summary>
    public string? Subclass { get; init; }

    /// <summary>The parameter with the lock it is nested under, or null.</summary>
    public string? Nest { get; init; }
}

/// <summary>A result that stands for a held lock and a saved mask.</summary>
/// <param name="Holds">The lock, or null.</param>
/// <param name="Mode">Exclusive or shared.</param>
/// <param name="Restores">What its disposal restores.</param>
/// <param name="Unmasks">What its disposal unmasks, whatever the state before.</param>
public sealed record GuardContract(string? Holds, LockMode Mode, Mask Restores, Mask Unmasks = Mask.None);

/// <summary>A protocol event.</summary>
/// <param name="Protocol">The table's name.</param>
/// <param name="Event">The event's name.</param>
/// <param name="Of">The parameter that names the object, <c>this</c>, or null.</param>
/// <param name="Per">One state per system or per CPU.</param>
/// <param name="When">The condition; null means always.</param>
public sealed record TransitionContract(string Protocol, string Event, string? Of, Scope Per, When? When)
{
    /// <summary>A member of the object: where it is true, nothing happens. Null when something always does.</summary>
    public string? Unless { get; init; }

    /// <summary>The constant that the operation returned when the state changes; null when it changes whatever was returned.</summary>
    public string? OnResult { get; init; }
}

/// <summary>How an argument is constrained.</summary>
public enum ArgumentRule
{
    /// <summary>The flag must be absent.</summary>
    RejectsFlag,

    /// <summary>The flag must be present.</summary>
    RequiresFlag,

    /// <summary>The number must lie in the range.</summary>
    Range,
}

/// <summary>A constraint on an argument.</summary>
/// <param name="Rule">The kind of constraint.</param>
/// <param name="Parameter">The parameter.</param>
/// <param name="FlagName">For flags: the member's name.</param>
/// <param name="Minimum">For flags the value, for ranges the lowest value.</param>
/// <param name="Maximum">For ranges: the highest value.</param>
/// <param name="Because">A few words that complete "because …".</param>
public sealed record ArgumentConstraint(ArgumentRule Rule, string Parameter, string FlagName, long Minimum, long Maximum, string? Because)
{
    /// <summary>The condition; null means always.</summary>
    public When? When { get; init; }

    /// <summary>The law that is broken otherwise.</summary>
    public string Law { get; init; } = LawIds.NmiRequestConstraint;

    /// <summary>Whether this argument value is refused.</summary>
    public bool Refuses(long value) => Rule switch
    {
        ArgumentRule.RejectsFlag => (value & Minimum) == Minimum,
        ArgumentRule.RequiresFlag => (value & Minimum) != Minimum,
        _ => value < Minimum || value > Maximum,
    };
}

/// <summary>What is known of a lock class.</summary>
/// <param name="Name">The class: documentation ID of the field or property, or an alias.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="UsedIn">The contexts it is declared to be taken in; <see cref="Context.None"/> when nothing is declared.</param>
public sealed record LockClass(string Name, LockKind Kind, Context UsedIn = Context.None)
{
    /// <summary>Its declared level, outermost lowest; 0 when it has none.</summary>
    public int Level { get; init; }

    /// <summary>The class as a person names it: without its type and namespace where it is a member.</summary>
    public string Display => DisplayOf(Name);

    /// <summary>A class name as a person says it.</summary>
    public static string DisplayOf(string name) =>
        name.StartsWith("F:", System.StringComparison.Ordinal) || name.StartsWith("P:", System.StringComparison.Ordinal) ? name.Substring(name.LastIndexOf('.') + 1) : name;

    /// <summary>True for a lock that was given no name: nothing says which others are used like it, so it is a class of its own.</summary>
    public bool OfOneLock { get; init; }
}
