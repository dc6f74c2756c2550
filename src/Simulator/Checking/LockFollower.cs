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

    // The names of tasks: the same strings in each execution.
    private readonly Dictionary<(string Task, int Number), string> _taskNames = [];
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
            return _rules.Observe(ToldEvent.Of(happened));
        }

        _ = CatchUp(followed, default);
        followed.MayHold = true;
        return _rules.Observe(ToldEvent.Of(happened with { Task = followed.Name }));
    }

    /// <summary>The class of a lock, as the rules know it.</summary>
    public LockClassKey ClassOf(KernelLock @lock) => _rules.ClassOf(IdentityOf(@lock));

    /// <summary>What is wrong with what just happened, or possible because of it.</summary>
    /// <param name="task">On whose stack.</param>
    /// <param name="cpu">The CPU it is on.</param>
    /// <param name="happened">The event.</param>
    /// <param name="place">Where, for reports.</param>
    public IReadOnlyList<LockReport> Observe(KernelTask task, Cpu cpu, in MachineEvent happened, in StepKey place)
    {
        switch (happened.Kind)
        {
            case MachineEventKind.ContextEntered:
                FollowedTask host = Follow(task);
                host.Frames.Add(new FollowedFrame(happened.Context, HandlersAreThreaded && happened.Context is Context.HardIrq, MaskState.OnEntry));
                return MaskChanged(host, cpu, place);
            case MachineEventKind.ContextLeft:
                return Left(Follow(task), place);
            case MachineEventKind.MaskChanged:
                return MaskChanged(Follow(task), cpu, place);
            case MachineEventKind.LockWanted or MachineEventKind.LockAcquired or MachineEventKind.LockReleased or MachineEventKind.LockInitialised
                or MachineEventKind.TicketDone or MachineEventKind.TicketRefused or MachineEventKind.TicketMisused:
                return Locks(Follow(task), cpu, happened, place);
            default:
                return s_nothing;
        }
    }

    // Masks and handlers matter to the rules only where a lock is held: until one is, they are kept here, and told before the next lock.
    private IReadOnlyList<LockReport> MaskChanged(FollowedTask followed, Cpu cpu, in StepKey place)
    {
        ref FollowedFrame frame = ref CollectionsMarshal.AsSpan(followed.Frames)[^1];
        var now = MaskState.Of(cpu);
        if (now == frame.Now)
        {
            return s_nothing;
        }

        frame.Opened |= frame.Now.Irq && !now.Irq;
        frame.Now = now;
        return followed.MayHold ? CatchUp(followed, place) ?? s_nothing : s_nothing;
    }

    private IReadOnlyList<LockReport> Left(FollowedTask task, in StepKey place)
    {
        if (task.Frames.Count == 1)
        {
            return s_nothing;
        }

        bool isKnown = task.Frames[^1].IsKnown;
        task.Frames.RemoveAt(task.Frames.Count - 1);
        return isKnown ? _rules.Observe(new ToldEvent { Kind = ToldKind.Leave, Task = task.Name, Place = task.MayHold ? place : default }) : s_nothing;
    }

    private IReadOnlyList<LockReport> Locks(FollowedTask task, Cpu cpu, in MachineEvent happened, in StepKey place)
    {
        _hasTold = true;
        List<LockReport>? found = CatchUp(task, place);
        if (Translate(task, cpu, happened, place, out ToldEvent told))
        {
            IReadOnlyList<LockReport> reports = _rules.Observe(told);
            task.MayHold = _rules.Holds;
            if (found is null)
            {
                return reports;
            }

            found.AddRange(reports);
        }

        return found ?? s_nothing;
    }

    // Tells the rules of every handler and mask that they do not know of, outermost first.
    private List<LockReport>? CatchUp(FollowedTask task, in StepKey place)
    {
        List<LockReport>? found = null;
        foreach (ref FollowedFrame frame in CollectionsMarshal.AsSpan(task.Frames))
        {
            if (!frame.IsKnown)
            {
                frame.IsKnown = true;
                Add(_rules.Observe(new ToldEvent { Kind = ToldKind.Enter, Context = frame.Context, IsThreaded = frame.IsThreaded, Task = task.Name, Place = place }), ref found);
            }

            // That a handler let interrupts in counts, even if it has masked them again.
            bool masksIrq = frame.Known.Irq;
            if (frame.Opened && frame.Now.Irq)
            {
                Tell(task, Mask.Irq, masked: false, place, ref found);
                masksIrq = false;
            }

            frame.Opened = false;
            if (frame.Known.SoftIrq != frame.Now.SoftIrq)
            {
                Tell(task, Mask.SoftIrq, frame.Now.SoftIrq, place, ref found);
            }

            if (frame.Known.Daif != frame.Now.Daif)
            {
                Tell(task, Mask.Daif, frame.Now.Daif, place, ref found);
            }

            if (masksIrq != frame.Now.Irq)
            {
                Tell(task, Mask.Irq, frame.Now.Irq, place, ref found);
            }

            frame.Known = frame.Now;
        }

        return found;
    }

    private void Tell(FollowedTask task, Mask mask, bool masked, in StepKey place, ref List<LockReport>? found) =>
        Add(_rules.Observe(new ToldEvent { Kind = ToldKind.Mask, Mask = mask, Masked = masked, Task = task.Name, Place = place }), ref found);

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
            followed.Begin(task, NameOf(task, _tasks.Count - 1));
        }

        return followed;
    }

    private string NameOf(KernelTask task, int number)
    {
        if (!_taskNames.TryGetValue((task.Name, number), out string? name))
        {
            _taskNames[(task.Name, number)] = name = string.Create(CultureInfo.InvariantCulture, $"{task.Name}#{number}");
        }

        return name;
    }

    private bool Translate(FollowedTask task, Cpu cpu, in MachineEvent happened, in StepKey place, out ToldEvent told)
    {
        told = new ToldEvent { Kind = ToldKind.Acquire, Task = task.Name, Place = place };
        switch (happened.Kind)
        {
            case MachineEventKind.LockAcquired when happened.Subject is KernelLock taken:
                // What was announced counts as held since then.
                if (task.Announced.Remove(taken))
                {
                    return false;
                }

                Take(ref told, cpu, taken, happened.Taking);
                told.IsTry = happened.Value == 1;
                return true;
            case MachineEventKind.LockWanted when happened.Subject is KernelLock { } wanted && happened.Value == 1:
                Attempt(ref told, cpu, wanted, happened.Taking);
                told.Result = AcquireResult.Refused;
                return true;
            case MachineEventKind.LockWanted when happened.Subject is WwTicket opened:
                task.Announced.Add(opened);
                (told.Kind, told.Ticket, told.TicketOf) = (ToldKind.OpenTicket, NameOf(opened), opened.Of.Name);
                return true;
            case MachineEventKind.LockWanted when happened.Subject is KernelLock wanted:
                // What is announced counts as held while the task waits for it: interrupts that arrive meanwhile must not want it.
                task.Announced.Add(wanted);
                Take(ref told, cpu, wanted, happened.Taking);
                return true;
            case MachineEventKind.LockReleased when happened.Subject is WwTicket closed:
                (told.Kind, told.Ticket) = (ToldKind.CloseTicket, NameOf(closed));
                return true;
            case MachineEventKind.LockReleased when happened.Subject is KernelLock released:
                (told.Kind, told.Lock, told.Access, told.IsWoundWait) = (ToldKind.Release, IdentityOf(released), happened.Taking.Access, released is WwMutex);
                return true;
            case MachineEventKind.LockInitialised when happened.Subject is KernelLock initialised:
                (told.Kind, told.Lock) = (ToldKind.Initialise, IdentityOf(initialised));
                return true;
            case MachineEventKind.TicketDone when happened.Subject is WwTicket done:
                (told.Kind, told.Ticket) = (ToldKind.FinishTicket, NameOf(done));
                return true;
            case MachineEventKind.TicketRefused when happened.Subject is WwMutex refused:
                Take(ref told, cpu, refused, happened.Taking);
                told.Result = AcquireResult.Refused;
                return true;
            case MachineEventKind.TicketMisused when happened.Subject is WwMutex misused:
                Take(ref told, cpu, misused, happened.Taking);
                return true;
            default:
                return false;
        }
    }

    private void Take(ref ToldEvent told, Cpu cpu, KernelLock @lock, in LockTaking taking)
    {
        Attempt(ref told, cpu, @lock, taking);
        told.IsWoundWait = @lock is WwMutex;
        told.IsSlow = taking.IsSlow;
        told.Ticket = taking.Nest is WwTicket ticket ? NameOf(ticket) : null;
    }

    private void Attempt(ref ToldEvent told, Cpu cpu, KernelLock @lock, in LockTaking taking)
    {
        told.Lock = IdentityOf(@lock, taking.Subclass);
        told.LockKind = @lock.Class.Kind;
        told.Access = taking.Access;
        told.Within = cpu.State.Sections;
        told.Nest = taking.Nest is { } nest and not WwTicket ? IdentityOf(nest) : null;
    }

    /// <summary>The lock, as the rules know it.</summary>
    public LockIdentity IdentityOf(KernelLock @lock, int subclass = 0)
    {
        Instance instance = _instances[@lock];
        if (!instance.IsMet)
        {
            Declare(@lock.Class);
            instance.Meet(@lock.Class.OfOneLock ? NameOf(@lock) : @lock.Class.Name, @lock.ToString());
        }

        return instance.Identity(subclass);
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
        private readonly List<LockIdentity> _bySubclass = [];
        private string _class = "";
        private StandIn _standIn = new("");

        /// <summary>It stands for a lock of this execution.</summary>
        public bool IsMet { get; private set; }

        // It may stand for the lock in this place again.
        public void MakeNew() => IsMet = false;

        public void Meet(string @class, string name)
        {
            IsMet = true;
            if (_class != @class || _standIn.ToString() != name)
            {
                (_class, _standIn) = (@class, new StandIn(name));
                _bySubclass.Clear();
            }
        }

        public LockIdentity Identity(int subclass)
        {
            foreach (LockIdentity identity in _bySubclass)
            {
                if (identity.Class.Subclass == subclass)
                {
                    return identity;
                }
            }

            var made = new LockIdentity(new LockClassKey(_class, subclass), _standIn);
            _bySubclass.Add(made);
            return made;
        }
    }

    private sealed class StandIn(string name)
    {
        public override string ToString() => name;
    }

    private sealed class FollowedTask : IReusable
    {
        public FollowedTask() => MakeNew();

        public KernelTask? Task { get; private set; }

        /// <summary>The name that the rules know it by.</summary>
        public string Name { get; private set; } = "";

        /// <summary>Locks that are wanted and not taken yet.</summary>
        public List<KernelLock> Announced { get; } = [];

        /// <summary>Its own code, and the handlers on its stack.</summary>
        public List<FollowedFrame> Frames { get; } = [];

        /// <summary>It holds a lock, as far as the rules were told.</summary>
        public bool MayHold { get; set; }

        public void MakeNew()
        {
            (Task, Name, MayHold) = (null, "", false);
            Announced.Clear();
            Frames.Clear();
            Frames.Add(new FollowedFrame(Context.Task, IsThreaded: true, default) { IsKnown = true });
        }

        public void Begin(KernelTask task, string name) => (Task, Name) = (task, name);
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
