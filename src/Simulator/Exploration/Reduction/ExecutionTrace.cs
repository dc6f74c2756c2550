using System.Collections.Generic;
using IrqSafety.Runtime;

namespace IrqSafety.Simulator;

/// <summary>
/// One execution as the reduction sees it: tasks and the runs of interrupt handlers are processes, a run nested in what it interrupts. Every step is an event; what it
/// does is known from what it says of itself, from what the model and the checkers are told meanwhile, and from the machine before and after it. Tells the search which
/// events could have come in the other order.
/// </summary>
internal sealed class ExecutionTrace
{
    private readonly IReversals _search;
    private readonly HappensBefore _order = new();
    private readonly Dependence _dependence;
    private readonly InterruptPath _interrupts;
    private readonly LockSteps _locks;
    private readonly List<EventPlace> _places = [];
    private readonly Dictionary<SimTask, Stack> _stacks = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<(int Cpu, int IntId), int> _handlers = [];
    private readonly Dictionary<int, int> _assertions = [];
    private readonly MachineView _before = new();
    private readonly MachineView _after = new();
    private SimulatedExecution _execution = null!;

    // The event under way, −1 for none: by whom, and by which step; the entry of an interrupt has no step, nor has what a task does before its first.
    private int _open = -1;
    private SimTask? _openTask;
    private bool _openIsEntry;
    private Step? _openStep;
    private bool _openEndsInterrupt;
    private SimTask? _starting;
    private EventPlace _startsAt;
    private int _asserted = -1;

    /// <summary>A trace for a search, which knows how far lock classes are connected.</summary>
    public ExecutionTrace(LockComponents locks, IReversals search)
    {
        _search = search;
        _dependence = new Dependence(_order);
        _interrupts = new InterruptPath(_order, _dependence);
        _locks = new LockSteps(locks, _dependence);
    }

    /// <summary>Events so far.</summary>
    public int Count => _order.Count;

    /// <summary>The order of the events.</summary>
    public HappensBefore Order => _order;

    /// <summary>The runs of handlers.</summary>
    public HandlerRuns Runs { get; } = new();

    /// <summary>CPUs of the machine.</summary>
    public int Cpus => _interrupts.Cpus;

    /// <summary>Spontaneous sources.</summary>
    public int Sources => _execution.Sources.All.Length;

    /// <summary>What steps do besides what they say of themselves, as the executions so far have shown.</summary>
    public UnsaidEffects Unsaid { get; } = new();

    private bool IsOn => _execution.Exploring && !_execution.Scheduler.Over;

    /// <summary>An execution begins.</summary>
    public void Begin(SimulatedExecution execution)
    {
        _execution = execution;
        _order.Clear();
        _dependence.Clear();
        _interrupts.Begin(execution.Machine);
        _locks.Clear();
        _handlers.Clear();
        _places.Clear();
        Runs.Clear();
        _stacks.Clear();
        _assertions.Clear();
        _open = -1;
        _asserted = -1;
        _starting = null;
    }

    /// <summary>Where an event happened.</summary>
    public EventPlace PlaceOf(int happened) => _places[happened];

    /// <summary>The run of a handler that an event belongs to, or null for the own code of a task.</summary>
    public HandlerRun? RunOf(int happened) => Runs.Of(_order.ProcessOf(happened), happened);

    /// <summary>A report of the lock rules may hinge on the order of what happens to the two.</summary>
    public bool AreConnected(KernelLock first, KernelLock second) => _locks.AreConnected(first, second);

    /// <summary>The source may still arrive.</summary>
    public bool MayArrive(int source) => _execution.Sources[source].Left > 0;

    /// <summary>An interrupt is pending at the CPU.</summary>
    public bool HasPending(int cpu) => !_execution.Machine.Cpus[cpu].Interface.HighestPending.IsSpecial;

    /// <summary>A step is about to be executed.</summary>
    public void Step(SimTask task, in Step step)
    {
        if (!IsOn)
        {
            return;
        }

        int happened = Open(task, isEntry: false);
        if (_execution.Scenario.Invariants.Count > 0)
        {
            // An invariant looks at everything before every step.
            _dependence.WriteMachine(happened);
        }

        (_openStep, _openEndsInterrupt) = (step, task.Frame.Signalled >= 0);
        if (step.Location is { } location)
        {
            _dependence.Touch(happened, _dependence.Of(location), step.Access == Access.Write);
        }

        _interrupts.Touched(happened, task.Kernel.Cpu, step);
    }

