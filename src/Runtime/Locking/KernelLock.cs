using System.Linq;
using IrqSafety.Contracts;
using IrqSafety.Rules;

namespace IrqSafety.Runtime;

/// <summary>What locks have in common: a class, who holds it, and the flavours of taking it.</summary>
public abstract class KernelLock
{
    private static readonly Operation s_initialise = Operation.Of(typeof(KernelLock), nameof(Initialise));
    private MachineValue<KernelTask?> _holder = new(null);
    private MachineValue<KernelTask?> _lostBy = new(null);

    private protected KernelLock(LockClass @class, string? name = null)
    {
        Name = name ?? @class.Display;
        Class = @class;
    }

    /// <summary>Its name: as given, or that of the field it was created for.</summary>
    public string Name { get; }

    /// <summary>Its class.</summary>
    public LockClass Class { get; }

    /// <summary>The task that holds it exclusively, also on behalf of an interrupt on that task's stack; null when nobody does.</summary>
    public KernelTask? Holder
    {
        get => _holder.Value;
        private protected set => _holder.Value = value;
    }

    /// <summary>The CPU it was taken on, while it is held exclusively.</summary>
    public CpuId HolderCpu { get; private set; }

    /// <summary>The context it was taken in, while it is held exclusively.</summary>
    public Context HolderContext { get; private set; }

    /// <summary>True while somebody holds it.</summary>
    public virtual bool IsHeld => Holder is not null;

    /// <summary>
    /// Initialises the lock again (<c>spin_lock_init</c>, <c>mutex_init</c>): afterwards nobody holds it. Illegal while somebody does, who loses it without
    /// knowing.
    /// </summary>
    [Initialises("this")]
    public void Initialise()
    {
        s_initialise.Begin(this).Publish(MachineEventKind.LockInitialised, this);
        _lostBy.Value = Holder;
        Reset();
    }

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>True on machines where this lock sleeps.</summary>
    private protected virtual bool Sleeps(Machine machine) => false;

    /// <summary>Waits for the lock and takes it. A CPU that holds it already waits for ever, as the hardware would.</summary>
    internal void Acquire(Cpu cpu, Operation operation, LockAccess access = LockAccess.Exclusive) => Acquire(cpu, operation, new LockTaking(access));

    internal void Acquire(Cpu cpu, Operation operation, LockTaking taking)
    {
        LockAccess access = taking.Access;
        Machine machine = cpu.Machine;
        bool sleeps = Sleeps(machine);
        if (sleeps)
        {
            CheckMaySleep(cpu, operation);
        }
        else
        {
            Preemption.Count(cpu, 1);
        }

        // In an interrupt a reader does not queue.
        bool inInterrupt = cpu.Context != Context.Task || cpu.State.PreemptCount.SoftIrq > 0;
        WaitMode wait = access.Wait(Class.Kind, inInterrupt);
        cpu.Publish(MachineEventKind.LockWanted, this, context: cpu.Context, text: TextOf(access), taking: taking);
        if (!machine.LocksNeverBlock && !MayEnter(access, wait))
        {
            WaitUntilFree(machine, operation, access, wait, sleeps ? WaitStyle.Sleep : WaitStyle.Spin);
        }

        // A task that slept may be on another CPU now; from here on it stays there (migrate_disable).
        Take(machine.Cpus[KernelTask.Current.Cpu.Value], taking, isTry: false);
    }

    private void WaitUntilFree(Machine machine, Operation operation, LockAccess access, WaitMode wait, WaitStyle style)
    {
        Queue(access, 1);
        while (!MayEnter(access, wait))
        {
            machine.Execution.Wait(new WaitFor(style, operation, this, () => MayEnter(access, wait), () => KeptUpBy(access)));
        }

        Queue(access, -1);
    }

    internal bool TryAcquire(Cpu cpu, LockAccess access = LockAccess.Exclusive)
    {
        // An attempt does not queue: it fails where it would have to.
        if (!MayEnter(access, WaitMode.AnyHolder))
        {
            return false;
        }

        if (!Sleeps(cpu.Machine))
        {
            Preemption.Count(cpu, 1);
        }

        Take(cpu, new LockTaking(access), isTry: true);
        return true;
    }

    internal void Release(Cpu cpu, LockAccess access = LockAccess.Exclusive)
    {
        cpu.Publish(MachineEventKind.LockReleased, this, context: cpu.Context, text: TextOf(access), taking: new LockTaking(access));
        Leave(cpu, access);
        if (!Sleeps(cpu.Machine))
        {
            Preemption.Count(cpu, -1);
        }
    }

    /// <summary>The lock word alone is released: the caller's preemption stays off, and whoever follows locks believes that it is held.</summary>
    internal void ReleaseInside(Cpu cpu, Operation operation, string whole)
    {
        cpu.Machine.Execution.Breach(
            new Breach(LawIds.LockFlavour, $"code that took {Name} with the whole operation", $"is an inner step of {whole}, and leaves preemption off and the lock validator untold"),
            new Step(operation, this, Access.Write));
        Leave(cpu, LockAccess.Exclusive);
    }

    /// <summary>A guard is disposed that was disposed before: what it stood for is held by nobody, or by somebody else by now.</summary>
    internal void ReleaseAgain(Cpu cpu, Operation operation) => cpu.Machine.Execution.Breach(
        new Breach(LawIds.LockUnheldRelease, $"a task that released {Name} with this guard before", "ends a guard twice"),
        new Step(operation, this, Access.Write));

    /// <summary><see cref="AcquireIrqSave"/> in the middle of a compound operation: a step of its own.</summary>
    internal IrqFlags AcquireIrqSaveInside(Operation operation) => AcquireIrqSave(operation.Inside(this), operation);

