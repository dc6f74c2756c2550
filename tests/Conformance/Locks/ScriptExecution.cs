using System;
using System.Collections.Generic;
using System.Text.Json;
using IrqSafety.Contracts;
using IrqSafety.Rules;
using IrqSafety.Runtime;

namespace IrqSafety.Conformance.Tests;

/// <summary>
/// Executes the events of a script, one by one, through the locks that a kernel author uses. It sees events only: neither the row's name nor its
/// verdict. Entering a context without an interrupt is the one thing it asks of the machine that no handler could.
/// </summary>
internal sealed class ScriptExecution
{
    private readonly UncontendedExecution _execution = new();
    private readonly Dictionary<(string Class, string Instance, string Kind), KernelLock> _locks = [];
    private readonly Dictionary<string, WwClass> _classes = [];
    private readonly Dictionary<string, WwTicket> _tickets = [];
    private readonly Stack<NofsFlags> _nofs = [];

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
            default:
                throw new NotSupportedException($"no operation of the runtime does '{script.Op}'");
        }
    }

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
                if (kind == "ww-base")
                {
                    throw new NotSupportedException("a wound/wait object cannot be used through a mutex inside it");
                }

                AcquireWw(mutex, script);
                break;
            default:
                throw new NotSupportedException($"the runtime has no '{kind}'");
        }
    }

    private void AcquireWw(WwMutex mutex, ScriptEvent script)
    {
        if (script.Text("result") is not (null or "ok"))
        {
            throw new NotSupportedException("where nothing is contended, nobody is refused");
        }

        WwTicket? ticket = script.Text("ticket") is { } name ? WwTicket(name) : null;
        if (script.Flag("slow"))
        {
            mutex.AcquireSlow(ticket!);
        }
        else
        {
            _ = mutex.Acquire(ticket);
        }
    }

    private void Try(KernelLock @lock, ScriptEvent script, string kind)
    {
        bool taken = (@lock, kind) switch
        {
            (WwMutex mutex, "ww") => mutex.TryAcquire(script.Text("ticket") is { } ticket ? WwTicket(ticket) : null),
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
            case (WwMutex mutex, "ww"):
                mutex.Release();
                break;
            default:
                throw new NotSupportedException($"the runtime has no '{kind}'");
        }
    }

    private static void Enter(string context)
    {
        switch (context)
        {
            case "hardirq":
                LocalIrq.Disable();
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
                throw new NotSupportedException($"the machine does not tell a '{context}' from other handlers");
        }
    }

    private static void Leave(string context)
    {
        switch (context)
        {
            case "hardirq":
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
                throw new NotSupportedException($"the machine does not tell a '{context}' from other handlers");
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
            _classes[name] = known = new WwClass(WwAlgorithm.WoundWait, name);
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
