using System.Runtime.CompilerServices;
using IrqSafety.Contracts;
using IrqSafety.Rules;

namespace IrqSafety.Runtime;

/// <summary>Who gives way when two tickets want each other's objects.</summary>
public enum WwAlgorithm
{
    /// <summary>The younger holder gives way to an older waiter (<c>DEFINE_WW_CLASS</c>).</summary>
    WoundWait,

    /// <summary>The younger waiter gives way to an older holder (<c>DEFINE_WD_CLASS</c>).</summary>
    WaitDie,
}

/// <summary><c>struct ww_class</c>: objects that one ticket may hold several of, in any order.</summary>
/// <param name="algorithm">Who gives way.</param>
/// <param name="name">Its name; by default that of the field it is created for.</param>
public sealed class WwClass(WwAlgorithm algorithm = WwAlgorithm.WoundWait, [CallerMemberName] string name = "")
{
    private long _lastStamp;

    /// <summary>Who gives way.</summary>
    public WwAlgorithm Algorithm { get; } = algorithm;

    /// <summary>Its name.</summary>
    public string Name { get; } = name;

    /// <inheritdoc/>
    public override string ToString() => Name;

    internal long NextStamp() => ++_lastStamp;
}

/// <summary>
/// <c>struct ww_acquire_ctx</c>: opened, used to acquire objects of its class, marked done, and closed when all are released. A task has one open at a
/// time. After a refusal it releases everything and acquires the contended object first.
/// </summary>
/// <remarks>Source: Linux <c>Documentation/locking/ww-mutex-design.rst</c>; the checks are those of <c>CONFIG_DEBUG_WW_MUTEXES</c>.</remarks>
[LockType(LockKind.Ticket)]
public sealed class WwTicket : KernelLock
{
    private static readonly Operation s_open = Operation.Of(typeof(WwTicket), nameof(Open));
    private static readonly Operation s_done = Operation.Of(typeof(WwTicket), nameof(Done));
    private static readonly Operation s_close = Operation.Of(typeof(WwTicket), nameof(Close));

    /// <summary>A ticket that is not open.</summary>
    /// <param name="class">The objects it is for.</param>
    public WwTicket(WwClass @class)
        : base(new LockClass($"{@class?.Name}.ticket", LockKind.Ticket))
    {
        System.ArgumentNullException.ThrowIfNull(@class);
        Of = @class;
    }

    /// <summary>The objects it is for.</summary>
    public WwClass Of { get; }

    /// <summary>Its age: the smaller is older, and wins.</summary>
    public long Stamp { get; private set; }

    /// <summary>How many objects it holds.</summary>
    public int Acquired { get; internal set; }

    /// <summary>No object is acquired with it any more.</summary>
    public bool IsDone { get; private set; }

    /// <summary>The object it was refused for, until that is acquired.</summary>
    public WwMutex? RefusedFor { get; internal set; }

    /// <summary>An older ticket waits for one of its objects.</summary>
    internal bool IsWounded { get; set; }

    /// <summary><c>ww_acquire_init</c>: it gets its age, and is open.</summary>
    [LegalIn(Context.Task)]
    [Acquires("this")]
    [Transition("ww-ticket", "open", Of = "this")]
    public void Open()
    {
        Cpu cpu = s_open.Begin(this);
        if (IsHeld)
        {
            cpu.Machine.Execution.Fail($"{Name} is opened twice");
        }

        Stamp = Of.NextStamp();
        IsDone = IsWounded = false;
        RefusedFor = null;
        Acquired = 0;
        cpu.Publish(MachineEventKind.LockWanted, this, context: cpu.Context);
        Take(cpu, new LockTaking(LockAccess.Exclusive), isTry: false);
    }

    /// <summary><c>ww_acquire_done</c>: all objects are acquired.</summary>
    [LegalIn(Context.Task)]
    [RequiresHeld("this")]
    [Transition("ww-ticket", "done", Of = "this")]
    public void Done()
    {
        Cpu cpu = s_done.Begin(this);
        cpu.Publish(MachineEventKind.TicketDone, this);
        if (!IsHeld || IsDone)
        {
            cpu.Machine.Execution.Fail(IsDone ? $"{Name} is marked done twice" : $"{Name} is marked done, but it is not open");
        }

        IsDone = true;
    }

    /// <summary><c>ww_acquire_fini</c>.</summary>
    [LegalIn(Context.Task)]
    [Releases("this")]
    [Transition("ww-ticket", "close", Of = "this")]
    public void Close()
    {
        Cpu cpu = s_close.Begin(this);
        cpu.Publish(MachineEventKind.LockReleased, this, context: cpu.Context);
        if (!IsHeld || Acquired > 0)
        {
            cpu.Machine.Execution.Fail(IsHeld ? $"{Name} is closed while it holds {Acquired} object(s)" : $"{Name} is closed, but it is not open");
        }

        Leave(cpu, LockAccess.Exclusive);
    }

    /// <summary>True when it is older than <paramref name="other"/>.</summary>
    internal bool IsOlderThan(WwTicket other) => Stamp < other.Stamp;
}
