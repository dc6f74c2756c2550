using System;
using System.Collections.Generic;
using System.Globalization;
using IrqSafety.Contracts;
using IrqSafety.Rules;
using IrqSafety.Runtime;

namespace IrqSafety.Simulator;

/// <summary>Code that runs on a task's stack: the task's own, or a handler's nested on it.</summary>
/// <param name="parent">What it interrupted; null for the task's own code.</param>
/// <param name="context">The context it runs in.</param>
/// <param name="intId">The interrupt; -1 for the task's own code.</param>
/// <param name="cause">The step that raised the interrupt, when the program did; null for what came from outside.</param>
/// <remarks>No value: two that look the same are two.</remarks>
internal sealed class Frame(Frame? parent, Context context, int intId, StepOrigin? cause)
{
    /// <summary>What it interrupted; null for the task's own code.</summary>
    public Frame? Parent => parent;

    /// <summary>The context it runs in.</summary>
    public Context Context => context;

    /// <summary>The interrupt; 1023 for an exception that is none, and for a root handler, which has to find out; -1 for the task's own code.</summary>
    public int IntId => intId;

    /// <summary>True for the handler of one interrupt.</summary>
    public bool HasInterrupt => intId >= 0 && !new IntId(intId).IsSpecial;

    /// <summary>What is handled, as a schedule names it.</summary>
    public string Subject => HasInterrupt ? new IntId(intId).ToString() : Context switch
    {
        Context.HardIrq => "IRQ",
        Context.Fiq => "FIQ",
        Context.SError => "SError",
        Context.SyncException => "exception",
        Context.SdeiNormal or Context.SdeiCritical => "SDEI",
        _ => "NMI",
    };

    /// <summary>The step that raised the interrupt, when the program did; null for what came from outside.</summary>
    public StepOrigin? Cause => cause;

    /// <summary>
    /// The interrupt that was signalled when the exception was taken, which a root handler of the program's own may find to be another; -1 for what the program enters
    /// itself.
    /// </summary>
    public int Signalled { get; init; } = -1;

    /// <summary>Steps executed in it.</summary>
    public int Steps { get; set; }

    /// <summary>
    /// The registration that runs a handler in a context its own contract excludes; null where handler and context agree. What such a
    /// handler does wrong is the registration's fault.
    /// </summary>
    public StepOrigin? Registration { get; init; }

    /// <summary>The steps elsewhere without which this frame and those around it would not be here.</summary>
    public IEnumerable<StepOrigin> Causes
    {
        get
        {
            for (Frame? frame = this; frame is not null; frame = frame.Parent)
            {
                if (frame.Cause is { } cause)
                {
                    yield return cause;
                }

                if (frame.Registration is { } registration)
                {
                    yield return registration;
                }
            }
        }
    }

    /// <summary>Names the frames around a step, innermost last.</summary>
    public string Path => Parent is null ? "" : $"{Parent.Path}/{Subject}";

    /// <summary>Who runs it, as a person says it: the handler, or the task of this name.</summary>
    public string RunBy(string task) => Parent is null ? $"task '{task}'" : ToString();

    /// <inheritdoc/>
    public override string ToString() => HasInterrupt ? $"{Context.Describe()} ({Subject})" : Context.Describe();
}

/// <summary>Where a step came from.</summary>
/// <param name="Task">The task on whose stack it ran.</param>
/// <param name="Frame">The code it belongs to.</param>
/// <param name="Operation">The operation.</param>
/// <param name="Number">Its number in that code.</param>
/// <param name="Calls">The user's calls that led to it, innermost first; empty unless sites are captured.</param>
internal sealed record StepOrigin(string Task, Frame Frame, Operation Operation, int Number, IReadOnlyList<UserCall> Calls)
{
    /// <summary>The innermost site, or null.</summary>
    public Site? Site => Calls.Count > 0 ? Calls[0].Site : null;

    /// <summary>A key that needs no stack capture and is the same in every execution that takes the same path.</summary>
    public string Key => new StepKey(Task, Frame, Operation, Number).ToString();
}

/// <summary>What tells a step from others, in every execution that takes the same path. Put in words when somebody reads it.</summary>
/// <param name="Task">The task, or all that is known of the place.</param>
/// <param name="Frame">The code on its stack.</param>
/// <param name="Operation">The operation; null where the task has not come to one.</param>
/// <param name="Number">Its number in that code.</param>
internal readonly record struct StepKey(string Task, Frame? Frame = null, Operation? Operation = null, int Number = 0)
{
    /// <inheritdoc/>
    public bool Equals(StepKey other) => Number == other.Number && ReferenceEquals(Operation, other.Operation) && Task == other.Task && IsSamePath(Frame, other.Frame);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Task, Operation, Number);

    /// <inheritdoc/>
    public override string ToString() => Operation is null ? Task ?? "" : string.Create(CultureInfo.InvariantCulture, $"{Task}{Frame!.Path}:{Operation.Name}#{Number}");

    // As Frame.Path says it.
    private static bool IsSamePath(Frame? one, Frame? other)
    {
        while (one is not null && other is not null && !ReferenceEquals(one, other))
        {
            if (one.Parent is null != other.Parent is null || (one.Parent is not null && one.IntId != other.IntId))
            {
                return false;
            }

            (one, other) = (one.Parent, other.Parent);
        }

        return one is null == other is null;
    }
}

