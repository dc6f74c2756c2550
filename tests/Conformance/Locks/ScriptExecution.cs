using System;
using System.Collections.Generic;
using System.Reflection;
using System.Text.Json;
using IrqSafety.Contracts;
using IrqSafety.Rules;
using IrqSafety.Runtime;

namespace IrqSafety.Conformance.Tests;

/// <summary>
/// Executes the events of a script, one by one, through the locks that a kernel author uses. It sees events only: neither the row's name nor its
/// verdict. What no kernel code could do, a seam does: entering a context without an interrupt, and writing where only a debugger would.
/// </summary>
internal sealed class ScriptExecution
{
    private readonly UncontendedExecution _execution = new();
    private readonly Dictionary<(string Class, string Instance, string Kind), KernelLock> _locks = [];
    private readonly Dictionary<string, WwClass> _classes = [];
    private readonly Dictionary<string, WwTicket> _tickets = [];
    private readonly Stack<NofsFlags> _nofs = [];
    private readonly Dictionary<string, string> _keptNames = [];

    /// <summary>What the lock checker reports.</summary>
    /// <exception cref="NotSupportedException">The runtime has no operation for an event of the script.</exception>
    public static IReadOnlyList<LockReport> Reports(IEnumerable<JsonElement> script)
    {
        var run = new ScriptExecution();
        run._execution.Run(() =>
        {
            int index = 0;
            foreach (JsonElement each in script)
            {
                run._execution.Site = $"event {index++}";
                run.Execute(new ScriptEvent(each));
            }
        });
        return run._execution.Reports;
    }

    internal void Execute(ScriptEvent script)
    {
        switch (script.Op)
        {
            case "acquire":
                Acquire(script, script.Text("kind")!);
                break;
            case "release":
                Release(LockOf(script, script.Text("kind")!), script.Text("kind")!);
                break;
            case "init":
                LockOf(script, script.Text("kind")).Initialise();
                break;
            case "irq-disable":
                LocalIrq.Disable();
                break;
            case "irq-enable":
                LocalIrq.Enable();
                break;
            case "softirq-disable":
                BottomHalves.Disable();
                break;
            case "softirq-enable":
                BottomHalves.Enable();
                break;
            case "enter":
                Enter(script.Text("context")!);
                break;
            case "leave":
                Leave(script.Text("context")!);
                break;
            case "reclaim-enter":
                Reclaim.Begin(GfpOf(script));
                break;
            case "reclaim-leave":
                Reclaim.End(GfpOf(script));
                break;
            case "may-allocate":
                Reclaim.MightAllocate(GfpOf(script));
                break;
            case "nofs-begin":
                _nofs.Push(Reclaim.NofsSave());
                break;
            case "nofs-end":
                Reclaim.NofsRestore(_nofs.Pop());
                break;
            case "ww-acquire-init":
                WwTicket(script.Text("ticket")!).Open();
                break;
            case "ww-acquire-done":
                WwTicket(script.Text("ticket")!).Done();
                break;
            case "ww-acquire-fini":
                WwTicket(script.Text("ticket")!).Close();
                break;
            case "ww-copy-ticket" or "ww-adjust-stamp" or "ww-set-ticket-class" or "ww-set-acquired-count":
                Overwrite(WwTicket(script.Text("ticket") ?? script.Text("to")!), script);
                break;
            case "ww-set-owner" or "ww-expect-owner" or "held-elsewhere" or "held-here":
                Overwrite((WwMutex)LockOf(script, "ww"), script);
                break;
            case "set-subclass" or "read-class-name" or "expect-equal":
                Name(script);
                break;
            default:
                throw new NotSupportedException($"no operation of the runtime does '{script.Op}'");
        }
    }

