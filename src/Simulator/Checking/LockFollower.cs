using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Runtime.InteropServices;
using IrqSafety.Contracts;
using IrqSafety.Rules;
using IrqSafety.Runtime;

namespace IrqSafety.Simulator;

/// <summary>Tells the lock rules what the machine does: its events, published before a lock may block, as theirs.</summary>
internal sealed class LockFollower(MachineProfile profile)
{
    private static readonly IReadOnlyList<LockReport> s_nothing = [];
    private readonly LockRules _rules = new(profile.RealTime);
    private readonly ByObject<Instance> _instances = new();
    private bool _hasTold;
    private readonly List<(string Class, int Level)> _levels = [];
    private readonly List<LockSequence> _orders = [];
    private readonly HashSet<string> _classes = [];
    private readonly ByObject<FollowedTask> _tasks = new();
    private readonly Dictionary<KernelLock, string> _names = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<string> _usedNames = [];

    /// <summary>Whether the handlers that begin now are such that a real-time build runs them in a thread.</summary>
    public bool HandlersAreThreaded { get; set; } = true;

    /// <summary>An execution begins.</summary>
    public void MakeNew()
    {
        _tasks.MakeNew();
        HandlersAreThreaded = true;
        if (_hasTold)
        {
            _hasTold = false;
            _rules.MakeNew();
            _instances.MakeNew();
            _levels.Clear();
            _orders.Clear();
            _classes.Clear();
            _names.Clear();
            _usedNames.Clear();
        }
    }

    /// <summary>Tells the rules what no machine does.</summary>
    public IReadOnlyList<LockReport> Tell(KernelTask task, LockEvent happened)
    {
        _hasTold = true;
        if (_tasks.Find(task) is not { } followed)
        {
            return _rules.Observe(happened);
        }

        _ = CatchUp(followed, "");
        followed.MayHold = true;
        return _rules.Observe(happened with { Task = followed.Name });
    }

    /// <summary>The class of a lock, as the rules know it.</summary>
    public LockClassKey ClassOf(KernelLock @lock) => _rules.ClassOf(IdentityOf(@lock));

    /// <summary>What is wrong with what just happened, or possible because of it.</summary>
    /// <param name="task">On whose stack.</param>
    /// <param name="cpu">The CPU it is on.</param>
    /// <param name="happened">The event.</param>
    /// <param name="site">Where, for reports. Asked for only when the event matters to locks.</param>
    public IReadOnlyList<LockReport> Observe(KernelTask task, Cpu cpu, in MachineEvent happened, Func<string> site)
    {
        switch (happened.Kind)
        {
            case MachineEventKind.ContextEntered:
                FollowedTask host = Follow(task);
                host.Frames.Add(new FollowedFrame(happened.Context, HandlersAreThreaded && happened.Context is Context.HardIrq, MaskState.OnEntry));
                return MaskChanged(host, cpu, site);
            case MachineEventKind.ContextLeft:
                return Left(Follow(task), site);
            case MachineEventKind.MaskChanged:
                return MaskChanged(Follow(task), cpu, site);
            case MachineEventKind.LockWanted or MachineEventKind.LockAcquired or MachineEventKind.LockReleased or MachineEventKind.LockInitialised
                or MachineEventKind.TicketDone or MachineEventKind.TicketRefused or MachineEventKind.TicketMisused:
                return Locks(Follow(task), cpu, happened, site());
            default:
                return s_nothing;
        }
    }

    // Masks and handlers matter to the rules only where a lock is held: until one is, they are kept here, and told before the next lock.
    private IReadOnlyList<LockReport> MaskChanged(FollowedTask followed, Cpu cpu, Func<string> site)
    {
        ref FollowedFrame frame = ref CollectionsMarshal.AsSpan(followed.Frames)[^1];
        var now = MaskState.Of(cpu);
        if (now == frame.Now)
        {
            return s_nothing;
        }

        frame.Opened |= frame.Now.Irq && !now.Irq;
        frame.Now = now;
        return followed.MayHold ? CatchUp(followed, site()) ?? s_nothing : s_nothing;
    }

    private IReadOnlyList<LockReport> Left(FollowedTask task, Func<string> site)
    {
        if (task.Frames.Count == 1)
        {
            return s_nothing;
        }

        bool isKnown = task.Frames[^1].IsKnown;
        task.Frames.RemoveAt(task.Frames.Count - 1);
        return isKnown ? _rules.Observe(new LockEvent.Leave { Task = task.Name, Site = task.MayHold ? site() : "" }) : s_nothing;
    }

    private IReadOnlyList<LockReport> Locks(FollowedTask task, Cpu cpu, in MachineEvent happened, string site)
    {
        _hasTold = true;
        List<LockReport>? found = CatchUp(task, site);
        foreach (LockEvent each in Translate(task, cpu, happened))
        {
            Add(_rules.Observe(each with { Task = task.Name, Site = site }), ref found);
            task.MayHold = _rules.Holds;
        }

        return found ?? s_nothing;
    }

