using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using IrqSafety.Contracts;
using IrqSafety.Rules;
using IrqSafety.Runtime;

namespace IrqSafety.Simulator;

/// <summary>Tells the lock rules what the machine does: its events, published before a lock may block, as theirs.</summary>
internal sealed class LockFollower(MachineProfile profile)
{
    private readonly LockValidator _validator = new(profile.RealTime);
    private readonly Dictionary<string, int> _levels = [];
    private readonly List<LockSequence> _orders = [];
    private readonly HashSet<string> _classes = [];
    private readonly Dictionary<KernelTask, FollowedTask> _tasks = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<KernelLock, string> _names = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<string> _usedNames = [];

    /// <summary>Whether the handlers that begin now are such that a real-time build runs them in a thread.</summary>
    public bool HandlersAreThreaded { get; set; } = true;

    /// <summary>Tells the rules what no machine does.</summary>
    public IReadOnlyList<LockReport> Tell(KernelTask task, LockEvent happened) =>
        _validator.Observe(happened with { Task = _tasks.TryGetValue(task, out FollowedTask? followed) ? followed.Name : "" });

    /// <summary>The class of a lock, as the rules know it.</summary>
    public LockClassKey ClassOf(KernelLock @lock) => _validator.ClassOf(IdentityOf(@lock));

    /// <summary>What is wrong with what just happened, or possible because of it.</summary>
    /// <param name="task">On whose stack.</param>
    /// <param name="cpu">The CPU it is on.</param>
    /// <param name="happened">The event.</param>
    /// <param name="site">Where, for reports. Asked for only when the event matters to locks.</param>
    public IReadOnlyList<LockReport> Observe(KernelTask task, Cpu cpu, in MachineEvent happened, Func<string> site)
    {
        if (!_tasks.TryGetValue(task, out FollowedTask? followed))
        {
            _tasks[task] = followed = new FollowedTask(string.Create(CultureInfo.InvariantCulture, $"{task.Name}#{_tasks.Count}"));
        }

        List<LockReport>? found = null;
        foreach (LockEvent each in Translate(followed, cpu, happened))
        {
            IReadOnlyList<LockReport> reports = _validator.Observe(each with { Task = followed.Name, Site = site() });
            if (reports.Count > 0)
            {
                (found ??= []).AddRange(reports);
            }
        }

        return found ?? (IReadOnlyList<LockReport>)[];
    }

    private IEnumerable<LockEvent> Translate(FollowedTask task, Cpu cpu, MachineEvent happened)
    {
        switch (happened.Kind)
        {
            case MachineEventKind.LockWanted when happened.Subject is KernelLock wanted:
                return happened.Value == 1 ? [Attempt(cpu, wanted, happened.Taking) with { Result = AcquireResult.Refused }] : Wanted(task, cpu, wanted, happened.Taking);
            case MachineEventKind.LockAcquired when happened.Subject is KernelLock taken:
                return task.Announced.Remove(taken) ? [] : [Taken(cpu, taken, happened.Taking) with { IsTry = happened.Value == 1 }];
            case MachineEventKind.LockInitialised when happened.Subject is KernelLock initialised:
                return [new LockEvent.Initialise(IdentityOf(initialised))];
            case MachineEventKind.TicketDone when happened.Subject is WwTicket done:
                return [new LockEvent.FinishTicket(NameOf(done))];
            case MachineEventKind.TicketRefused when happened.Subject is WwMutex refused:
                return [Taken(cpu, refused, happened.Taking) with { Result = AcquireResult.Refused }];
            case MachineEventKind.TicketMisused when happened.Subject is WwMutex misused:
                return [Taken(cpu, misused, happened.Taking)];
            case MachineEventKind.LockReleased when happened.Subject is WwTicket closed:
                return [new LockEvent.CloseTicket(NameOf(closed))];
            case MachineEventKind.LockReleased when happened.Subject is KernelLock released:
                return [new LockEvent.Release(IdentityOf(released), happened.Taking.Access) { IsWoundWait = released is WwMutex }];
            case MachineEventKind.ContextEntered:
                task.Masks.Push(MaskState.OnEntry);
                return [new LockEvent.Enter(happened.Context) { IsThreaded = HandlersAreThreaded && happened.Context is Context.HardIrq }, .. Changes(task, cpu)];
            case MachineEventKind.ContextLeft when task.Masks.Count > 1:
                _ = task.Masks.Pop();
                return [new LockEvent.Leave()];
            case MachineEventKind.MaskChanged:
                return Changes(task, cpu);
            default:
                return [];
        }
    }

