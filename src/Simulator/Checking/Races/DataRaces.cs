using System;
using System.Collections.Generic;
using System.Numerics;
using System.Runtime.InteropServices;
using IrqSafety.Contracts;
using IrqSafety.Rules;
using IrqSafety.Runtime;

namespace IrqSafety.Simulator;

/// <summary>
/// Finds data races: two accesses to one cell by different processes, one of them a write and one of them plain, that nothing orders. Processes are tasks and the
/// handlers of each interrupt on each CPU. What orders is what orders on the machine: locks, release and acquire, barriers around marked accesses, masks
/// (<see cref="CpuOrder"/>), wake-ups, and raising an interrupt.
/// </summary>
/// <remarks>
/// Operations on other objects of the model (work items, lines, the hotplug states) order whoever uses them: their real counterparts are atomics. What is read
/// inside a read section of a sequence lock and written under it is checked again by the reader. The abstract interrupts of the profile <c>unlatched</c>
/// have no masks that order anything: there nothing is judged, and the access observer is asked instead.
/// </remarks>
internal sealed class DataRaces(SimulatedExecution execution)
{
    private readonly Clocks _clocks = new();
    private readonly ByObject<Location> _locations = new();
    private readonly List<(long Handler, int Process)> _handlers = [];
    private readonly Dictionary<long, int[]?> _raised = [];
    private readonly ByTask<Stack> _stacks = new();
    private readonly List<DataRace> _found = [];
    private CpuOrder?[] _cpus = [];

    /// <summary>An execution begins.</summary>
    public void MakeNew()
    {
        _clocks.MakeNew();
        _locations.MakeNew();
        _handlers.Clear();
        _raised.Clear();
        _stacks.MakeNew();
        _found.Clear();
        foreach (CpuOrder? cpu in _cpus)
        {
            cpu?.MakeNew();
        }
    }

    private bool IsOn => execution.Exploring && execution.Machine.Unlatched is null;

    /// <summary>A step is about to be executed.</summary>
    public void Step(SimTask task, in Step step)
    {
        if (!IsOn)
        {
            return;
        }

        OrderOf(task.Kernel.Cpu.Value).Look();
        Process own = StackOf(task).Top;
        if (step.Location is null or IMemoryCell)
        {
            return;
        }

        int process = own.Number;
        if (step.Location is SeqLock sequence)
        {
            own.Section = null;
            _clocks.Acquire(process, Of(sequence).Exclusive);
        }
        else if (step.Location is { } location and not KernelLock)
        {
            Location released = Of(location);
            _clocks.Acquire(process, released.All);
            _clocks.Acquire(process, released.Handled);
            if (step.Access == Access.Write)
            {
                _clocks.Release(process, ref released.All);
            }
        }
    }

    /// <summary>Follows the machine. What races with the access that was just made.</summary>
    public List<DataRace> Observe(SimTask task, in MachineEvent happened)
    {
        if (_found.Count > 0)
        {
            _found.Clear();
        }

        if (!IsOn)
        {
            return _found;
        }

        switch (happened.Kind)
        {
            case MachineEventKind.Read or MachineEventKind.Written when happened.Subject is { } cell:
                Accessed(task, cell, happened);
                break;
            case MachineEventKind.Barrier:
                Process own = StackOf(task).Top;
                _clocks.Acquire(own.Number, own.Read);
                _clocks.Replace(own.Number, ref own.Written);
                break;
            case MachineEventKind.MaskChanged:
                OrderOf(happened.Cpu.Value).MaskChanged(Current(task));
                break;
            case MachineEventKind.LockWanted when happened.Subject is SeqLock section && happened.Value == 1:
                StackOf(task).Top.Section = section;
                _clocks.Acquire(Current(task), Of(section).Exclusive);
                break;
            case MachineEventKind.LockWanted when happened.Subject is KernelLock awaited && happened.Value == 1:
                _clocks.Acquire(Current(task), Of(awaited).All);
                break;
            case MachineEventKind.LockAcquired when happened.Subject is KernelLock taken:
                Taken(task, taken, happened.Taking.Access == LockAccess.Exclusive);
                break;
            case MachineEventKind.LockReleased when happened.Subject is KernelLock released:
                Let(task, released, happened.Taking.Access == LockAccess.Exclusive);
                break;
            case MachineEventKind.InterruptAsserted when !execution.Sources.IsAsserting:
                int[]? raised = _raised.GetValueOrDefault(LineOf(happened.TargetCpu, happened.Value));
                _clocks.Release(Current(task), ref raised);
                _raised[LineOf(happened.TargetCpu, happened.Value)] = raised;
                break;
            case MachineEventKind.TaskCreated or MachineEventKind.TaskWoken when happened.Subject is KernelTask other:
                _clocks.Release(Current(task), ref Of(other).All);
                break;
            case MachineEventKind.ContextEntered:
                Entered(task, happened);
                break;
            case MachineEventKind.ContextLeft:
                Left(task, happened);
                break;
            default:
                break;
        }

        return _found;
    }