    // Tells the rules of every handler and mask that they do not know of, outermost first.
    private List<LockReport>? CatchUp(FollowedTask task, string site)
    {
        List<LockReport>? found = null;
        foreach (ref FollowedFrame frame in CollectionsMarshal.AsSpan(task.Frames))
        {
            if (!frame.IsKnown)
            {
                frame.IsKnown = true;
                Add(_rules.Observe(new LockEvent.Enter(frame.Context) { IsThreaded = frame.IsThreaded, Task = task.Name, Site = site }), ref found);
            }

            // That a handler let interrupts in counts, even if it has masked them again.
            bool masksIrq = frame.Known.Irq;
            if (frame.Opened && frame.Now.Irq)
            {
                Tell(Mask.Irq, masked: false, ref found);
                masksIrq = false;
            }

            frame.Opened = false;
            if (frame.Known.SoftIrq != frame.Now.SoftIrq)
            {
                Tell(Mask.SoftIrq, frame.Now.SoftIrq, ref found);
            }

            if (frame.Known.Daif != frame.Now.Daif)
            {
                Tell(Mask.Daif, frame.Now.Daif, ref found);
            }

            if (masksIrq != frame.Now.Irq)
            {
                Tell(Mask.Irq, frame.Now.Irq, ref found);
            }

            frame.Known = frame.Now;
        }

        return found;

        void Tell(Mask mask, bool masked, ref List<LockReport>? found) =>
            Add(_rules.Observe(new LockEvent.SetMask(mask, masked) { Task = task.Name, Site = site }), ref found);
    }

    private static void Add(IReadOnlyList<LockReport> reports, ref List<LockReport>? found)
    {
        if (reports.Count > 0)
        {
            (found ??= []).AddRange(reports);
        }
    }

    private FollowedTask Follow(KernelTask task)
    {
        FollowedTask followed = _tasks[task];
        if (followed.Task is null)
        {
            followed.Begin(task, _tasks.Count - 1);
        }

        return followed;
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

    /// <summary>The lock, as the rules know it.</summary>
    public LockIdentity IdentityOf(KernelLock @lock, int subclass = 0)
    {
        Declare(@lock.Class);
        return new(new LockClassKey(@lock.Class.OfOneLock ? NameOf(@lock) : @lock.Class.Name, subclass), _instances[@lock].Of(@lock));
    }

    // What is declared about a class is looked up when a lock of it is first met.
    private void Declare(LockClass @class)
    {
        if (!_classes.Add(@class.Name))
        {
            return;
        }

        if (@class.Level > 0)
        {
            _levels.Add((@class.Name, @class.Level));
        }

        int before = _orders.Count;
        _orders.AddRange(LockOrders.KnownTo(@class).Except(_orders));
        if (_orders.Count > before || @class.Level > 0)
        {
            _hasTold = true;
            _rules.Declare(new OrderDeclaration([.. _orders], profile.LockOrder, [.. _levels]));
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

    /// <summary>What stands for a lock before the rules: the same in each execution, so that what they are told can be compared.</summary>
    private sealed class Instance : IReusable
    {
        private StandIn _standIn = new("");

        // It may stand for the lock in this place again.
        public void MakeNew()
        {
        }

        public StandIn Of(KernelLock @lock) => _standIn.ToString() == @lock.ToString() ? _standIn : _standIn = new StandIn(@lock.ToString());
    }

    private sealed class StandIn(string name)
    {
        public override string ToString() => name;
    }

    private sealed class FollowedTask : IReusable
    {
        private int _number;
        private string? _name;

        public FollowedTask() => MakeNew();

        public KernelTask? Task { get; private set; }

        public string Name => _name ??= string.Create(CultureInfo.InvariantCulture, $"{Task?.Name}#{_number}");

        /// <summary>Locks that are wanted and not taken yet.</summary>
        public List<KernelLock> Announced { get; } = [];

        /// <summary>Its own code, and the handlers on its stack.</summary>
        public List<FollowedFrame> Frames { get; } = [];

        /// <summary>It holds a lock, as far as the rules were told.</summary>
        public bool MayHold { get; set; }

        public void MakeNew()
        {
            (Task, _number, _name, MayHold) = (null, 0, null, false);
            Announced.Clear();
            Frames.Clear();
            Frames.Add(new FollowedFrame(Context.Task, IsThreaded: true, default) { IsKnown = true });
        }

        public void Begin(KernelTask task, int number) => (Task, _number) = (task, number);
    }

    /// <summary>Code on a task's stack: what its masks are, and what of it the rules know.</summary>
    private record struct FollowedFrame(Context Context, bool IsThreaded, MaskState OnEntry)
    {
        public bool IsKnown { get; set; }

        public MaskState Now { get; set; } = OnEntry;

        public MaskState Known { get; set; } = OnEntry;

        /// <summary>Interrupts were unmasked since the rules were told last.</summary>
        public bool Opened { get; set; }
    }

    private readonly record struct MaskState(bool Irq, bool Daif, bool SoftIrq)
    {
        /// <summary>What the rules take for granted when a handler begins.</summary>
        public static MaskState OnEntry { get; } = new(Irq: true, Daif: false, SoftIrq: false);

        public static MaskState Of(Cpu cpu) => new(cpu.IrqsDisabled || cpu.State.Daif.I, cpu.State.Daif.I, cpu.State.PreemptCount.SoftIrq > 0);
    }
}
