using System;
using System.Diagnostics.CodeAnalysis;
using IrqSafety.Rules;

namespace IrqSafety.Runtime;

/// <summary>How an operation touches its location; two steps are dependent when they touch one location and one of them writes.</summary>
public enum Access
{
    /// <summary>Reads.</summary>
    Read,

    /// <summary>Writes, or reads and writes.</summary>
    Write,
}

/// <summary>One step of the program: a model operation about to be executed.</summary>
/// <param name="Operation">The operation.</param>
/// <param name="Location">What it touches: a lock, a shared cell, an interrupt line; null when only state of its own CPU.</param>
/// <param name="Access">How.</param>
public readonly record struct Step(Operation Operation, object? Location, Access Access);

/// <summary>How a wait uses the CPU.</summary>
public enum WaitStyle
{
    /// <summary>The CPU spins: it does nothing else, but takes interrupts as its masks allow.</summary>
    Spin,

    /// <summary>The task leaves the CPU; other tasks run.</summary>
    Sleep,

    /// <summary>The CPU idles (WFI): it is not waiting for anything, and its interrupts wake it whatever DAIF.I says.</summary>
    Idle,

    /// <summary>The CPU polls: it looks again when what it looked at may have changed, or when nothing else can happen. The execution knows when that is, not the wait.</summary>
    Poll,
}

/// <summary>A wait.</summary>
/// <param name="Style">How it uses the CPU.</param>
/// <param name="Operation">The operation that waits.</param>
/// <param name="On">What is waited for: a lock, a completion, a set of CPUs. Named in deadlock reports.</param>
/// <param name="Ready">True when the wait is over. Pure: it may be asked at any time, by any thread.</param>
/// <param name="Owner">Who must act for it to end, if one task is known: the holder of the lock.</param>
/// <param name="Deadline">Virtual time in nanoseconds at which the wait gives up; null for never.</param>
public sealed record WaitFor(WaitStyle Style, Operation Operation, object On, Func<bool> Ready, Func<KernelTask?>? Owner = null, long? Deadline = null);

/// <summary>What happened. Checkers and traces read these; nothing in the model does.</summary>
public enum MachineEventKind
{
    /// <summary>
    /// A task is about to take a lock, and may have to wait. Published before it can block. <see cref="MachineEvent.Value"/> is 1 when it waits until the
    /// lock is free and does not take it.
    /// </summary>
    LockWanted,

    /// <summary>A lock was taken. <see cref="MachineEvent.Value"/> is 1 for a try form.</summary>
    LockAcquired,

    /// <summary>A lock is released. Published before the model judges whether it was held.</summary>
    LockReleased,

    /// <summary>A lock is initialised, whatever its state.</summary>
    LockInitialised,

    /// <summary>A wound/wait ticket is marked done. Published before the model judges whether it may be.</summary>
    TicketDone,

    /// <summary>A wound/wait ticket was refused an object.</summary>
    TicketRefused,

    /// <summary>An object is acquired with a ticket that must not be used for it now. The machine ends here.</summary>
    TicketMisused,

    /// <summary>
    /// An exception was taken: <see cref="MachineEvent.Context"/>, INTID in <see cref="MachineEvent.Value"/>, and its line in <see cref="MachineEvent.Subject"/> where it has
    /// one. Or code entered a context itself: then <see cref="MachineEvent.Subject"/> is the <see cref="Operation"/>.
    /// </summary>
    ContextEntered,

    /// <summary>
    /// An exception returned. Or what code had entered ended: <see cref="MachineEvent.Subject"/> is the <see cref="Operation"/> that left it, or the one that entered it where
    /// the exception returned first.
    /// </summary>
    ContextLeft,

    /// <summary>A mask changed: <see cref="Cpu.MaskText"/> shows the masks. <see cref="MachineEvent.Text"/> says what else changed, or is null.</summary>
    MaskChanged,

    /// <summary>A mask is saved, to be restored: <see cref="MachineEvent.Value"/> is the number of the save. Published before the mask changes.</summary>
    MaskSaved,

    /// <summary>
    /// A word is put back: <see cref="MachineEvent.Value"/> is the number of the save that returned it, or 0 where nobody saved it. Published before the mask
    /// changes.
    /// </summary>
    MaskRestored,

    /// <summary>An interrupt became pending for <see cref="MachineEvent.TargetCpu"/>.</summary>
    InterruptAsserted,

    /// <summary>
    /// An interrupt may have stopped being pending on <see cref="MachineEvent.TargetCpu"/> without an acknowledge: its line went low, or its pending state was cleared.
    /// </summary>
    InterruptWithdrawn,

    /// <summary>IAR was read: <see cref="MachineEvent.Value"/> is the INTID.</summary>
    InterruptAcknowledged,