    private void Overwrite(WwTicket ticket, ScriptEvent script)
    {
        string name = _execution.Follower.NameOf(ticket);
        switch (script.Op)
        {
            case "ww-copy-ticket":
                WwTicket original = WwTicket(script.Text("from")!);
                WoundWaitSeam.Copy(original, ticket);
                Tell(new LockEvent.CopyTicket(_execution.Follower.NameOf(original), name));
                break;
            case "ww-adjust-stamp":
                WoundWaitSeam.Adjust(ticket, script.Number("by"));
                break;
            case "ww-set-ticket-class":
                WoundWaitSeam.SetClass(ticket, script.Text("class") is { } of ? WwClassOf(of) : null);
                Tell(new LockEvent.WriteTicketClass(name, script.Text("class")));
                break;
            default:
                ticket.Acquired = script.Number("value");
                Tell(new LockEvent.WriteTicketCount(name, script.Number("value")));
                break;
        }
    }

    private void Overwrite(WwMutex mutex, ScriptEvent script)
    {
        LockIdentity identity = _execution.Follower.IdentityOf(mutex);

        // A marker is an owner that is no ticket.
        WwTicket? owner = script.Text("owner") is { } name and not "marker" ? WwTicket(name) : null;
        switch (script.Op)
        {
            case "ww-set-owner":
                WoundWaitSeam.SetOwner(mutex, owner);
                Tell(new LockEvent.WriteOwner(identity, owner is null ? null : _execution.Follower.NameOf(owner)));
                break;
            case "held-elsewhere":
                Tell(new LockEvent.HandOver(identity));
                break;
            case "held-here":
                Tell(new LockEvent.Acquire(identity, LockKind.WoundWait) { IsTry = true });
                break;
            default:
                if (mutex.Ticket != owner)
                {
                    throw new NotSupportedException($"the script expects {script.Text("owner")} as owner, and it is {mutex.Ticket}");
                }

                break;
        }
    }

    private void Name(ScriptEvent script)
    {
        switch (script.Op)
        {
            case "set-subclass":
                Tell(new LockEvent.SetSubclass(_execution.Follower.IdentityOf(LockOf(script, null)), script.Number("subclass")));
                break;
            case "read-class-name":
                _keptNames[script.Text("into")!] = _execution.Follower.ClassOf(LockOf(script, null)).Name;
                break;
            default:
                string left = _keptNames[script.Text("left")!], right = _keptNames[script.Text("right")!];
                if (left != right)
                {
                    _execution.Report([new LockReport(LockReportKind.InitialisedWhileHeld, new LockClassKey(left), _execution.Site, $"the class was {left} and is {right}")]);
                }

                break;
        }
    }

    private void Tell(LockEvent happened) => _execution.Report(_execution.Follower.Tell(KernelTask.Current, happened with { Site = _execution.Site }));

    private void Acquire(ScriptEvent script, string kind)
    {
        KernelLock @lock = LockOf(script, kind);
        if (script.Flag("try"))
        {
            Try(@lock, script, kind);
            return;
        }

        if (script.Nested() is { } nest && nest.Text("ticket") is null)
        {
            KernelLock outer = LockOf(nest, null);
            switch (@lock)
            {
                case SpinLock nested:
                    nested.AcquireNestLock(outer);
                    return;
                default:
                    throw new NotSupportedException($"{kind} has no nested form under a lock");
            }
        }

        switch (@lock, kind)
        {
            case (RawSpinLock raw, _):
                raw.Acquire();
                break;
            case (SpinLock spin, _):
                spin.Acquire();
                break;
            case (RwLock rw, "rw-write"):
                rw.AcquireWrite();
                break;
            case (RwLock rw, "rw-read"):
                rw.AcquireRead();
                break;
            case (RwLock rw, _):
                rw.AcquireReadRecursive();
                break;
            case (Mutex mutex, _):
                mutex.Acquire();
                break;
            case (RtMutex mutex, _):
                mutex.Acquire();
                break;
            case (RwSemaphore semaphore, "rwsem-write"):
                semaphore.AcquireWrite();
                break;
            case (RwSemaphore semaphore, _):
                semaphore.AcquireRead();
                break;
            case (LocalLock local, _):
                local.Acquire();
                break;
            case (WwMutex mutex, _):
                AcquireWw(mutex, script);
                break;
            default:
                throw new NotSupportedException($"the runtime has no '{kind}'");
        }
    }

