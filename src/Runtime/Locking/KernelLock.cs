using System.Linq;
using IrqSafety.Contracts;
using IrqSafety.Rules;

namespace IrqSafety.Runtime;

/// <summary>What locks have in common: a class, and who holds it.</summary>
public abstract class KernelLock
{
    private KernelTask? _holder;

    private protected KernelLock(LockClass @class)
    {
        Name = @class.Name;
        Class = @class;
    }

    /// <summary>Its name: as given, or that of the field it was created for.</summary>
    public string Name { get; }

    /// <summary>Its class.</summary>
    public LockClass Class { get; }

    /// <summary>The task that holds it, also on behalf of an interrupt on that task's stack; null when it is free.</summary>
    /// <remarks>A lock in a static field outlives the machine: what a task of another machine left held is free on this one.</remarks>
    public KernelTask? Holder
    {
        get => _holder is { } holder && (KernelTask.CurrentOrNull is not { } now || now.Machine == holder.Machine) ? holder : null;
        private set => _holder = value;
    }

    /// <summary>The CPU it was taken on, while it is held.</summary>
    public CpuId HolderCpu { get; private set; }

    /// <summary>The context it was taken in, while it is held.</summary>
    public Context HolderContext { get; private set; }

    /// <summary>True while somebody holds it.</summary>
    public bool IsHeld => Holder is not null;

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>True on machines where this lock sleeps.</summary>
    private protected virtual bool Sleeps(Machine machine) => false;

    /// <summary>Waits for the lock and takes it. A CPU that holds it already waits for ever, as the hardware would.</summary>
    internal void Acquire(Cpu cpu, Operation operation)
    {
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

        cpu.Publish(MachineEventKind.LockWanted, this, context: cpu.Context);
        while (IsHeld)
        {
            machine.Execution.Wait(new WaitFor(sleeps ? WaitStyle.Sleep : WaitStyle.Spin, operation, this, () => !IsHeld, () => Holder));
        }

        // A task that slept may be on another CPU now; from here on it stays there (migrate_disable).
        Take(machine.Cpus[KernelTask.Current.Cpu.Value], isTry: false);
    }

    internal bool TryAcquire(Cpu cpu)
    {
        if (IsHeld)
        {
            return false;
        }

        if (!Sleeps(cpu.Machine))
        {
            Preemption.Count(cpu, 1);
        }

        Take(cpu, isTry: true);
        return true;
    }

    internal void Release(Cpu cpu)
    {
        if (Holder != cpu.Current)
        {
            cpu.Machine.Execution.Fail(IsHeld
                ? $"{Name} is released by '{cpu.Current}', but '{Holder}' holds it"
                : $"{Name} is released, but nobody holds it");
        }

        Holder = null;
        cpu.Publish(MachineEventKind.LockReleased, this, context: cpu.Context);
        if (!Sleeps(cpu.Machine))
        {
            Preemption.Count(cpu, -1);
        }
    }

    /// <summary><see cref="AcquireIrqSave"/> in the middle of a compound operation: a step of its own.</summary>
    internal IrqFlags AcquireIrqSaveInside(Operation operation) => AcquireIrqSave(operation.Inside(this), operation);

    /// <summary><see cref="ReleaseIrqRestore"/> in the middle or at the end of a compound operation: a step of its own, so interrupts arrive while it is held.</summary>
    internal void ReleaseIrqRestoreInside(Operation operation, IrqFlags flags) => ReleaseIrqRestore(operation.Inside(this), flags);

    internal IrqFlags AcquireIrqSave(Cpu cpu, Operation operation)
    {
        IrqFlags flags = Sleeps(cpu.Machine) ? Unchanged(cpu) : IrqMask.Save(cpu);
        Acquire(cpu, operation);
        return flags;
    }

    internal void ReleaseIrqRestore(Cpu cpu, IrqFlags flags)
    {
        Release(cpu);
        if (!Sleeps(cpu.Machine))
        {
            IrqMask.Restore(cpu, flags);
        }
    }

    internal bool TryAcquireIrqSave(Cpu cpu, out IrqFlags flags)
    {
        flags = Sleeps(cpu.Machine) ? Unchanged(cpu) : IrqMask.Save(cpu);
        if (TryAcquire(cpu))
        {
            return true;
        }

        if (!Sleeps(cpu.Machine))
        {
            IrqMask.Restore(cpu, flags);
        }

        return false;
    }

    internal void AcquireIrq(Cpu cpu, Operation operation)
    {
        if (!Sleeps(cpu.Machine))
        {
            IrqMask.Disable(cpu);
        }

        Acquire(cpu, operation);
    }

    internal void ReleaseIrq(Cpu cpu)
    {
        Release(cpu);
        if (!Sleeps(cpu.Machine))
        {
            IrqMask.Enable(cpu);
        }
    }

    // On PREEMPT_RT the same source sleeps: the contract of the operation cannot say so, because it holds for every profile.
    private void CheckMaySleep(Cpu cpu, Operation operation)
    {
        bool isLockOperation = operation.Contract.Locks.Any(effect => effect.Action == LockAction.Acquire);
        if (isLockOperation && !cpu.InNmi && Legality.AtomicReason(cpu.Situation) is { } atomic)
        {
            cpu.Machine.Execution.Breach(new Breach(LawIds.AtomicSleep, atomic, $"may sleep on PREEMPT_RT, waiting for {Name}"), new Step(operation, this, Access.Write));
        }
    }

    private static IrqFlags Unchanged(Cpu cpu) => cpu.Machine.Profile.PriorityMasking ? new IrqFlags(cpu.State.Pmr) : new IrqFlags(cpu.State.Daif);

    private void Take(Cpu cpu, bool isTry)
    {
        Holder = cpu.Current;
        HolderCpu = cpu.Id;
        HolderContext = cpu.Context;
        cpu.Publish(MachineEventKind.LockAcquired, this, isTry ? 1 : 0, context: cpu.Context);
    }
}
