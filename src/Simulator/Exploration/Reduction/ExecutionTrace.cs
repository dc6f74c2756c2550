using System;
using System.Collections.Generic;
using IrqSafety.Runtime;

namespace IrqSafety.Simulator;

/// <summary>
/// One execution as the reduction sees it: tasks and the activations of interrupts are processes, an activation nested in the one it interrupts.
/// Follows what every step touches of the model (its location, the masks and what its CPU can take, the interrupt controller, whether the machine crashes) and of
/// the checkers (the lock rules), and tells the search which events could have come in the other order.
/// </summary>
internal sealed class ExecutionTrace(LockComponents locks, IReversals search)
{
    private readonly HappensBefore _order = new();
    private readonly Dictionary<(int Cpu, int IntId), int> _handlers = [];
    private readonly List<Place> _places = [];
    private readonly List<Activation> _activations = [];
    private readonly Dictionary<SimTask, Stack> _stacks = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<(int Cpu, int IntId), int> _raisedBy = [];
    private readonly List<(int Happened, int Cpu)> _raises = [];
    private readonly Dictionary<int, int> _assertions = [];
    private readonly Dictionary<InterruptState, int> _configurations = new(ReferenceEqualityComparer.Instance);
    private readonly List<Change> _changes = [];
    private readonly Dictionary<int, int> _lockRules = [];
    private readonly HashSet<int> _shapes = [];
    private Dependence _dependence = null!;
    private SimulatedExecution _execution = null!;
    private int[] _cpuStates = [];

    // What is pending for a CPU, as IAR and HPPIR show it; its own interrupts, as its redistributor's registers show them.
    private int[] _pending = [];
    private int[] _private = [];
    private IntId[] _highest = [];

    private bool[] _signalled = [];

    // By source: the CPU that its line goes to, and the one that would take an arrival at once, −1 where it would stay pending.
    private int[] _routed = [];
    private int[] _takable = [];
    private int _open = -1;
    private int _asserted = -1;
    private SimTask? _openTask;
    private bool _openIsEntry;
    private Step? _openStep;
    private bool _openEndsInterrupt;
    private Masks _before;
    private SimTask? _starting;
    private Place _startsAt;

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
        _raises.Clear();
        _assertions.Clear();
        _configurations.Clear();
        _changes.Clear();
        _lockRules.Clear();
        _shapes.Clear();
        _open = -1;
        _asserted = -1;
        _starting = null;
        int cpus = execution.Machine.Cpus.Count;
        if (_cpuStates.Length != cpus)
        {
            (_cpuStates, _pending, _private, _highest, _signalled) = (new int[cpus], new int[cpus], new int[cpus], new IntId[cpus], new bool[cpus]);
        }

        for (int cpu = 0; cpu < cpus; cpu++)
        {
            _cpuStates[cpu] = _dependence.NewThing();
            _pending[cpu] = _dependence.NewThing(isPending: true);
            _private[cpu] = _dependence.NewThing(isPending: true);
        }

