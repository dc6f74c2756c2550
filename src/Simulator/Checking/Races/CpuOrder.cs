using System;
using System.Numerics;
using IrqSafety.Contracts;
using IrqSafety.Rules;
using IrqSafety.Runtime;

namespace IrqSafety.Simulator;

/// <summary>What may interrupt the code of a CPU, by the mask that keeps it out.</summary>
[Flags]
internal enum Delivery
{
    None = 0,
    Irq = 1,
    PseudoNmi = 2,
    Nmi = 4,
    Fiq = 8,

    /// <summary>Not an exception: another task of the CPU.</summary>
    Task = 16,
}

/// <summary>
/// What masks order on one CPU. A region in which an interrupt is masked is before every later handler of it, and after every earlier one; a region in
/// which preemption is off is ordered in the same way with those of the CPU's other tasks. Code that leaves the interrupt on is not ordered with its handler.
/// </summary>
internal sealed class CpuOrder(Cpu cpu, Clocks clocks)
{
    // By the number of its bit.
    private static readonly Delivery[] s_each = [Delivery.Irq, Delivery.PseudoNmi, Delivery.Nmi, Delivery.Fiq, Delivery.Task];
    private readonly int[]?[] _masked = new int[]?[s_each.Length];
    private readonly int[]?[] _handled = new int[]?[s_each.Length];
    private Delivery _open;
    private KernelTask? _task;

    /// <summary>The CPU is between two pieces of code: what its masks are now is not the program's doing.</summary>
    public bool IsEntering { get; set; }

    /// <summary>Something happened on the CPU in this execution.</summary>
    public bool IsUsed { get; private set; }

    /// <summary>An execution begins.</summary>
    public void MakeNew()
    {
        if (!IsUsed)
        {
            return;
        }

        for (int index = 0; index < s_each.Length; index++)
        {
            Clocks.Forget(_masked[index]);
            Clocks.Forget(_handled[index]);
        }

        (_open, _task, IsEntering, IsUsed) = (Delivery.None, null, false, false);
    }

    /// <summary>What keeps a handler in this context out.</summary>
    public static Delivery Of(Context context) => context switch
    {
        Context.PseudoNmi => Delivery.PseudoNmi,
        Context.Nmi => Delivery.Nmi,
        Context.Fiq => Delivery.Fiq,
        _ => Delivery.Irq,
    };

    /// <summary>The code of another task may run now, with masks of its own.</summary>
    public void Look()
    {
        IsUsed = true;
        if (_task != cpu.Current)
        {
            _task = cpu.Current;
            _open = Open();
        }
    }

    /// <summary>The code of the process changed a mask.</summary>
    public void MaskChanged(int process)
    {
        Delivery before = _open;
        _open = Open();
        if (IsEntering || _open == before)
        {
            return;
        }

        for (int changed = (int)(before ^ _open); changed != 0; changed &= changed - 1)
        {
            int index = BitOperations.TrailingZeroCount(changed);
            Delivery each = s_each[index];
            if ((before & each) != 0)
            {
                clocks.Acquire(process, each == Delivery.Task ? _masked[index] : _handled[index]);
            }
            else
            {
                clocks.Release(process, ref _masked[index]);
            }
        }
    }

    /// <summary>A handler begins.</summary>
    public void Entered(int process, Context context)
    {
        IsEntering = false;
        _open = Open();
        Delivery own = Of(context);
        for (int index = 0; index < s_each.Length; index++)
        {
            if (s_each[index] == own)
            {
                clocks.Acquire(process, _masked[index]);
            }

            if ((_open & s_each[index]) == 0)
            {
                clocks.Acquire(process, _handled[index]);
            }
        }
    }

    /// <summary>A handler has come to its end.</summary>
    public void Left(int process, Context context)
    {
        Delivery own = Of(context);
        for (int index = 0; index < s_each.Length; index++)
        {
            if (s_each[index] == own)
            {
                clocks.Release(process, ref _handled[index]);
            }
            else if ((_open & s_each[index]) == 0 && s_each[index] != Delivery.Task)
            {
                clocks.Release(process, ref _masked[index]);
            }
        }

        IsEntering = true;
    }

    /// <summary>The interrupt has returned to what it interrupted.</summary>
    public void Resumed()
    {
        IsEntering = false;
        _open = Open();
    }

    // An interrupt of the priority that runs stays out whatever the masks say.
    private Delivery Open()
    {
        TaskContext state = cpu.State;
        Delivery open = cpu.Preemptible ? Delivery.Task : Delivery.None;
        if (state.AllInt)
        {
            return open;
        }

        Priority running = cpu.Interface.RunningPriority;
        bool irqsOff = cpu.IrqsDisabled;
        if (!state.Daif.I)
        {
            open |= !irqsOff && running == Priority.Idle ? Delivery.Irq : 0;
            open |= (state.Pmr == Pmr.IrqOn || state.Pmr == Pmr.IrqOff) && running != Priority.Nmi ? Delivery.PseudoNmi : 0;
        }

        open |= running != Priority.Nmi ? Delivery.Nmi : 0;
        open |= !state.Daif.F ? Delivery.Fiq : 0;
        return open;
    }
}
