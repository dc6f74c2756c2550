using System;
using System.Diagnostics.CodeAnalysis;
using IrqSafety.Rules;
using IrqSafety.Runtime;

namespace IrqSafety.Simulator;

/// <summary>
/// One execution of a scenario under the control of a strategy: what the model calls before each of its steps, when it waits, and when the
/// environment decides. Everything here runs on the thread that has the turn.
/// </summary>
internal sealed class SimulatedExecution : IExecution
{
    // Whose stack a thread is: where several run, because an execution is over and its stacks are unwound.
    [ThreadStatic]
    private static SimTask? s_onThread;

    private readonly MachineProfile _profile;
    private readonly SharedLocations _locations;
    private readonly InterruptDelivery _delivery;
    private Action? _invariants;
    private bool _isUsed;
    private bool _observing;
    private long _steps;
    private long _longest;

    /// <summary>An engine for executions on machines of one kind.</summary>
    public SimulatedExecution(MachineProfile profile, int cpus, MemoryModel memory, SharedLocations locations, TaskThread.Pool pool)
    {
        _profile = profile;
        _locations = locations;
        Scheduler = new Scheduler(this, pool);
        Aborting = new Aborting(Scheduler);
        Machine = new Machine(profile, cpus, this, bootCpuOnly: true, memory);
        Scheduler.Attach(Machine);
        Sources = new SourceSet();
        Decisions = new DecisionMaker(this, locations);
        Checker = new Checker(this);
        Boot = () => BootSequence.Run(this, Scenario);
        _delivery = new InterruptDelivery(this, locations);
        Polls = new Polls(memory);
    }

    public ExecutionOptions Options { get; private set; } = null!;

    public MachineBuilder Scenario { get; private set; } = null!;

    /// <summary>What the first task does.</summary>
    public Action Boot { get; }

    public Machine Machine { get; }

    public Scheduler Scheduler { get; }

    /// <summary>The strategy relies on what is known of who touches what.</summary>
    public bool Records { get; private set; }

    /// <summary>Follows the events for a search that asks; otherwise null.</summary>
    public ExecutionTrace? Trace { get; private set; }

    public Aborting Aborting { get; }

    public SourceSet Sources { get; }

    public DecisionMaker Decisions { get; }

    /// <summary>Loops that wait by looking.</summary>
    public Polls Polls { get; }

    public Checker Checker { get; }

    /// <summary>Writes the execution down; null unless traced.</summary>
    public ReplayRecorder? Recorder { get; private set; }

    /// <summary>Decides what takes effect late; null where nothing does.</summary>
    public LateEffects? LateEffects { get; private set; }

    /// <summary>Records the accesses to shared data; null unless asked for.</summary>
    public AccessObserver? Accesses { get; private set; }

    /// <summary>True when it executes on such a machine, and no thread of an execution before is left.</summary>
    public bool Fits(MachineProfile profile, int cpus, MemoryModel memory) =>
        !Scheduler.LeftThreadBehind && _profile == profile && Machine.Cpus.Count == cpus && Machine.Memory == memory;

    /// <summary>
    /// An execution begins. Nothing of the one before shows in it: the machine is reset, and so is everything that followed it, at the cost of what was touched.
    /// </summary>
    public void Begin(MachineBuilder scenario, IStrategy strategy, ExecutionOptions options, Action<StepOrigin>? onStep)
    {
        (Options, Scenario, OnStep) = (options, scenario, onStep);
        _locations.BeginExecution();
        if (_isUsed)
        {
            Machine.Reset();
            Checker.MakeNew();
        }

        _isUsed = true;
        Scheduler.MakeNew(options.Switches ?? scenario.SwitchBound);
        Sources.MakeNew(scenario.Sources);
        Decisions.MakeNew(strategy);
        _delivery.MakeNew();
        Polls.MakeNew();
        LateEffects = options.Memory == MemoryModel.Arm ? new LateEffects(this, LateEffects.Bound) : null;
        Recorder = options.Trace ? new ReplayRecorder(this) : null;
        Accesses = options.AccessPlace is { } place ? new AccessObserver(place) : null;
        _invariants = scenario.Invariants.Count > 0 ? CheckInvariants : null;
        Records = strategy.Reduces;
        (_observing, _steps, Exploring, CutByDepth, IsPruned) = (false, 0, false, false, false);
        _longest = Math.Min(options.Depth ?? int.MaxValue, options.MaximumSteps);
        Trace = strategy.Trace;
        Trace?.Begin(this);
    }

    /// <summary>Sources may arrive and CPUs may be switched: the machine has booted.</summary>
    public bool Exploring { get; set; }

    /// <summary>Called for each step when sites are captured.</summary>
    public Action<StepOrigin>? OnStep { get; private set; }

    /// <inheritdoc/>
    public long Now => Scheduler.Now;

    /// <inheritdoc/>
    public bool IsOver => Scheduler.Over;