    private void AcquireWw(WwMutex mutex, ScriptEvent script)
    {
        // Through the mutex inside it, it is taken as without a ticket; the ticket is then only the lock it is nested under.
        WwTicket? ticket = (script.Text("ticket") ?? script.Nested()?.Text("ticket")) is { } name ? WwTicket(name) : null;
        if (script.Flag("slow"))
        {
            mutex.AcquireSlow(ticket!);
            return;
        }

        Errno expected = script.Text("result") switch { null or "ok" => Errno.Ok, "already" => Errno.EALREADY, _ => Errno.EDEADLK };
        Errno result = mutex.Acquire(ticket);
        if (result != expected)
        {
            throw new NotSupportedException($"the acquire returns {result}, and the script says {script.Text("result")}");
        }
    }

    private void Try(KernelLock @lock, ScriptEvent script, string kind)
    {
        bool taken = (@lock, kind) switch
        {
            (WwMutex mutex, _) => mutex.TryAcquire(script.Text("ticket") is { } ticket ? WwTicket(ticket) : null),
            _ => throw new NotSupportedException($"the script tries '{kind}'"),
        };
        if (taken != script.Text("result") is null or "ok")
        {
            throw new NotSupportedException($"the attempt {(taken ? "succeeds" : "fails")}, and the script says it does not");
        }
    }

    private static void Release(KernelLock @lock, string kind)
    {
        switch (@lock, kind)
        {
            case (RawSpinLock raw, _):
                raw.Release();
                break;
            case (SpinLock spin, _):
                spin.Release();
                break;
            case (RwLock rw, "rw-write"):
                rw.ReleaseWrite();
                break;
            case (RwLock rw, _):
                rw.ReleaseRead();
                break;
            case (Mutex mutex, _):
                mutex.Release();
                break;
            case (RtMutex mutex, _):
                mutex.Release();
                break;
            case (RwSemaphore semaphore, "rwsem-write"):
                semaphore.ReleaseWrite();
                break;
            case (RwSemaphore semaphore, _):
                semaphore.ReleaseRead();
                break;
            case (LocalLock local, _):
                local.Release();
                break;
            case (WwMutex mutex, _):
                mutex.Release();
                break;
            default:
                throw new NotSupportedException($"the runtime has no '{kind}'");
        }
    }

    private void Enter(string context)
    {
        switch (context)
        {
            case "hardirq" or "hardirq-not-threaded":
                LocalIrq.Disable();
                _execution.Follower.HandlersAreThreaded = context == "hardirq";
                ContextSeam.Enter(Context.HardIrq);
                break;
            case "softirq":
                BottomHalves.Disable();
                LocalIrq.Disable();
                ContextSeam.Enter(Context.SoftIrq);
                break;
            case "rcu":
                Rcu.ReadLock();
                break;
            case "rcu-bh":
                RcuBh.ReadLock();
                break;
            case "rcu-sched":
                RcuSched.ReadLock();
                break;
            default:
                throw new NotSupportedException($"'{context}' is no context");
        }
    }

    private static void Leave(string context)
    {
        switch (context)
        {
            case "hardirq" or "hardirq-not-threaded":
                ContextSeam.Leave();
                LocalIrq.Enable();
                break;
            case "softirq":
                ContextSeam.Leave();
                LocalIrq.Enable();
                BottomHalves.Enable();
                break;
            case "rcu":
                Rcu.ReadUnlock();
                break;
            case "rcu-bh":
                RcuBh.ReadUnlock();
                break;
            case "rcu-sched":
                RcuSched.ReadUnlock();
                break;
            default:
                throw new NotSupportedException($"'{context}' is no context");
        }
    }