    /// <summary>A wait is over: what ended it comes before what follows.</summary>
    public void WaitOver(SimTask task, object on)
    {
        if (!IsOn)
        {
            return;
        }

        int process = Current(task);
        switch (on)
        {
            case EnteredLock or SeqLock:
                // Those inside have left; nothing is taken.
                _clocks.Acquire(process, Of(on).All);
                break;
            case KernelLock:
                break;
            case Cpu or CpuMask or IrqDescriptor:
                // Other CPUs answered, or their handlers ended.
                _clocks.AcquireAll(process);
                break;
            default:
                _clocks.Acquire(process, Of(on).All);
                break;
        }

        _clocks.Acquire(process, Of(task.Kernel).All);
    }

    /// <summary>A task has come to its end.</summary>
    public void Ended(SimTask task)
    {
        if (IsOn)
        {
            _clocks.Release(Current(task), ref Of(task.Kernel).All);
        }
    }

    /// <summary>The CPU is about to take an interrupt.</summary>
    public void Taking(int cpu)
    {
        if (IsOn)
        {
            OrderOf(cpu).Look();
            OrderOf(cpu).IsEntering = true;
        }
    }

    /// <summary>The interrupt has returned.</summary>
    public void Returned(SimTask task, int cpu, int depth)
    {
        if (IsOn)
        {
            Stack stack = StackOf(task);
            while (stack.Frames.Count > depth + 1)
            {
                stack.Pop();
            }

            OrderOf(cpu).Resumed();
        }
    }

    /// <summary>How deep in handlers the task is.</summary>
    public int DepthOf(SimTask task) => IsOn ? StackOf(task).Frames.Count - 1 : 0;

    private void Accessed(SimTask task, object cell, in MachineEvent happened)
    {
        var order = (MemoryOrder)happened.Value;
        bool writes = happened.Kind == MachineEventKind.Written;
        Stack stack = StackOf(task);
        Process own = stack.Top;
        int process = own.Number;
        Location sync = Of(cell);
        List<Entry> entries = sync.Accesses ??= [];
        if (!writes && order is MemoryOrder.Acquire or MemoryOrder.Full)
        {
            _clocks.Acquire(process, sync.All);
        }

        Span<Entry> known = CollectionsMarshal.AsSpan(entries);
        SeqLock? sequence = writes && own.Sequences is [.., var last] ? last : null;
        if (known.Length == 1 && known[0].Repeats(process, writes, order, task, writes ? null : own.Section, sequence) && !execution.Options.CaptureSites)
        {
            // Nobody else has touched it.
            ref Entry only = ref known[0];
            (only.Time, only.Operation, only.Number) = (_clocks.Now(process), task.Step.Operation, task.Frame.Steps);
            Publishes(own, process, sync, writes, order);
            return;
        }

        var access = new Entry(
            process, _clocks.Now(process), writes, order, task.Name, task.Frame, task.Step.Operation, task.Frame.Steps,
            writes ? null : own.Section, sequence,
            execution.Options.CaptureSites ? execution.OriginOf(task, task.Step.Operation).Calls : []);
        int same = -1;
        for (int index = 0; index < known.Length; index++)
        {
            ref readonly Entry earlier = ref known[index];
            if (earlier.Process == process)
            {
                same = earlier.Writes == writes && earlier.IsPlain == access.IsPlain ? index : same;
            }
            else if ((earlier.Writes || writes) && (earlier.IsPlain || access.IsPlain) && !IsChecked(earlier, access) && !_clocks.Knows(process, earlier.Process, earlier.Time))
            {
                _found.Add(new DataRace(cell, earlier, access));
            }
        }

        if (same < 0)
        {
            entries.Add(access);
        }
        else
        {
            known[same] = access;
        }

        Publishes(own, process, sync, writes, order);
    }

    private void Publishes(Process own, int process, Location sync, bool writes, MemoryOrder order)
    {
        switch (order)
        {
            case MemoryOrder.Release when writes:
                Clocks.Forget(sync.All);
                _clocks.Release(process, ref sync.All);
                break;
            case MemoryOrder.Full when writes:
                _clocks.Release(process, ref sync.All);
                break;
            case MemoryOrder.Once when writes:
                Clocks.Copy(own.Written, ref sync.All);
                break;
            case MemoryOrder.Once when sync.All is { } seen && Clocks.SaysSomething(seen):
                int[] read = own.Read ?? [];
                Clocks.Join(ref read, seen);
                own.Read = read;
                break;
            case MemoryOrder.Plain when writes:
                Clocks.Forget(sync.All);
                break;
            default:
                break;
        }
    }