    /// <summary>Steps so far.</summary>
    public long Steps => _steps;

    private SimTask Self => (Scheduler.Over ? s_onThread : Running) ?? throw new InvalidOperationException(
        "a model operation was called on a thread that runs no task of the scenario: real threads, Task.Run and timers are outside the model");

    /// <summary>The task that has the turn, or null between two tasks.</summary>
    public SimTask? Running { get; private set; }

    /// <summary>Says which task this thread runs.</summary>
    public void SetCurrent(SimTask? task) => Running = s_onThread = task;

    /// <summary>Says whose stack this thread has, which does not have the turn.</summary>
    public static void SetOnThread(SimTask task) => s_onThread = task;

    /// <summary>A task has the turn again, on its own thread.</summary>
    public void GoesOn(SimTask task) => Running = task;

    /// <inheritdoc/>
    public void Point(in Step step)
    {
        if (_observing)
        {
            return;
        }

        SimTask task = Self;
        if (!Scheduler.Over && Polls.BeforeStep(task, step, _steps) is { } changed)
        {
            WaitForChange(task, step, changed);
        }

        if (Scheduler.Over)
        {
            Aborting.Operation(task);
            return;
        }

        Trace?.Commit();
        task.Step = step;
        task.Frame.Steps++;
        if (++_steps > _longest)
        {
            TooLong(task);
        }

        _invariants?.Invoke();
        _delivery.BeforeStep(task, step);
        LateEffects?.BeforeAccess(task, step);
        Decisions.Executed(task, step);
        Trace?.Step(task, step);
        Checker.Step(task, step);
        if (Records)
        {
            _locations.Record(task, task.Kernel.Cpu.Value, step);
        }

        OnStep?.Invoke(OriginOf(task, step.Operation));
        Recorder?.Step(task, step);
    }

    // A loop that looks again waits before its step.
    private void WaitForChange(SimTask task, in Step step, Func<bool> changed) =>
        Wait(task, new WaitFor(WaitStyle.Poll, step.Operation, "a change", changed));

    [DoesNotReturn]
    private void TooLong(SimTask task)
    {
        if (_steps > Options.Depth)
        {
            CutByDepth = true;
            Scheduler.EndHere(task);
        }

        Checker.Endless(task);
        EndsAbruptly(task);
    }

    /// <inheritdoc/>
    public int Choose(string what, int alternatives)
    {
        SimTask task = Self;
        if (Scheduler.Over)
        {
            Aborting.Operation(task);
            return 0;
        }

        return Decisions.Outcome(task, what, alternatives);
    }

    /// <inheritdoc/>
    public bool TakesEffectLate(string register) => !Scheduler.Over && LateEffects?.IsLate(Self, register) == true;

    /// <inheritdoc/>
    public bool Wait(WaitFor wait)
    {
        ArgumentNullException.ThrowIfNull(wait);
        SimTask task = Self;
        if (Scheduler.Over)
        {
            Aborting.Operation(task);
            return true;
        }

        return Wait(task, wait.Style == WaitStyle.Poll ? wait with { Ready = Polls.Waits(task) } : wait);
    }

    private bool Wait(SimTask task, WaitFor wait)
    {
        if (wait.Ready())
        {
            return true;
        }

        Trace?.Commit();
        var pending = new PendingWait(wait, MarkOf(task, wait.Operation));
        task.Waits.Add(pending);
        Recorder?.Wait(task, wait);
        bool satisfied = WaitUntilOver(task, pending);
        task.Waits.RemoveAt(task.Waits.Count - 1);
        if (wait.Style == WaitStyle.Poll)
        {
            Polls.Ends(task);
        }

        if (satisfied && wait.Style is WaitStyle.Spin or WaitStyle.Sleep)
        {
            Checker.WaitOver(task, wait.On);
            Decisions.Executed(task, new Step(wait.Operation, wait.On, Access.Write));
            Trace?.WaitOver(task, wait.On);
        }

        return satisfied;
    }

    /// <inheritdoc/>
    [DoesNotReturn]
    public void Park(string why, bool interruptible)
    {
        SimTask task = Self;
        if (Scheduler.Over)
        {
            Aborting.Throw(task);
        }

        SimCpu cpu = Scheduler.Cpus[task.Kernel.Cpu.Value];
        task.Parked = why;
        task.ParkedAt = OriginOf(task, task.Step.Operation);
        task.Kernel.State = TaskState.Parked;
        cpu.Stopped = !interruptible;
        _locations.RecordNeverReturns(task, cpu.Number);
        Trace?.NeverReturns(task);
        Recorder?.Note(task, why);
        Scheduler.GiveUp(task, why);
        throw new ExecutionAborted();
    }

