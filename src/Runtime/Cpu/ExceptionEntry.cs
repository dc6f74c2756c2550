using System;
using IrqSafety.Contracts;

namespace IrqSafety.Runtime;

/// <summary>
/// Exceptions that are not interrupts, from vector to handler and back. All are NMI-like: they arrive where interrupts are masked. Source: Linux
/// <c>arch/arm64/kernel/entry-common.c</c> (<c>el1_dbg</c>, <c>el1h_64_error_handler</c>), <c>sdei.c</c>.
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

    /// <summary>
    /// Firmware delivers the event with D, A, I and F set. Neither it nor the entry code (<c>__sdei_asm_handler</c>) touches PMR. COMPLETE restores PSTATE of the
    /// interrupted code; COMPLETE_AND_RESUME enters the kernel’s IRQ vector as though that code had been interrupted there.
    /// </summary>
    public static void TakeSdei(Cpu cpu, Context context, Func<SdeiCompletion> handler)
    {
        TaskContext state = cpu.State;
        (Daif daif, bool pan, bool allInt) = (state.Daif, state.Pan, state.AllInt);
        state.Daif = Daif.All;
        state.AllInt = cpu.NmiEnabled;
        cpu.MaskChanged();
        state.CountNmi(1);
        state.Push(new Activation(context, IntId.Spurious, state.Pmr, daif, allInt));
        cpu.Publish(MachineEventKind.ContextEntered, value: IntId.Spurious.Value, context: context);
        SdeiCompletion completion = handler();
        _ = state.Pop();
        cpu.Publish(MachineEventKind.ContextLeft, context: context);
        state.CountNmi(-1);
        (state.Daif, state.Pan, state.AllInt) = (daif, pan, allInt);
        if (completion == SdeiCompletion.CompleteAndResume)
        {
            InterruptEntry.Take(cpu);
        }
        else
        {
            cpu.MaskChanged();
        }
    }

    private static void Handle(Cpu cpu, Context context, in ExceptionRegisters interrupted, Action handler)
    {
        TaskContext state = cpu.State;
        state.CountNmi(1);
        state.Push(new Activation(context, IntId.Spurious, interrupted.Pmr, interrupted.Daif, interrupted.AllInt));
        cpu.Publish(MachineEventKind.ContextEntered, value: IntId.Spurious.Value, context: context);
        handler();
        state.Pop();
        cpu.Publish(MachineEventKind.ContextLeft, context: context);
        state.CountNmi(-1);
        interrupted.Return(cpu);
    }
}