    /// <summary>A source raises its line: an event of its own, whoever runs.</summary>
    public void Asserts(SimSource source)
    {
        if (!IsOn || _execution.Machine.Unlatched is not null || _execution.Machine.Gic.Find(source.IntId, source.DeclaredFor) is not { } line)
        {
            return;
        }

        Commit();
        if (!_assertions.TryGetValue(source.Number, out int process))
        {
            _assertions[source.Number] = process = _order.NewProcess();
        }

        _asserted = _order.Add(process);
        _places.Add(new EventPlace(-1, _search.Nodes) { Source = source.Number });
        _dependence.ReadMachine(_asserted);
        _interrupts.Asserted(_asserted, line, CpuOf(source));
        Report();
    }

    /// <summary>A wait is over: what the task waited for is another event's doing.</summary>
    public void WaitOver(SimTask task, object on)
    {
        if (IsOn)
        {
            _dependence.Touch(Open(task, isEntry: false), _dependence.Of(on), writes: true);
        }
    }

    /// <summary>A task begins to run: what it does before its first step is an event if it changes anything.</summary>
    public void Starts(SimTask task)
    {
        if (IsOn)
        {
            Commit();
            (_starting, _startsAt) = (task, new EventPlace(task.Kernel.Cpu.Value, _search.Nodes));
            _before.Look(_execution, task);
        }
    }

    /// <summary>The step that ran last has done what it does: what it changed besides its location becomes known.</summary>
    public void Commit()
    {
        if (_starting is { } started)
        {
            _starting = null;
            _after.Look(_execution, started);
            if (_after.IsSameAs(_before))
            {
                return;
            }

            (_open, _openTask, _openIsEntry, _openStep) = (_order.Add(StackOf(started).Process), started, false, null);
            _places.Add(_startsAt);
            _dependence.ReadMachine(_open);
        }

        if (_open < 0)
        {
            return;
        }

        int happened = _open;
        _open = -1;
        if (!_openIsEntry)
        {
            _after.Look(_execution, _openTask!);
            Changed(happened);
        }

        Report();
    }

    /// <summary>An interrupt was taken on the stack of a task.</summary>
    public void Entered(SimTask task, int intId)
    {
        if (!IsOn)
        {
            return;
        }

        Commit();
        int cpu = task.Kernel.Cpu.Value;
        if (!_handlers.TryGetValue((cpu, intId), out int process))
        {
            _handlers[(cpu, intId)] = process = _order.NewProcess();
        }

        Stack stack = StackOf(task);
        int host = stack.Process;
        int source = -1;
        foreach (SimSource candidate in _execution.Sources.All)
        {
            source = candidate.IntId.Value == intId && CpuOf(candidate) == cpu ? candidate.Number : source;
        }

        bool isMerged = _asserted >= 0 && _asserted == _order.Count - 1 && _places[_asserted].Nodes == _search.Nodes;
        var run = new HandlerRun(process, host, cpu, source, _order.Count, _order.LastOf(host)) { Begin = isMerged ? _asserted : _order.Count };
        Runs.Add(run);
        stack.Active.Add(run);
        stack.Process = process;
        _interrupts.Taken(Open(task, isEntry: true), cpu, new IntId(intId));
    }

    /// <summary>Its handler has returned.</summary>
    public void Left(SimTask task)
    {
        if (!IsOn || StackOf(task) is not { Active.Count: > 0 } stack)
        {
            return;
        }

        Commit();
        HandlerRun left = stack.Active[^1];
        left.End = _order.Count;
        stack.Active.RemoveAt(stack.Active.Count - 1);
        stack.Process = left.Host;
    }

    /// <summary>The current step made an interrupt pending, acknowledged or ended one, or took it back.</summary>
    public void Controller(in MachineEvent happened)
    {
        if (!IsOn || _open < 0)
        {
            return;
        }

        if (happened.Kind != MachineEventKind.InterruptEnded || !_openEndsInterrupt)
        {
            Learn(UnsaidEffect.Controller);
        }

        switch (happened.Kind)
        {
            case MachineEventKind.InterruptAsserted when happened.Subject is InterruptState line:
                _interrupts.Asserted(_open, line, happened.TargetCpu);
                break;
            case MachineEventKind.InterruptWithdrawn when happened.Subject is InterruptState line:
                _interrupts.Withdrawn(_open, line, happened.TargetCpu);
                break;
            case MachineEventKind.InterruptAcknowledged:
                _interrupts.Acknowledged(_open, happened.Cpu.Value, happened.Subject as InterruptState);
                break;
            case MachineEventKind.InterruptEnded when happened.Subject is InterruptState line:
                _interrupts.Ended(_open, line);
                break;
            default:
                break;
        }
    }