    /// <inheritdoc/>
    public void Publish(in MachineEvent happened)
    {
        if (_observing || Scheduler.Over)
        {
            return;
        }

        // What a source raises between two tasks is nobody's step. Of masks, which change most, only checkers and the recorder want to hear.
        SimTask? task = Running;
        bool isMask = happened.Kind == MachineEventKind.MaskChanged;
        if (!isMask)
        {
            Checker.Counts(happened);
            Polls.Observe(task, happened, _steps);
        }

        if (task is null)
        {
            return;
        }

        if (!isMask)
        {
            _delivery.Observe(task, happened);
        }

        Checker.Observe(task, happened);
        Recorder?.Observe(task, happened);
        Accesses?.Observe(task, happened);
    }

    /// <inheritdoc/>
    public void Breach(Breach breach, in Step step)
    {
        if (!_observing && !Scheduler.Over)
        {
            Checker.Breached(Self, breach, step);
        }
    }

    /// <inheritdoc/>
    [DoesNotReturn]
    public void Fail(string what)
    {
        SimTask task = Self;
        if (Scheduler.Over)
        {
            Aborting.Throw(task);
        }

        Checker.Failed(task, what);
        EndsAbruptly(task);
    }

    /// <summary>The execution ends here, with what is wrong.</summary>
    [DoesNotReturn]
    public void EndsAbruptly(SimTask task)
    {
        Trace?.EndsAbruptly(task);
        Scheduler.EndHere(task);
    }

    /// <summary>Everything from here on was explored in another order: the execution ends without a verdict.</summary>
    public void Prune(SimTask task)
    {
        IsPruned = true;
        Scheduler.EndHere(task);
    }

    /// <summary>The execution was longer than asked for.</summary>
    public bool CutByDepth { get; private set; }

    /// <summary>The execution ended because the rest of it is explored elsewhere.</summary>
    public bool IsPruned { get; private set; }

    /// <summary>Takes the signalled interrupt as a nested call on the task's stack.</summary>
    public void TakeInterrupt(SimTask task, SimCpu cpu) => _delivery.Take(task, cpu);

    /// <summary>A spontaneous source raises its line.</summary>
    public void Assert(SimSource source) => _delivery.Assert(source);

    /// <summary>Nothing goes on any more after a step of this task: what must hold at rest is checked.</summary>
    public void ComeToRest(SimTask last)
    {
        LateEffects?.Settle();
        foreach (SimTask task in Scheduler.Tasks)
        {
            if (task.Top is not null && Deadlock.IsStuck(task))
            {
                _locations.RecordNeverReturns(task, task.Kernel.Cpu.Value);
                Trace?.NeverReturns(task);
            }
        }

        Trace?.Ends();
        Checker.AtRest(last);
    }

    /// <summary>Where the step of a task comes from.</summary>
    public StepOrigin OriginOf(SimTask task, Operation operation) => new(
        task.Name,
        task.Frame,
        operation,
        task.Frame.Steps,
        Options.CaptureSites ? SiteCapture.Capture(Options.CaptureSource) : []);

    /// <summary>The same, to be asked for when it matters.</summary>
    public StepMark MarkOf(SimTask task, Operation operation) => Options.CaptureSites ? new StepMark(OriginOf(task, operation)) : new StepMark(task, operation);

    /// <summary>Evaluates something of the scenario's without it being a step of the program.</summary>
    public bool Observe(Func<bool> holds)
    {
        bool before = _observing;
        _observing = true;
        try
        {
            return holds();
        }
        finally
        {
            _observing = before;
        }
    }

    private bool WaitUntilOver(SimTask task, PendingWait pending)
    {
        WaitFor wait = pending.For;
        SimCpu cpu = Scheduler.Cpus[task.Kernel.Cpu.Value];
        bool sleeps = wait.Style == WaitStyle.Sleep;
        if (sleeps)
        {
            LeaveCpu(task, cpu);
            Scheduler.GiveUp(task, wait.Operation.Name);
        }

        while (true)
        {
            if (Scheduler.Over || wait.Ready())
            {
                task.Kernel.State = TaskState.Running;
                return true;
            }

            if (pending.TimedOut)
            {
                task.Kernel.State = TaskState.Running;
                return false;
            }

            if (!sleeps && cpu.Model.InterruptSignalled)
            {
                pending.Interrupted = true;
                TakeInterrupt(task, cpu);
                pending.Interrupted = false;
                continue;
            }

            if (sleeps)
            {
                LeaveCpu(task, cpu);
            }

            Scheduler.GiveUp(task, wait.Operation.Name);
        }
    }

    private static void LeaveCpu(SimTask task, SimCpu cpu)
    {
        task.Kernel.State = TaskState.Sleeping;
        Scheduler.Vacate(cpu);
    }

    private void CheckInvariants()
    {
        if (Checker.BrokenInvariants() is { } broken)
        {
            SimTask task = Self;
            Checker.Violated(task, broken);
            EndsAbruptly(task);
        }
    }
}