    /// <summary>Priority drop or deactivation: <see cref="MachineEvent.Value"/> is the INTID.</summary>
    InterruptEnded,

    /// <summary>A protocol moved: <see cref="MachineEvent.Text"/> is "protocol: from → to".</summary>
    ProtocolMoved,

    /// <summary>A CPU came online, went offline or was parked: <see cref="MachineEvent.Text"/> says which.</summary>
    CpuChanged,

    /// <summary>A task went to sleep.</summary>
    TaskSlept,

    /// <summary>A task was made runnable.</summary>
    TaskWoken,

    /// <summary>A task was made; it has not run yet.</summary>
    TaskCreated,

    /// <summary>A memory barrier: what this CPU did before it is seen before what it does after it.</summary>
    Barrier,

    /// <summary>
    /// Code that is meant to be one indivisible step begins: <see cref="MachineEvent.Subject"/> is the <see cref="AtomicRegion"/>.
    /// </summary>
    RegionEntered,

    /// <summary>It ends.</summary>
    RegionLeft,

    /// <summary>
    /// A shared cell was read: <see cref="MachineEvent.Value"/> is the <see cref="MemoryOrder"/>, and <see cref="MachineEvent.Text"/> is
    /// <see cref="MachineEvent.OfUpdate"/> where the read and the write that follows are one update.
    /// </summary>
    Read,

    /// <summary>A shared cell was written. As <see cref="Read"/>.</summary>
    Written,

    /// <summary>A line on the console or a note of the model.</summary>
    Note,
}

/// <summary>How a lock is taken or released.</summary>
/// <param name="Access">Alone or as a reader.</param>
/// <param name="Subclass">The level of nesting among locks of its class.</param>
/// <param name="Nest">The held lock that makes a second lock of the class legal.</param>
/// <param name="IsSlow">In the form for the first acquire after a refusal.</param>
public readonly record struct LockTaking(LockAccess Access, int Subclass = 0, KernelLock? Nest = null, bool IsSlow = false);

/// <summary>One event of the machine.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Cpu">On which CPU.</param>
/// <param name="Subject">The lock, cell or line concerned.</param>
/// <param name="Value">See the kind.</param>
/// <param name="TargetCpu">See the kind; -1 when there is none.</param>
/// <param name="Context">See the kind.</param>
/// <param name="Text">See the kind.</param>
/// <param name="Taking">For locks: how.</param>
public readonly record struct MachineEvent(
    MachineEventKind Kind,
    CpuId Cpu,
    object? Subject = null,
    long Value = 0,
    int TargetCpu = -1,
    Contracts.Context Context = Contracts.Context.None,
    string? Text = null,
    LockTaking Taking = default)
{
    /// <summary>The text of reads and writes that make up one update.</summary>
    public const string OfUpdate = "update";
}

/// <summary>
/// What decides and observes while a program runs on the model. A plain run (<see cref="PlainExecution"/>) goes on in program order; the
/// simulator implements it to explore.
/// </summary>
public interface IExecution
{
    /// <summary>Virtual time in nanoseconds since the machine started.</summary>
    long Now { get; }

    /// <summary>Nothing more happens on the machine: what loops for ever returns.</summary>
    bool IsOver => false;

    /// <summary>
    /// Called before every model operation, on the thread that executes it. Interrupts may be taken here, as nested calls, and other CPUs may
    /// run, before it returns. Between two points a step is atomic.
    /// </summary>
    void Point(in Step step);

    /// <summary>A choice of the environment, for example whether a request fails. 0 is what happens without faults.</summary>
    /// <param name="what">What is decided, for example <c>request_percpu_nmi fails</c>.</param>
    /// <param name="alternatives">How many alternatives there are, at least 2.</param>
    int Choose(string what, int alternatives);

    /// <summary>
    /// Whether the register write that is executed now takes effect only when something makes it. Asked under the memory model <c>arm</c> only.
    /// </summary>
    bool TakesEffectLate(string register) => false;

    /// <summary>Waits; interrupts are taken meanwhile as the masks allow. False when the deadline passed.</summary>
    bool Wait(WaitFor wait);

    /// <summary>The CPU stops here and never goes on. Interrupts do not arrive any more unless <paramref name="interruptible"/>.</summary>
    [DoesNotReturn]
    void Park(string why, bool interruptible);

    /// <summary>Something happened.</summary>
    void Publish(in MachineEvent happened);

    /// <summary>An operation is about to be executed where its contract forbids it.</summary>
    void Breach(Breach breach, in Step step);

    /// <summary>The model or the program found a state that must not exist: a BUG().</summary>
    [DoesNotReturn]
    void Fail(string what);
}