    // A lock under which another nests is known already, by its kind.
    private KernelLock LockOf(ScriptEvent script, string? kind)
    {
        LockIdentity identity = script.Lock();
        string instance = (string)identity.Instance;
        foreach (((string Class, string Instance, string Kind) key, KernelLock known) in _locks)
        {
            if (key.Class == identity.Class.Name && key.Instance == instance && (kind is null || key.Kind == Family(kind)))
            {
                return known;
            }
        }

        // One that is only named, and never taken, may be of any kind.
        kind ??= "mutex";
        KernelLock created = Create(identity.Class.Name, kind);
        _locks[(identity.Class.Name, instance, Family(kind))] = created;
        return created;
    }

    private KernelLock Create(string name, string kind) => Family(kind) switch
    {
        "raw-spin" => new RawSpinLock(name),
        "spin" => new SpinLock(name),
        "rw" => new RwLock(name),
        "mutex" => new Mutex(name),
        "rtmutex" => new RtMutex(name),
        "rwsem" => new RwSemaphore(name),
        "local" => new LocalLock(name),
        "ww" => new WwMutex(WwClassOf(name), name),
        _ => throw new NotSupportedException($"the runtime has no '{kind}'"),
    };

    private static string Family(string kind) => kind switch
    {
        "raw-spin" or "rtmutex" => kind,
        _ => kind.Split('-')[0],
    };

    private WwTicket WwTicket(string name)
    {
        if (!_tickets.TryGetValue(name, out WwTicket? ticket))
        {
            _tickets[name] = ticket = new WwTicket(WwClassOf("W"));
        }

        return ticket;
    }

    private WwClass WwClassOf(string name)
    {
        if (!_classes.TryGetValue(name, out WwClass? known))
        {
            _classes[name] = known = new WwClass(WwAlgorithm.WaitDie, name);
        }

        return known;
    }

    private static Gfp GfpOf(ScriptEvent script) => script.Flag("allows_fs") ? Gfp.Kernel : Gfp.NoFs;
}

/// <summary>Enters and leaves a context without an interrupt that asks for it.</summary>
internal static class ContextSeam
{
    public static void Enter(Context context)
    {
        Cpu cpu = Machine.Current.Cpus[KernelTask.Current.Cpu.Value];
        cpu.State.Push(new Activation(context, IntId.Spurious, cpu.State.Pmr, cpu.State.Daif));
        cpu.Publish(MachineEventKind.ContextEntered, context: context);
    }

    public static void Leave()
    {
        Cpu cpu = Machine.Current.Cpus[KernelTask.Current.Cpu.Value];
        Activation left = cpu.State.Pop();
        cpu.Publish(MachineEventKind.ContextLeft, context: left.Context);
    }
}

/// <summary>Writes into tickets and objects what only a debugger could, as the self-test does.</summary>
internal static class WoundWaitSeam
{
    public static void Copy(WwTicket from, WwTicket to)
    {
        foreach (string property in new[] { nameof(Runtime.WwTicket.Stamp), nameof(Runtime.WwTicket.Acquired), nameof(Runtime.WwTicket.IsDone), nameof(Runtime.WwTicket.RefusedFor), nameof(KernelLock.Holder) })
        {
            Set(to, property, Property(property).GetValue(from));
        }

        to.IsWounded = from.IsWounded;
    }

    public static void Adjust(WwTicket ticket, int by) => Set(ticket, nameof(Runtime.WwTicket.Stamp), ticket.Stamp + by);

    public static void SetClass(WwTicket ticket, WwClass? of) =>
        typeof(WwTicket).GetField("<Of>k__BackingField", BindingFlags.Instance | BindingFlags.NonPublic)!.SetValue(ticket, of);

    public static void SetOwner(WwMutex mutex, WwTicket? owner) =>
        ((PerMachine<WwTicket?>)typeof(WwMutex).GetField("_ticket", BindingFlags.Instance | BindingFlags.NonPublic)!.GetValue(mutex)!).Value = owner;

    private static PropertyInfo Property(string name) => typeof(WwTicket).GetProperty(name) is { DeclaringType: { } declaring } ? declaring.GetProperty(name)! : throw new MissingMemberException(name);

    private static void Set(WwTicket ticket, string property, object? value) => Property(property).GetSetMethod(nonPublic: true)!.Invoke(ticket, [value]);
}
