using System;
using System.Collections.Generic;
using IrqSafety.Runtime;

namespace IrqSafety.Simulator;

/// <summary>
/// One execution as the reduction sees it: tasks and the activations of interrupts are processes, an activation nested in the one it interrupts.
/// Follows what every step touches of the model (its location, the masks and what its CPU can take, whether the machine crashes) and of the checkers
/// (the lock rules), and tells the search which events could have come in the other order.
/// </summary>
internal sealed class ExecutionTrace(LockComponents locks, IReversals search)
{
    private readonly HappensBefore _order = new();
    private readonly Dictionary<(int Cpu, int IntId), int> _handlers = [];
    private readonly List<Place> _places = [];
    private readonly List<Activation> _activations = [];
    private readonly Dictionary<SimTask, Stack> _stacks = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<(int Cpu, int IntId), int> _raisedBy = [];
    private readonly Dictionary<int, int> _lockRules = [];
    private readonly HashSet<int> _shapes = [];
    private Dependence _dependence = null!;
    private SimulatedExecution _execution = null!;
    private int[] _cpuStates = [];
    private bool[] _takable = [];
    private int _open = -1;
    private SimTask? _openTask;
    private bool _openIsEntry;
    private Masks _before;

    /// <summary>Events so far.</summary>
    public int Count => _order.Count;

    /// <summary>The order of the events.</summary>
    public HappensBefore Order => _order;

    /// <summary>The activations, in the order they were entered.</summary>
    public IReadOnlyList<Activation> Activations => _activations;

    /// <summary>CPUs of the machine.</summary>
    public int Cpus => _cpuStates.Length;

    /// <summary>Spontaneous sources.</summary>
    public int Sources => _takable.Length;

    private bool IsOn => _execution.Exploring && !_execution.Scheduler.Over;

    /// <summary>An execution begins.</summary>
    public void Begin(SimulatedExecution execution)
    {
        _execution = execution;
        _order.Clear();
        _dependence ??= new Dependence(_order);
        _dependence.Clear();
        _handlers.Clear();
        _places.Clear();
        _activations.Clear();
        _stacks.Clear();
        _raisedBy.Clear();
        _lockRules.Clear();
        _shapes.Clear();
        _open = -1;
        int cpus = execution.Machine.Cpus.Count;
        _cpuStates = _cpuStates.Length == cpus ? _cpuStates : new int[cpus];
        for (int cpu = 0; cpu < cpus; cpu++)
        {
            _cpuStates[cpu] = _dependence.NewThing();
        }

        int sources = execution.Sources.All.Length;
        _takable = _takable.Length == sources ? _takable : new bool[sources];
    }

    /// <summary>Where an event happened.</summary>
    public Place PlaceOf(int happened) => _places[happened];

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