        int sources = execution.Sources.All.Length;
        if (_takable.Length != sources)
        {
            (_takable, _routed) = (new int[sources], new int[sources]);
        }
    }

    /// <summary>What steps do besides what they say of themselves, as the executions so far have shown.</summary>
    public UnsaidEffects Unsaid { get; } = new();

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

        (_openStep, _openEndsInterrupt) = (step, task.Frame.Signalled >= 0);
        if (step.Location is { } location)
        {
            _dependence.Touch(happened, _dependence.Of(location), step.Access == Access.Write);
        }

        TouchController(happened, task.Kernel.Cpu, step);
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

        int cpu = CpuOf(source.Number);
        _asserted = _order.Add(process);
        _places.Add(new Place(-1, search.Nodes) { Source = source.Number });
        _dependence.ReadMachine(_asserted);
        TouchPending(_asserted, line, cpu, writes: true);
        Raised(_asserted, cpu, source.IntId);
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
            (_starting, _startsAt) = (task, new Place(task.Kernel.Cpu.Value, search.Nodes));
            Look(task);
        }
    }

    /// <summary>The step that ran last has done what it does: what it changed besides its location becomes known.</summary>
    public void Commit()
    {
        if (_starting is { } started)
        {
            _starting = null;
            if (!HasChanged(started))
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
            TouchChanged(happened, _openTask!);
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
            source = candidate.IntId.Value == intId && CpuOf(candidate.Number) == cpu ? candidate.Number : source;
        }

        stack.Active.Add(_activations.Count);
        bool isMerged = _asserted >= 0 && _asserted == _order.Count - 1 && _places[_asserted].Nodes == search.Nodes;
        _activations.Add(new Activation(process, host, cpu, source, _order.Count, _order.LastOf(host)) { Begin = isMerged ? _asserted : _order.Count, End = int.MaxValue });
        stack.Process = process;
        int happened = Open(task, isEntry: true);
        var irq = new IntId(intId);
        if (_raisedBy.Remove(Line(cpu, irq), out int raised))
        {
            _order.Order(raised, happened);
            ComeBeforeRaised(happened, cpu, raised);
        }

        if (_execution.Machine.Gic.Find(irq, new CpuId(cpu)) is { } line)
        {
            // It is acknowledged, if its configuration and its descriptor let it come so far.
            TouchPending(happened, line, cpu, writes: true);
            _dependence.Touch(happened, ConfigurationOf(line), writes: false);
            ComeBeforeClosed(happened, cpu, line);
            _dependence.Touch(happened, _dependence.Of(_execution.Machine.Irqs[irq]), writes: irq.IsSpi);
            _dependence.Touch(happened, _dependence.Of(_execution.Machine.Irqs), writes: false);
        }

        _dependence.Touch(happened, _cpuStates[cpu], writes: false);
        if (_execution.Machine.Unlatched is { } unlatched)
        {
            // Whether it arrives depends on its enable bit: it does not commute with what sets that.
            _dependence.Touch(happened, _dependence.Of(unlatched), writes: false);
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
                TouchPending(_open, line, happened.TargetCpu, writes: true);
                Raised(_open, happened.TargetCpu, line.Irq);
                break;
            case MachineEventKind.InterruptWithdrawn when happened.Subject is InterruptState line:
                TouchPending(_open, line, happened.TargetCpu, writes: true);
                _ = !line.Pending && _raisedBy.Remove(Line(happened.TargetCpu, line.Irq));
                break;
            case MachineEventKind.InterruptAcknowledged:
                _dependence.Touch(_open, _pending[happened.Cpu.Value], writes: true);
                if (happened.Subject is InterruptState acknowledged)
                {
                    _dependence.Touch(_open, _dependence.Of(acknowledged), writes: true);
                }

                break;
            case MachineEventKind.InterruptEnded when happened.Subject is InterruptState line:
                _dependence.Touch(_open, ConfigurationOf(line), writes: true);
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
        shape.Add(masks.Gates.Pmr);
        shape.Add(masks.Gates.Daif);
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
            search.LetHostGoOn(activation);
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
    public int CpuOf(int source) => _execution.Sources[source].CpuOn(_execution.Machine);

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

    /// <summary>The activation that an event is the entry of, or null.</summary>
    public Activation? EnteredBy(int happened)
    {
        foreach (Activation activation in _activations)
        {
            if (activation.Entry == happened)
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
        _openStep = null;
        if (!isEntry)
        {
            Look(task);
        }

        _dependence.ReadMachine(happened);
        return happened;
    }

    private void Raised(int happened, int cpu, IntId irq)
    {
        _ = _raisedBy.TryAdd(Line(cpu, irq), happened);
        _raises.Add((happened, cpu));
    }

    // What was raised after it and taken before it held it off.
    private void ComeBeforeRaised(int happened, int cpu, int raised)
    {
        for (int index = _raises.Count - 1; index >= 0 && _raises[index].Happened > raised; index--)
        {
            if (_raises[index].Cpu == cpu)
            {
                _dependence.MayPrecede(happened, _raises[index].Happened);
            }
        }
    }

    // An interrupt that was held off comes after what let it through, and so after what held it off. It could have come before that: with whatever raised it, which
    // nothing orders after that.
    private void ComeBeforeClosed(int happened, int cpu, InterruptState line)
    {
        int configuration = ConfigurationOf(line);
        Gates? now = null;
        bool isMaskPassed = false;
        for (int index = _changes.Count - 1; index >= 0; index--)
        {
            Change change = _changes[index];
            if (change.Thing == _cpuStates[cpu] && !isMaskPassed)
            {
                now ??= change.After;
                isMaskPassed = change.Before == now;
                _dependence.MayPrecede(happened, change.Happened);
            }
            else if (change.Thing == configuration || (change.Thing == _private[cpu] && line.Irq.IsPrivate))
            {
                _dependence.MayPrecede(happened, change.Happened);
            }
        }
    }

    // What an event may change besides its location.
    private void Look(SimTask task)
    {
        _before = Masks.Of(_execution, task);
        foreach (SimSource source in _execution.Sources.All)
        {
            _takable[source.Number] = source.Left > 0 ? Taker(source) : -1;
            _routed[source.Number] = CpuOf(source.Number);
        }

        for (int cpu = 0; cpu < _highest.Length; cpu++)
        {
            Cpu model = _execution.Machine.Cpus[cpu];
            _highest[cpu] = model.Interface.HighestPending;
            _signalled[cpu] = model.InterruptSignalled;
        }
    }

    private bool HasChanged(SimTask task)
    {
        if (Masks.Of(_execution, task) != _before)
        {
            return true;
        }

        foreach (SimSource source in _execution.Sources.All)
        {
            if (_takable[source.Number] != (source.Left > 0 ? Taker(source) : -1) || _routed[source.Number] != CpuOf(source.Number))
            {
                return true;
            }
        }

        for (int cpu = 0; cpu < _highest.Length; cpu++)
        {
            Cpu model = _execution.Machine.Cpus[cpu];
            if (_highest[cpu] != model.Interface.HighestPending || _signalled[cpu] != model.InterruptSignalled)
            {
                return true;
            }
        }

        return false;
    }

    private void TouchChanged(int happened, SimTask task)
    {
        var now = Masks.Of(_execution, task);
        if (now.Gates != _before.Gates)
        {
            int cpu = _places[happened].Cpu;
            TouchCpu(happened, cpu);
            _changes.Add(new Change(happened, _cpuStates[cpu], _before.Gates, now.Gates));
            Learn(UnsaidEffect.Masks);
        }

        if (now.InCrash != _before.InCrash || now.Online != _before.Online || now.StoppedFor != _before.StoppedFor || now.Forwarded != _before.Forwarded)
        {
            _dependence.WriteMachine(happened);
            Learn(UnsaidEffect.Machine);
        }

        foreach (SimSource source in _execution.Sources.All)
        {
            int before = _takable[source.Number];
            int after = Taker(source);
            if (source.Left > 0 && before != after)
            {
                TouchCpu(happened, before);
                TouchCpu(happened, after);
            }

            if (_routed[source.Number] != CpuOf(source.Number) && _execution.Machine.Gic.Find(source.IntId, source.DeclaredFor) is { } line)
            {
                TouchConfiguration(happened, ConfigurationOf(line), writes: true);
                Learn(UnsaidEffect.Controller);
            }
        }

        for (int cpu = 0; cpu < _highest.Length; cpu++)
        {
            Cpu model = _execution.Machine.Cpus[cpu];
            if (_highest[cpu] != model.Interface.HighestPending)
            {
                _dependence.Touch(happened, _pending[cpu], writes: true);
                Learn(_openEndsInterrupt ? UnsaidEffect.None : UnsaidEffect.Controller);
            }

            if (_signalled[cpu] && !model.InterruptSignalled)
            {
                // What could have been taken cannot any more.
                search.TakeEarlier(cpu, happened);
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
            search.Reverse(race);
        }

        _dependence.ClearRaces();
    }

    private int Taker(SimSource source)
    {
        int cpu = CpuOf(source.Number);
        return InterruptDelivery.WouldBeTaken(_execution.Scheduler.Cpus[cpu], source) ? cpu : -1;
    }

    private void TouchCpu(int happened, int cpu)
    {
        if (cpu >= 0)
        {
            _dependence.Touch(happened, _cpuStates[cpu], writes: true);
        }
    }

    // What a step says of itself is the descriptor, or nothing where it is a register of its own CPU.
    private void TouchController(int happened, CpuId cpu, in Step step)
    {
        Gic gic = _execution.Machine.Gic;
        bool writes = step.Access == Access.Write;
        if (step.Location is InterruptState state)
        {
            TouchConfiguration(happened, ConfigurationOf(state), writes);
        }
        else if (step.Location is IrqDescriptor descriptor && gic.Find(descriptor.Irq, cpu) is { } line)
        {
            TouchConfiguration(happened, ConfigurationOf(line), writes);
            if (line.Irq.IsPrivate)
            {
                _dependence.Touch(happened, _private[cpu.Value], writes: false);
            }
        }
        else if (OperationTraits.IsRedistributor(step.Operation))
        {
            TouchConfiguration(happened, _private[cpu.Value], writes: true);
        }
        else if (OperationTraits.IsInterface(step.Operation) && !writes)
        {
            _dependence.Touch(happened, _pending[cpu.Value], writes: false);
        }
    }

    private void TouchConfiguration(int happened, int thing, bool writes)
    {
        _dependence.Touch(happened, thing, writes);
        if (writes)
        {
            _changes.Add(new Change(happened, thing, default, default));
        }
    }

    private void TouchPending(int happened, InterruptState line, int cpu, bool writes)
    {
        _dependence.Touch(happened, _dependence.Of(line), writes);
        _dependence.Touch(happened, _pending[cpu], writes);
        if (!line.Irq.IsSpi)
        {
            _dependence.Touch(happened, _private[cpu], writes: false);
        }
    }

    private int ConfigurationOf(InterruptState line)
    {
        if (!_configurations.TryGetValue(line, out int thing))
        {
            _configurations[line] = thing = _dependence.NewThing();
        }

        return thing;
    }

    // A shared interrupt is one line, wherever it goes.
    private static (int Cpu, int IntId) Line(int cpu, IntId irq) => (irq.IsSpi ? -1 : cpu, irq.Value);

    private Stack StackOf(SimTask task)
    {
        if (!_stacks.TryGetValue(task, out Stack? stack))
        {
            _stacks[task] = stack = new Stack { Process = _order.NewProcess() };
        }

        return stack;
    }

    /// <summary>Where in the search an event happened.</summary>
    /// <param name="Cpu">On which CPU; −1 for what comes from outside.</param>
    /// <param name="Nodes">How many decisions were taken before it.</param>
    internal readonly record struct Place(int Cpu, int Nodes)
    {
        /// <summary>The source that asserts there, if <see cref="Cpu"/> is −1.</summary>
        public int Source { get; init; }
    }

    /// <summary>One run of a handler.</summary>
    /// <param name="Process">The interrupt on its CPU.</param>
    /// <param name="Host">What it interrupted.</param>
    /// <param name="Cpu">Where.</param>
    /// <param name="Source">The spontaneous source; −1 for interrupts that the program raises.</param>
    /// <param name="Entry">The event of taking it.</param>
    /// <param name="HostBefore">The last event of what it interrupted, or −1.</param>
    internal sealed record Activation(int Process, int Host, int Cpu, int Source, int Entry, int HostBefore)
    {
        /// <summary>The entry, or the assertion it was merged with: one decision led to both.</summary>
        public int Begin { get; init; }

        /// <summary>The first event after it.</summary>
        public int End { get; set; }
    }

    private sealed class Stack
    {
        public int Process { get; set; }

        public List<int> Active { get; } = [];

        public List<KernelLock> Held { get; } = [];
    }

    // A change of what lets interrupts through: by which event, and for a CPU from what to what.
    private readonly record struct Change(int Happened, int Thing, Gates Before, Gates After);

    private readonly record struct Gates(Pmr Pmr, Daif Daif, bool AllInt, Interface Interface);

    private readonly record struct Masks(Gates Gates, bool SoftIrqs, bool InCrash, CpuMask Online, CpuId? StoppedFor, (bool Group0, bool Group1) Forwarded)
    {
        public static Masks Of(SimulatedExecution execution, SimTask task)
        {
            TaskContext state = task.Kernel.Context;
            Machine machine = execution.Machine;
            Distributor distributor = machine.Gic.Distributor;
            return new Masks(
                new Gates(state.Pmr, state.Daif, state.AllInt, Interface.Of(machine.Cpus[task.Kernel.Cpu.Value])),
                state.PreemptCount.SoftIrq > 0,
                machine.InCrash,
                machine.OnlineCpus,
                machine.StoppedFor,
                (distributor.Group0Enabled, distributor.Group1Enabled));
        }
    }

    // What decides, besides masks, whether a CPU is signalled what is pending for it.
    private readonly record struct Interface(bool Group0, bool Group1, bool Awake, bool Lpis, Priority Running, CpuPhase Phase)
    {
        public static Interface Of(Cpu cpu) => new(
            cpu.Interface.Group0Enabled, cpu.Interface.Group1Enabled, cpu.Redistributor.Awake, cpu.Redistributor.LpisEnabled, cpu.Interface.RunningPriority, cpu.Phase);
    }
}

/// <summary>What a search does about events that could have come in another order.</summary>
internal interface IReversals
{
    /// <summary>Decisions taken in this execution so far.</summary>
    int Nodes { get; }

    /// <summary>Two events are dependent, and nothing between them orders them: the second is to be tried before the first.</summary>
    void Reverse(Race race);

    /// <summary>The whole activation is to be tried before the event.</summary>
    void MoveEarlier(ExecutionTrace.Activation activation, int before);

    /// <summary>What is signalled to the CPU is to be taken before the event.</summary>
    void TakeEarlier(int cpu, int before);

    /// <summary>What the activation interrupted is to be tried first.</summary>
    void LetHostGoOn(ExecutionTrace.Activation activation);

    /// <summary>Everything else that may happen is to be tried before the last event.</summary>
    void LetOthersGoFirst(int cpu);

    /// <summary>The execution came to its end: what has not happened is to be tried where it still could.</summary>
    void Ends();
}