    // A reader of a sequence lock throws away what a writer changed meanwhile.
    private static bool IsChecked(in Entry one, in Entry other) =>
        (one.Section is { } first && ReferenceEquals(first, other.Sequence)) || (other.Section is { } second && ReferenceEquals(second, one.Sequence));

    private void Taken(SimTask task, KernelLock taken, bool exclusive)
    {
        Location released = Of(taken);
        _clocks.Acquire(Current(task), exclusive ? released.All : released.Exclusive);
        if (exclusive && taken is SeqLock sequence)
        {
            (StackOf(task).Top.Sequences ??= []).Add(sequence);
        }
    }

    private void Let(SimTask task, KernelLock let, bool exclusive)
    {
        Location released = Of(let);
        int process = Current(task);
        if (exclusive)
        {
            _clocks.Release(process, ref released.Exclusive);
        }

        _clocks.Release(process, ref released.All);
        if (exclusive && let is SeqLock sequence)
        {
            _ = StackOf(task).Top.Sequences?.Remove(sequence);
        }
    }

    private void Entered(SimTask task, in MachineEvent happened)
    {
        Stack stack = StackOf(task);
        CpuOrder cpu = OrderOf(happened.Cpu.Value);
        if (!cpu.IsEntering)
        {
            // A part of what runs already, declared by itself (nmi_enter), or a synchronous exception.
            stack.Push().BeginAsPartOf(stack.Frames[^2]);
            return;
        }

        // A context is a bit: its number tells contexts apart.
        long raisedAs = LineOf(happened.Cpu.Value, happened.Value);
        long handler = (raisedAs << 6) + BitOperations.TrailingZeroCount((uint)happened.Context);
        int process = ProcessOf(handler);
        stack.Push().Begin(process, isHandler: true);
        cpu.Entered(process, happened.Context);
        if (_raised.Count > 0 && _raised.Remove(raisedAs, out int[]? raised))
        {
            _clocks.Acquire(process, raised);
        }

        if (happened.Subject is { } line and not Operation)
        {
            _clocks.Acquire(process, Of(line).All);
        }

        _clocks.Acquire(process, Of(execution.Machine.Irqs[new IntId((int)happened.Value)]).All);
    }

    private int ProcessOf(long handler)
    {
        foreach ((long known, int process) in _handlers)
        {
            if (known == handler)
            {
                return process;
            }
        }

        int made = _clocks.New();
        _handlers.Add((handler, made));
        return made;
    }

    private void Left(SimTask task, in MachineEvent happened)
    {
        Stack stack = StackOf(task);
        if (stack.Frames.Count < 2)
        {
            return;
        }

        (int left, bool wasHandler) = (stack.Top.Number, stack.Top.IsHandler);
        stack.Pop();
        if (!wasHandler)
        {
            return;
        }

        OrderOf(happened.Cpu.Value).Left(left, happened.Context);
        _clocks.Release(left, ref Of(execution.Machine.Irqs[new IntId((int)happened.Value)]).Handled);
        if (happened.Subject is { } line and not Operation)
        {
            _clocks.Release(left, ref Of(line).Handled);
        }
    }

    private static long LineOf(int cpu, long intId) => ((long)cpu << 32) + intId;

    private CpuOrder OrderOf(int cpu)
    {
        CpuOrder?[] cpus = _cpus;
        return (uint)cpu < (uint)cpus.Length && cpus[cpu] is { IsUsed: true } order ? order : Use(cpu);
    }

    private CpuOrder Use(int cpu)
    {
        if (_cpus.Length == 0)
        {
            _cpus = new CpuOrder?[execution.Machine.Cpus.Count];
        }

        CpuOrder order = _cpus[cpu] ??= new CpuOrder(execution.Machine.Cpus[cpu], _clocks);
        order.Look();
        return order;
    }

    private int Current(SimTask task) => StackOf(task).Top.Number;

    private Stack StackOf(SimTask task)
    {
        Stack stack = _stacks[task];
        if (stack.Innermost is null)
        {
            Begin(stack, task);
        }

        return stack;
    }

    private void Begin(Stack stack, SimTask task)
    {
        int process = _clocks.New();
        stack.Push().Begin(process, isHandler: false);
        _clocks.Acquire(process, Of(task.Kernel).All);
    }

    private Location Of(object location) => _locations[location];

