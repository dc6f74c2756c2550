using System;
using IrqSafety.Contracts;

namespace IrqSafety.Runtime;

/// <summary>What <see cref="IrqWork"/> and <see cref="IrqWork{TOwner}"/> have in common: claimed once, run once.</summary>
public abstract class IrqWorkItem
{
    private readonly PerMachine<(bool Pending, bool Busy)> _flags = new(() => default);

    private protected IrqWorkItem()
    {
    }

    /// <summary><c>IRQ_WORK_PENDING</c>: queued, and its function not begun.</summary>
    public bool IsPending => _flags.Value.Pending;

    /// <summary><c>IRQ_WORK_BUSY</c>: its function has not returned.</summary>
    public bool IsBusy => _flags.Value.Busy;

    // Claiming is one atomic operation and the list is lockless: that is what makes queueing safe from NMI.
    private protected bool TryClaim()
    {
        if (IsPending)
        {
            return false;
        }

        _flags.Value.Pending = true;
        return true;
    }

    private protected void Enqueue(Cpu cpu)
    {
        Machine machine = cpu.Machine;
        machine.Deferred.IrqWorkOn(cpu.Id).Enqueue(this);
        if (machine.Ipis.First is not null)
        {
            machine.Gic.SendSgi(Smp.IpiLine(Ipi.IrqWork), CpuMask.Of(cpu.Id));
        }
    }

    // PENDING is cleared before the function runs, so that it can be queued again from there on.
    internal void RunNow()
    {
        _flags.Value = (Pending: false, Busy: true);
        Invoke();
        _flags.Value.Busy = IsPending;
    }

    private protected abstract void Invoke();
}

/// <summary>
/// <c>struct irq_work</c>: a function that an NMI can queue and that runs soon after, in interrupt context on the same CPU. Source: Linux
/// <c>kernel/irq_work.c</c>.
/// </summary>
[DefersTo(Context.HardIrq)]
public sealed class IrqWork : IrqWorkItem
{
    private static readonly Operation s_queue = Operation.Of(typeof(IrqWork), nameof(Queue));
    private static readonly Operation s_run = Operation.Of(typeof(IrqWork), nameof(Run));
    private readonly Action _function;

    /// <summary><c>init_irq_work</c>.</summary>
    public IrqWork([RunsIn(Context.HardIrq)] Action function)
    {
        ArgumentNullException.ThrowIfNull(function);
        _function = function;
    }

    /// <summary><c>irq_work_queue</c>: false when it is already queued. Raises <see cref="Ipi.IrqWork"/> on this CPU.</summary>
    [NmiSafe]
    public bool Queue()
    {
        Cpu cpu = s_queue.Begin(this);
        if (!TryClaim())
        {
            return false;
        }

        Enqueue(cpu);
        return true;
    }

    /// <summary><c>irq_work_run</c>: runs what is queued on this CPU; called by the handler of <see cref="Ipi.IrqWork"/> and by the tick, with interrupts masked.</summary>
    [ForbiddenIn(Context.AnyNmi, Because = "runs functions that are written for interrupt context")]
    [RequiresMasked(Mask.Irq)]
    public static void Run()
    {
        Cpu cpu = s_run.Begin();
        while (cpu.Machine.Deferred.IrqWorkOn(cpu.Id).TryDequeue(out IrqWorkItem? work))
        {
            work.RunNow();
        }
    }

    private protected override void Invoke() => _function();
}

/// <summary>An <see cref="IrqWork"/> embedded in an owner, which its function receives (<c>container_of</c>).</summary>
/// <typeparam name="TOwner">The owner.</typeparam>
[DefersTo(Context.HardIrq)]
public sealed class IrqWork<TOwner> : IrqWorkItem
    where TOwner : class
{
    private static readonly Operation s_queue = Operation.Of(typeof(IrqWork<>), nameof(Queue));
    private readonly Action<TOwner> _function;
    private TOwner? _owner;

    /// <summary><c>init_irq_work</c>.</summary>
    public IrqWork([RunsIn(Context.HardIrq)] Action<TOwner> function)
    {
        ArgumentNullException.ThrowIfNull(function);
        _function = function;
    }

    /// <summary><c>irq_work_queue</c> on behalf of an owner: false when it is already queued, for this owner or another.</summary>
    [NmiSafe]
    public bool Queue(TOwner owner)
    {
        ArgumentNullException.ThrowIfNull(owner);
        Cpu cpu = s_queue.Begin(this);
        if (!TryClaim())
        {
            return false;
        }

        _owner = owner;
        Enqueue(cpu);
        return true;
    }

    private protected override void Invoke() => _function(_owner!);
}