        if (step.Location is { } location)
        {
            _dependence.Touch(happened, _dependence.Of(location), step.Access == Access.Write);
        }
    }

    /// <summary>A wait is over: what the task waited for is another event's doing.</summary>
    public void WaitOver(SimTask task, object on)
    {
        if (IsOn)
        {
            _dependence.Touch(Open(task, isEntry: false), _dependence.Of(on), writes: true);
        }
    }

    /// <summary>The step that ran last has done what it does: what it changed besides its location becomes known.</summary>
    public void Commit()
    {
        if (_open < 0)
        {
            return;
        }

        int happened = _open;
        _open = -1;
        if (!_openIsEntry)
        {
            var now = Masks.Of(_execution, _openTask!);
            if (now.Pmr != _before.Pmr || now.Daif != _before.Daif || now.AllInt != _before.AllInt)
            {
                _dependence.Touch(happened, _cpuStates[_places[happened].Cpu], writes: true);
            }

            if (now.InCrash != _before.InCrash || now.Online != _before.Online || now.StoppedFor != _before.StoppedFor)
            {
                _dependence.WriteMachine(happened);
            }

            foreach (SimSource source in _execution.Sources.All)
            {
                if (source.Left > 0 && _takable[source.Number] != CanTake(source))
                {
                    _dependence.Touch(happened, _cpuStates[source.Cpu], writes: true);
                }
            }
        }

        foreach ((int first, int second) in _dependence.Races)
        {
            search.Reverse(first, second);
        }

        _dependence.ClearRaces();
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
            source = candidate.Cpu == cpu && candidate.IntId.Value == intId ? candidate.Number : source;
        }

        stack.Active.Add(_activations.Count);
        _activations.Add(new Activation(process, host, cpu, source, _order.Count, _order.LastOf(host)) { End = int.MaxValue });
        stack.Process = process;
        int happened = Open(task, isEntry: true);
        _dependence.Touch(happened, _cpuStates[cpu], writes: false);
        if (_execution.Machine.Unlatched is { } unlatched)
        {
            // Whether it arrives depends on its enable bit: it does not commute with what sets that.
            _dependence.Touch(happened, _dependence.Of(unlatched), writes: false);
        }

        if (_raisedBy.Remove((cpu, intId), out int raised))
        {
            _order.Order(raised, happened);
        }
    }

    /// <summary>Its handler has returned.</summary>
    public void Left(SimTask task)
    {
        if (!IsOn || StackOf(task) is not { Active.Count: > 0 } stack)
        {
            return;
        }

        Commit();
        Activation left = _activations[stack.Active[^1]];
        left.End = _order.Count;
        stack.Active.RemoveAt(stack.Active.Count - 1);
        stack.Process = left.Host;
    }

    /// <summary>The current step made an interrupt pending.</summary>
    public void Raised(int cpu, int intId)
    {
        if (IsOn && _open >= 0)
        {
            _raisedBy[(cpu, intId)] = _open;
        }
    }

    /// <summary>The current step does something that the lock rules look at.</summary>
    public void Lock(SimTask task, in MachineEvent happened)
    {
        if (!IsOn || happened.Subject is not KernelLock subject)
        {
            return;
        }

        Stack stack = StackOf(task);
        int number = locks.NumberOf(subject.Class.Name);
        var masks = Masks.Of(_execution, task);
        var shape = new HashCode();
        shape.Add(happened.Kind);
        shape.Add(number);
        shape.Add(happened.Taking.Access);
        shape.Add(happened.Taking.Subclass);
        shape.Add(happened.Taking.Nest is null ? -1 : locks.NumberOf(happened.Taking.Nest.Class.Name));
        shape.Add(happened.Value);
        shape.Add(happened.Context);
        shape.Add(masks.Pmr);
        shape.Add(masks.Daif);
        shape.Add(masks.SoftIrqs);
        foreach (KernelLock held in stack.Held)
        {
            int other = locks.NumberOf(held.Class.Name);
            shape.Add(other);
            shape.Add(ReferenceEquals(held, subject));
            locks.Connect(other, number);
        }

        if (_open >= 0)
        {
            int component = locks.Of(number);
            if (!_lockRules.TryGetValue(component, out int thing))
            {
                _lockRules[component] = thing = _dependence.NewThing();
            }

            // The same happened before in this execution: the rules learn nothing from it.
            _dependence.Touch(_open, thing, writes: _shapes.Add(shape.ToHashCode()));
        }

        if (happened.Kind == MachineEventKind.LockAcquired)
        {
            stack.Held.Add(subject);
        }
        else if (happened.Kind == MachineEventKind.LockReleased)
        {
            _ = stack.Held.Remove(subject);
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
        foreach (int active in StackOf(task).Active)
        {
            Activation activation = _activations[active];
            if (activation.HostBefore >= 0)
            {
                search.MoveEarlier(activation, activation.HostBefore);
            }
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
        int host = StackOf(task).Process;
        if (_activations.FindLast(activation => activation.Host == host) is { } handled)
        {
            search.LetHostGoOn(handled);
            if (handled.HostBefore >= 0)
            {
                search.MoveEarlier(handled, handled.HostBefore);
            }
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
        foreach (int active in StackOf(task).Active)
        {
            search.LetHostGoOn(_activations[active]);
        }

        search.LetOthersGoFirst(task.Kernel.Cpu.Value);
    }

    /// <summary>Nothing goes on any more.</summary>
    public void Ends()
    {
        if (IsOn)
        {
            Commit();
            search.Ends();
        }
    }

    /// <summary>A report of the lock rules may hinge on the order of what happens to the two.</summary>
    public bool AreConnected(KernelLock first, KernelLock second) =>
        locks.Of(locks.NumberOf(first.Class.Name)) == locks.Of(locks.NumberOf(second.Class.Name));

    /// <summary>The CPU that a source interrupts.</summary>
    public int CpuOf(int source) => _execution.Sources[source].Cpu;

    /// <summary>The source may still arrive.</summary>
    public bool MayArrive(int source) => _execution.Sources[source].Left > 0;

    /// <summary>An interrupt is pending at the CPU.</summary>
    public bool HasPending(int cpu) => !_execution.Machine.Cpus[cpu].Interface.HighestPending.IsSpecial;

    /// <summary>The innermost activation that a process hosted while an event happened, or null.</summary>
    public Activation? HostedBy(int process, int during)
    {
        foreach (Activation activation in _activations)
        {
            if (activation.Host == process && activation.Entry <= during && during < activation.End)
            {
                return activation;
            }
        }

        return null;
    }

    /// <summary>The activation that an event belongs to, or null for the own code of a task.</summary>
    public Activation? ActivationOf(int happened)
    {
        int process = _order.ProcessOf(happened);
        for (int index = _activations.Count - 1; index >= 0; index--)
        {
            if (_activations[index].Process == process && _activations[index].Entry <= happened)
            {
                return _activations[index];
            }
        }

        return null;
    }

    private int Open(SimTask task, bool isEntry)
    {
        Commit();
        int happened = _order.Add(StackOf(task).Process);
        _places.Add(new Place(task.Kernel.Cpu.Value, search.Nodes));
        _open = happened;
        _openTask = task;
        _openIsEntry = isEntry;
        if (!isEntry)
        {
            _before = Masks.Of(_execution, task);
            foreach (SimSource source in _execution.Sources.All)
            {
                _takable[source.Number] = source.Left > 0 && CanTake(source);
            }
        }

        _dependence.ReadMachine(happened);
        return happened;
    }

    private bool CanTake(SimSource source) =>
        InterruptDelivery.WouldBeTaken(_execution.Scheduler.Cpus[source.Cpu], source.IntId);

    private Stack StackOf(SimTask task)
    {
        if (!_stacks.TryGetValue(task, out Stack? stack))
        {
            _stacks[task] = stack = new Stack { Process = _order.NewProcess() };
        }

        return stack;
    }

    /// <summary>Where in the search an event happened.</summary>
    /// <param name="Cpu">On which CPU.</param>
    /// <param name="Nodes">How many decisions were taken before it.</param>
    internal readonly record struct Place(int Cpu, int Nodes);

    /// <summary>One run of a handler.</summary>
    /// <param name="Process">The interrupt on its CPU.</param>
    /// <param name="Host">What it interrupted.</param>
    /// <param name="Cpu">Where.</param>
    /// <param name="Source">The spontaneous source; −1 for interrupts that the program raises.</param>
    /// <param name="Entry">The event of taking it.</param>
    /// <param name="HostBefore">The last event of what it interrupted, or −1.</param>
    internal sealed record Activation(int Process, int Host, int Cpu, int Source, int Entry, int HostBefore)
    {
        /// <summary>The first event after it.</summary>
        public int End { get; set; }
    }

    private sealed class Stack
    {
        public int Process { get; set; }

        public List<int> Active { get; } = [];

        public List<KernelLock> Held { get; } = [];
    }

    private readonly record struct Masks(Pmr Pmr, Daif Daif, bool AllInt, bool SoftIrqs, bool InCrash, CpuMask Online, CpuId? StoppedFor)
    {
        public static Masks Of(SimulatedExecution execution, SimTask task)
        {
            TaskContext state = task.Kernel.Context;
            return new Masks(state.Pmr, state.Daif, state.AllInt, state.PreemptCount.SoftIrq > 0, execution.Machine.InCrash, execution.Machine.OnlineCpus, execution.Machine.StoppedFor);
        }
    }
}

/// <summary>What a search does about events that could have come in another order.</summary>
internal interface IReversals
{
    /// <summary>Decisions taken in this execution so far.</summary>
    int Nodes { get; }

    /// <summary>Two events are dependent, and nothing between them orders them: the second is to be tried before the first.</summary>
    void Reverse(int first, int second);

    /// <summary>The whole activation is to be tried before the event.</summary>
    void MoveEarlier(ExecutionTrace.Activation activation, int before);

    /// <summary>What the activation interrupted is to be tried first.</summary>
    void LetHostGoOn(ExecutionTrace.Activation activation);

    /// <summary>Everything else that may happen is to be tried before the last event.</summary>
    void LetOthersGoFirst(int cpu);

    /// <summary>The execution came to its end: what has not happened is to be tried where it still could.</summary>
    void Ends();
}