    /// <summary>One access to a cell.</summary>
    /// <param name="Process">Who.</param>
    /// <param name="Time">At which time of its clock.</param>
    /// <param name="Writes">It writes.</param>
    /// <param name="Order">How it is ordered.</param>
    /// <param name="Task">The task on whose stack it was made.</param>
    /// <param name="Frame">The code it belongs to.</param>
    /// <param name="Operation">The operation.</param>
    /// <param name="Number">Its number in that code.</param>
    /// <param name="Section">The sequence lock whose read section it is in.</param>
    /// <param name="Sequence">The sequence lock it is written under.</param>
    /// <param name="Calls">The user's calls; empty unless sites are captured.</param>
    internal record struct Entry(
        int Process, int Time, bool Writes, MemoryOrder Order, string Task, Frame Frame, Operation Operation, int Number, SeqLock? Section, SeqLock? Sequence, IReadOnlyList<UserCall> Calls)
    {
        public readonly bool IsPlain => Order == MemoryOrder.Plain;

        /// <summary>It is such an access, by the same code.</summary>
        public readonly bool Repeats(int process, bool writes, MemoryOrder order, SimTask task, SeqLock? section, SeqLock? sequence) =>
            Process == process && Writes == writes && Order == order && ReferenceEquals(Frame, task.Frame) && ReferenceEquals(Section, section) && ReferenceEquals(Sequence, sequence);

        public readonly StepOrigin Origin => new(Task, Frame, Operation, Number, Calls);
    }

    // What whoever acquires learns: from all who released, from those who had it alone, from handlers. And who touched it, if it is a cell.
    private sealed class Location : IReusable
    {
        public int[]? All;
        public int[]? Exclusive;
        public int[]? Handled;
        public List<Entry>? Accesses;

        public void MakeNew()
        {
            Clocks.Forget(All);
            Clocks.Forget(Exclusive);
            Clocks.Forget(Handled);
            Accesses?.Clear();
        }
    }

    private sealed class Stack : IReusable
    {
        // What has come to its end is kept for the next.
        private readonly Stack<Process> _spare = new();

        public void MakeNew()
        {
            while (Frames.Count > 0)
            {
                Pop();
            }
        }

        public List<Process> Frames { get; } = [];

        /// <summary>What runs; null before anything did.</summary>
        public Process? Innermost { get; private set; }

        public Process Top => Innermost!;

        public Process Push()
        {
            Process pushed = _spare.TryPop(out Process? spare) ? spare : new Process();
            Frames.Add(pushed);
            return Innermost = pushed;
        }

        public void Pop()
        {
            Top.MakeNew();
            _spare.Push(Top);
            Frames.RemoveAt(Frames.Count - 1);
            Innermost = Frames.Count > 0 ? Frames[^1] : null;
        }
    }

    private sealed class Process : IReusable
    {
        public void MakeNew()
        {
            (Number, IsHandler) = (0, false);
            (Read, Written, Section, Sequences) = (null, null, null, null);
        }

        public void Begin(int number, bool isHandler) => (Number, IsHandler) = (number, isHandler);

        public void BeginAsPartOf(Process outer)
        {
            (Number, IsHandler) = (outer.Number, outer.IsHandler);
            (Read, Written, Section, Sequences) = (outer.Read, outer.Written, outer.Section, outer.Sequences ??= []);
        }

        public int Number { get; private set; }

        public bool IsHandler { get; private set; }

        // What marked reads saw, until a barrier makes it count; what was written before the last barrier.
        public int[]? Read;
        public int[]? Written;

        public SeqLock? Section { get; set; }

        public List<SeqLock>? Sequences { get; set; }
    }
}

/// <summary>Two accesses that nothing orders.</summary>
/// <param name="Cell">The cell.</param>
/// <param name="Earlier">The one that came first in this execution.</param>
/// <param name="Later">The one that came second.</param>
internal sealed record DataRace(object Cell, DataRaces.Entry Earlier, DataRaces.Entry Later)
{
    /// <summary>The access to mark or to order: the plain one; of two plain ones the interrupted side, or the one that writes.</summary>
    public DataRaces.Entry Guilty => Weight(Earlier).CompareTo(Weight(Later)) switch
    {
        > 0 => Earlier,
        < 0 => Later,
        _ => string.CompareOrdinal(SiteOf(Earlier), SiteOf(Later)) <= 0 ? Earlier : Later,
    };

    /// <summary>The other access.</summary>
    public DataRaces.Entry Other => Guilty == Later ? Earlier : Later;

    private static int Weight(in DataRaces.Entry access) => (access.IsPlain ? 4 : 0) + (access.Frame.Parent is null ? 2 : 0) + (access.Writes ? 1 : 0);

    private static string SiteOf(in DataRaces.Entry access) => access.Calls.Count > 0 ? access.Calls[0].Site.ToString() : access.Origin.Key;
}