    /// <summary><see cref="ReleaseIrqRestore"/> in the middle or at the end of a compound operation: a step of its own, so interrupts arrive while it is held.</summary>
    internal void ReleaseIrqRestoreInside(Operation operation, IrqFlags flags) => ReleaseIrqRestore(operation.Inside(this), flags);

    internal IrqFlags AcquireIrqSave(Cpu cpu, Operation operation, LockAccess access = LockAccess.Exclusive)
    {
        IrqFlags flags = MasksIrq(cpu.Machine) ? IrqMask.Save(cpu) : Unchanged(cpu);
        Acquire(cpu, operation, access);
        return flags;
    }

    internal void ReleaseIrqRestore(Cpu cpu, IrqFlags flags, LockAccess access = LockAccess.Exclusive)
    {
        Release(cpu, access);
        if (MasksIrq(cpu.Machine))
        {
            IrqMask.Restore(cpu, flags);
        }
    }

    internal bool TryAcquireIrqSave(Cpu cpu, out IrqFlags flags, LockAccess access = LockAccess.Exclusive)
    {
        flags = MasksIrq(cpu.Machine) ? IrqMask.Save(cpu) : Unchanged(cpu);
        if (TryAcquire(cpu, access))
        {
            return true;
        }

        if (MasksIrq(cpu.Machine))
        {
            IrqMask.Restore(cpu, flags);
        }

        return false;
    }

    internal bool TryAcquireIrq(Cpu cpu, LockAccess access = LockAccess.Exclusive)
    {
        if (!MasksIrq(cpu.Machine))
        {
            return TryAcquire(cpu, access);
        }

        IrqMask.Disable(cpu);
        bool taken = TryAcquire(cpu, access);
        if (!taken)
        {
            IrqMask.Enable(cpu);
        }

        return taken;
    }

    internal bool TryAcquireBh(Cpu cpu, LockAccess access = LockAccess.Exclusive)
    {
        BottomHalves.Count(cpu, 1);
        bool taken = TryAcquire(cpu, access);
        if (!taken)
        {
            BottomHalves.Count(cpu, -1);
        }

        return taken;
    }

    internal void AcquireIrq(Cpu cpu, Operation operation, LockAccess access = LockAccess.Exclusive)
    {
        if (MasksIrq(cpu.Machine))
        {
            IrqMask.Disable(cpu);
        }

        Acquire(cpu, operation, access);
    }

    internal void ReleaseIrq(Cpu cpu, LockAccess access = LockAccess.Exclusive)
    {
        Release(cpu, access);
        if (MasksIrq(cpu.Machine))
        {
            IrqMask.Enable(cpu);
        }
    }

    internal void AcquireBh(Cpu cpu, Operation operation, LockAccess access = LockAccess.Exclusive)
    {
        BottomHalves.Count(cpu, 1);
        Acquire(cpu, operation, access);
    }

    internal void ReleaseBh(Cpu cpu, LockAccess access = LockAccess.Exclusive)
    {
        Release(cpu, access);
        BottomHalves.Count(cpu, -1);
    }

    /// <summary>True when whoever takes the lock in this way gets it now.</summary>
    private protected virtual bool MayEnter(LockAccess access, WaitMode wait) => !IsHeld;

    /// <summary>A task begins or ends waiting.</summary>
    private protected virtual void Queue(LockAccess access, int by)
    {
    }

    /// <summary>Who must act so that it can be taken.</summary>
    private protected virtual KernelTask? KeptUpBy(LockAccess access) => Holder;

    /// <summary>Nobody holds it.</summary>
    private protected virtual void Reset() => Holder = null;

    private protected virtual void Enter(Cpu cpu, LockAccess access)
    {
        Holder = cpu.Current;
        HolderCpu = cpu.Id;
        HolderContext = cpu.Context;
    }

    private protected virtual void Leave(Cpu cpu, LockAccess access)
    {
        // Whoever lost the lock to an initialisation releases it without knowing. The initialisation was reported.
        if (_lostBy.Value == cpu.Current)
        {
            _lostBy.Value = null;
            return;
        }

        if (Holder != cpu.Current)
        {
            cpu.Machine.Execution.Fail(IsHeld
                ? $"{Name} is released by '{cpu.Current}', but '{Holder}' holds it"
                : $"{Name} is released, but nobody holds it");
        }

        Holder = null;
    }

    private protected void Take(Cpu cpu, LockTaking taking, bool isTry)
    {
        Enter(cpu, taking.Access);
        cpu.Publish(MachineEventKind.LockAcquired, this, isTry ? 1 : 0, context: cpu.Context, text: TextOf(taking.Access), taking: taking);
    }

    // On PREEMPT_RT the same source sleeps: the contract of the operation cannot say so, because it holds for every profile.
    private void CheckMaySleep(Cpu cpu, Operation operation)
    {
        bool isLockOperation = operation.Contract.MayBlock is null && operation.Contract.Locks.Any(effect => effect.Action == LockAction.Acquire);
        if (isLockOperation && !cpu.InNmi && Legality.AtomicReason(cpu.Situation) is { } atomic)
        {
            cpu.Machine.Execution.Breach(new Breach(LawIds.AtomicSleep, atomic, $"may sleep on PREEMPT_RT, waiting for {Name}"), new Step(operation, this, Access.Write));
        }
    }

    // On PREEMPT_RT the Irq flavours of a sleeping lock leave interrupts as they are.
    private bool MasksIrq(Machine machine) => !Sleeps(machine);

    private static IrqFlags Unchanged(Cpu cpu) => cpu.Machine.Profile.PriorityMasking ? new IrqFlags(cpu.State.Pmr) : new IrqFlags(cpu.State.Daif);

    private protected static string? TextOf(LockAccess access) => access == LockAccess.Exclusive ? null : "reader";
}