    /// <summary>The current step does something that the lock rules look at.</summary>
    public void Lock(SimTask task, in MachineEvent happened)
    {
        if (!IsOn || happened.Subject is not KernelLock subject)
        {
            return;
        }

        List<KernelLock> held = StackOf(task).Held;
        _locks.Happened(_open, happened, subject, task.Kernel.Context, held);
        if (happened.Kind == MachineEventKind.LockAcquired)
        {
            held.Add(subject);
        }
        else if (happened.Kind == MachineEventKind.LockReleased)
        {
            _ = held.Remove(subject);
        }
    }

    /// <summary>What is interrupted on this stack does not go on, or may give way to another task: it matters for every step before whether the interrupt came earlier.</summary>
    public void NeverReturns(SimTask task)
    {
        if (!IsOn)
        {
            return;
        }

        Commit();
        foreach (HandlerRun run in StackOf(task).Active)
        {
            ComeEarlier(run);
        }
    }

    /// <summary>The interrupt that has just been handled asks for another task: it matters where in the code of this one it came.</summary>
    public void MayGiveWay(SimTask task)
    {
        if (!IsOn)
        {
            return;
        }

        Commit();
        if (Runs.LastHostedBy(StackOf(task).Process) is { } handled)
        {
            ComeEarlier(handled);
        }
    }

    /// <summary>The execution ends here, whatever else is under way.</summary>
    public void EndsAbruptly(SimTask task)
    {
        if (!IsOn)
        {
            return;
        }

        NeverReturns(task);
        _search.LetOthersGoFirst(task.Kernel.Cpu.Value);
    }

    /// <summary>Nothing goes on any more.</summary>
    public void Ends()
    {
        if (IsOn)
        {
            Commit();
            _search.Ends();
        }
    }

    private int Open(SimTask task, bool isEntry)
    {
        Commit();
        int happened = _order.Add(StackOf(task).Process);
        _places.Add(new EventPlace(task.Kernel.Cpu.Value, _search.Nodes));
        (_open, _openTask, _openIsEntry, _openStep) = (happened, task, isEntry, null);
        if (!isEntry)
        {
            _before.Look(_execution, task);
        }

        _dependence.ReadMachine(happened);
        return happened;
    }

    private void ComeEarlier(HandlerRun run)
    {
        _search.LetHostGoOn(run);
        if (run.HostBefore >= 0)
        {
            _search.MoveEarlier(run, run.HostBefore);
        }
    }

    // What differs in the machine was changed by the event.
    private void Changed(int happened)
    {
        if (_after.Gates != _before.Gates)
        {
            _interrupts.GatesChanged(happened, _places[happened].Cpu, _before.Gates, _after.Gates);
            Learn(UnsaidEffect.Masks);
        }

        if (_after.Whole != _before.Whole)
        {
            _dependence.WriteMachine(happened);
            Learn(UnsaidEffect.Machine);
        }

        foreach (SimSource source in _execution.Sources.All)
        {
            int number = source.Number;
            if (source.Left > 0 && _after.Takers[number] != _before.Takers[number])
            {
                _interrupts.TakerChanged(happened, _before.Takers[number], _after.Takers[number]);
            }

            if (_after.Routes[number] != _before.Routes[number] && _execution.Machine.Gic.Find(source.IntId, source.DeclaredFor) is { } line)
            {
                _interrupts.Rerouted(happened, line);
                Learn(UnsaidEffect.Controller);
            }
        }

        for (int cpu = 0; cpu < _after.Highest.Length; cpu++)
        {
            if (_after.Highest[cpu] != _before.Highest[cpu])
            {
                _interrupts.HighestChanged(happened, cpu);
                Learn(_openEndsInterrupt ? UnsaidEffect.None : UnsaidEffect.Controller);
            }

            if (_before.Signalled[cpu] && !_after.Signalled[cpu])
            {
                // What could have been taken cannot any more.
                _search.TakeEarlier(cpu, happened);
            }
        }
    }

    private void Learn(UnsaidEffect effect)
    {
        if (_openStep is { } step)
        {
            Unsaid.Learn(_openTask!, step, effect);
        }
    }

    private void Report()
    {
        foreach (Race race in _dependence.Races)
        {
            _search.Reverse(race);
        }

        _dependence.ClearRaces();
    }

    private int CpuOf(SimSource source) => source.CpuOn(_execution.Machine);

    private Stack StackOf(SimTask task)
    {
        if (!_stacks.TryGetValue(task, out Stack? stack))
        {
            _stacks[task] = stack = new Stack { Process = _order.NewProcess() };
        }

        return stack;
    }

    private sealed class Stack
    {
        public int Process { get; set; }

        public List<HandlerRun> Active { get; } = [];

        public List<KernelLock> Held { get; } = [];
    }
}