/// <summary>A step that may have to be named later. Few are: until then it costs no memory, unless the user's calls that led to it are captured.</summary>
internal readonly struct StepMark
{
    private readonly StepOrigin? _captured;
    private readonly SimTask? _task;
    private readonly Frame? _frame;
    private readonly Operation? _operation;
    private readonly int _number;

    /// <summary>A step whose calls are captured.</summary>
    public StepMark(StepOrigin captured) => _captured = captured;

    /// <summary>The step that a task is at.</summary>
    public StepMark(SimTask task, Operation operation) => (_task, _frame, _operation, _number) = (task, task.Frame, operation, task.Frame.Steps);

    /// <summary>The operation; null where there was none.</summary>
    public Operation? Operation => _captured?.Operation ?? _operation;

    /// <summary>Its number in the code it belongs to.</summary>
    public int Number => _captured?.Number ?? _number;

    /// <summary>Where it came from; null where there was none.</summary>
    public StepOrigin? Origin => _captured ?? (_task is null ? null : new StepOrigin(_task.Name, _frame!, _operation!, _number, []));
}

/// <summary>A wait a task is in.</summary>
/// <param name="wait">What it waits for.</param>
/// <param name="at">Where.</param>
internal sealed class PendingWait(WaitFor wait, StepMark at)
{
    /// <summary>What it waits for.</summary>
    public WaitFor For => wait;

    /// <summary>Where.</summary>
    public StepOrigin Origin => at.Origin!;

    /// <summary>A handler runs on the waiting stack, and the wait goes on when it returns.</summary>
    public bool Interrupted { get; set; }

    /// <summary>The deadline has passed.</summary>
    public bool TimedOut { get; set; }
}

/// <summary>A task as the engine keeps it.</summary>
internal sealed class SimTask : IReusable
{
    private readonly Frame _own = new(null, Context.Task, -1, null);

    /// <summary>It becomes a task of the execution.</summary>
    public void Begin(KernelTask kernel, string name, int number) => (Kernel, Name, Number) = (kernel, name, number);

    /// <inheritdoc/>
    public void MakeNew()
    {
        Begin(null!, "", 0);
        (Thread, Host, Started, Finished) = (null, null, false, false);
        (Parked, ParkedAt, LocalStep, AtPoint) = (null, null, 0, false);
        (Step, Top, _own.Steps) = (default, null, 0);
        (InertOperations, AbortedAt, LocksHeld, HasRead) = (0, 0, 0, false);
        Waits.Clear();
    }

    public KernelTask Kernel { get; private set; } = null!;

    /// <summary>Index among the tasks of the machine.</summary>
    public int Number { get; private set; }

    /// <summary>Its name, made unique: schedules name tasks.</summary>
    public string Name { get; private set; } = "";

    public TaskThread? Thread { get; set; }

    /// <summary>Whose stack it runs on top of; null where its stack is a thread's own.</summary>
    public SimTask? Host { get; set; }

    /// <summary>Whose stack the thread's own is.</summary>
    public SimTask Lowest => Host?.Lowest ?? this;

    public bool Started { get; set; }

    public bool Finished { get; set; }

    /// <summary>The waits it is in, outermost first: a handler may wait on the stack of a task that waits.</summary>
    public List<PendingWait> Waits { get; } = [];

    /// <summary>The wait it is in now, or null: a handler nested in a wait is not waiting.</summary>
    public PendingWait? Pending => Waits.Count > 0 && !Waits[^1].Interrupted ? Waits[^1] : null;

    /// <summary>Why its CPU stopped under it, or null.</summary>
    public string? Parked { get; set; }

    /// <summary>The step that stopped it.</summary>
    public StepOrigin? ParkedAt { get; set; }

    /// <summary>Decision points so far.</summary>
    public int LocalStep { get; set; }

    /// <summary>It stands at a point while another CPU runs: <see cref="Step"/> comes next.</summary>
    public bool AtPoint { get; set; }

    /// <summary>The step it is at.</summary>
    public Step Step { get; set; }

    /// <summary>The code that runs on its stack now.</summary>
    public Frame Frame => Top ?? _own;

    /// <summary>The innermost handler, or null.</summary>
    public Frame? Top { get; set; }

    /// <summary>Model operations since the execution was aborted.</summary>
    public int InertOperations { get; set; }

    /// <summary>Stack position at which the abort was thrown.</summary>
    public nuint AbortedAt { get; set; }

    /// <summary>Locks that the code on its stack holds.</summary>
    public int LocksHeld { get; set; }

    /// <summary>Shared data was read and nothing has been written since.</summary>
    public bool HasRead { get; set; }

    /// <summary>How much it is in the middle of.</summary>
    public int Engaged => LocksHeld + (HasRead ? 1 : 0);

    /// <summary>It cannot go on before the other task has ended.</summary>
    public bool WaitsForEndOf(SimTask other) => Pending is { For: { Style: WaitStyle.Sleep, Deadline: null, On: KernelTask awaited } } && awaited == other.Kernel;

    /// <summary>It neither waits nor is stopped: it goes on as soon as it has the CPU.</summary>
    public bool CanGoOn => !Finished && Parked is null && (Pending is not { } wait || wait.TimedOut || wait.For.Ready());

    /// <summary>It wants the CPU: everything but a sleep that is not over.</summary>
    public bool WantsCpu => !Finished && Parked is null && (Pending is not { For.Style: WaitStyle.Sleep } || CanGoOn);
}