    // What is announced counts as held while the task waits for it: interrupts that arrive meanwhile must not want it.
    private IEnumerable<LockEvent> Wanted(FollowedTask task, Cpu cpu, KernelLock wanted, in LockTaking taking)
    {
        task.Announced.Add(wanted);
        return wanted is WwTicket ticket ? [new LockEvent.OpenTicket(NameOf(ticket), ticket.Of.Name)] : [Taken(cpu, wanted, taking)];
    }

    private LockEvent.Acquire Taken(Cpu cpu, KernelLock @lock, in LockTaking taking) => Attempt(cpu, @lock, taking) with
    {
        IsWoundWait = @lock is WwMutex,
        Ticket = taking.Nest is WwTicket ticket ? NameOf(ticket) : null,
        IsSlow = taking.IsSlow,
    };

    private LockEvent.Acquire Attempt(Cpu cpu, KernelLock @lock, in LockTaking taking) => new(IdentityOf(@lock, taking.Subclass), @lock.Class.Kind, taking.Access)
    {
        Within = cpu.State.Sections,
        Nest = taking.Nest is { } nest and not WwTicket ? IdentityOf(nest) : null,
    };

    private static IEnumerable<LockEvent> Changes(FollowedTask task, Cpu cpu)
    {
        MaskState before = task.Masks.Pop();
        var now = MaskState.Of(cpu);
        task.Masks.Push(now);
        if (now == before)
        {
            return [];
        }

        return new (Mask Mask, bool Before, bool Now)[] { (Mask.SoftIrq, before.SoftIrq, now.SoftIrq), (Mask.Daif, before.Daif, now.Daif), (Mask.Irq, before.Irq, now.Irq) }
            .Where(each => each.Before != each.Now)
            .Select(each => new LockEvent.SetMask(each.Mask, each.Now));
    }

    /// <summary>The lock, as the rules know it.</summary>
    public LockIdentity IdentityOf(KernelLock @lock, int subclass = 0)
    {
        Declare(@lock.Class);
        return new(new LockClassKey(@lock.Class.OfOneLock ? NameOf(@lock) : @lock.Class.Name, subclass), @lock);
    }

    // What is declared about a class is looked up when a lock of it is first met.
    private void Declare(LockClass @class)
    {
        if (!_classes.Add(@class.Name))
        {
            return;
        }

        _levels[@class.Name] = @class.Level;
        int before = _orders.Count;
        _orders.AddRange(LockOrders.KnownTo(@class).Except(_orders));
        if (_orders.Count > before || @class.Level > 0)
        {
            _validator.Dependencies.Order = new DeclaredLockOrder(_orders, profile.LockOrder is { } chosen ? [chosen] : [], name => _levels.GetValueOrDefault(name));
        }
    }

    /// <summary>The name of a ticket, or of a lock that was given none of its own: no other has it.</summary>
    public string NameOf(KernelLock @lock)
    {
        if (!_names.TryGetValue(@lock, out string? name))
        {
            name = @lock.Name;
            for (int number = 2; !_usedNames.Add(name); number++)
            {
                name = string.Create(CultureInfo.InvariantCulture, $"{@lock.Name}#{number}");
            }

            _names[@lock] = name;
        }

        return name;
    }

    private sealed class FollowedTask(string name)
    {
        public string Name { get; } = name;

        /// <summary>Locks that are wanted and not taken yet.</summary>
        public List<KernelLock> Announced { get; } = [];

        /// <summary>The masks as the rules know them, of each context on the stack.</summary>
        public Stack<MaskState> Masks { get; } = new([default]);
    }

    private readonly record struct MaskState(bool Irq, bool Daif, bool SoftIrq)
    {
        /// <summary>What the rules take for granted when a handler begins.</summary>
        public static MaskState OnEntry { get; } = new(Irq: true, Daif: false, SoftIrq: false);

        public static MaskState Of(Cpu cpu) => new(cpu.IrqsDisabled || cpu.State.Daif.I, cpu.State.Daif.I, cpu.State.PreemptCount.SoftIrq > 0);
    }
}
