using System;
using IrqSafety.Contracts;

namespace IrqSafety.Runtime;

/// <summary>
/// Exceptions that are not interrupts, from vector to handler and back. Both are NMI-like: they arrive where interrupts are masked. Source: Linux
/// <c>arch/arm64/kernel/entry-common.c</c> (<c>el1_dbg</c>, <c>el1h_64_error_handler</c>).
/// </summary>
/// <remarks>No <c>finally</c>: a handler that never returns leaves the CPU in the state it stopped in.</remarks>
internal static class ExceptionEntry
{
    /// <summary>The handler starts with everything masked; <see cref="LocalDaif.Inherit"/> takes over the masks of the interrupted code.</summary>
    public static void TakeSynchronous(Cpu cpu, Action handler)
    {
        ExceptionRegisters interrupted = ExceptionRegisters.Enter(cpu);
        cpu.MaskChanged();
        Handle(cpu, Context.SyncException, interrupted, handler);
    }

    /// <summary>The handler runs with A, I and F masked; debug exceptions may come.</summary>
    public static void TakeSError(Cpu cpu, Action handler)
    {
        ExceptionRegisters interrupted = ExceptionRegisters.Enter(cpu);
        cpu.State.Daif = Daif.Error;
        cpu.MaskChanged();
        Handle(cpu, Context.SError, interrupted, handler);
    }

    private static void Handle(Cpu cpu, Context context, in ExceptionRegisters interrupted, Action handler)
    {
        TaskContext state = cpu.State;
        state.CountNmi(1);
        state.Push(new Activation(context, IntId.Spurious, interrupted.Pmr, interrupted.Daif, interrupted.AllInt));
        cpu.Publish(MachineEventKind.ContextEntered, context: context);
        handler();
        state.Pop();
        cpu.Publish(MachineEventKind.ContextLeft, context: context);
        state.CountNmi(-1);
        interrupted.Return(cpu);
    }
}
