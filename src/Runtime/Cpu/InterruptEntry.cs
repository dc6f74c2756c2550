using IrqSafety.Contracts;

namespace IrqSafety.Runtime;

/// <summary>
/// From exception vector to handler and back. Source: Linux <c>arch/arm64/kernel/entry-common.c</c> (<c>el1_interrupt</c>) and
/// <c>drivers/irqchip/irq-gic-v3.c</c> (<c>gic_handle_irq</c>).
/// </summary>
/// <remarks>No <c>finally</c>: a handler that never returns leaves the CPU in the state it stopped in.</remarks>
internal static class InterruptEntry
{
    public static void Take(Cpu cpu)
    {
        TaskContext state = cpu.State;
        Pmr pmr = state.Pmr;
        Daif daif = state.Daif;
        bool pan = state.Pan;
        bool fromIrqsOn = !cpu.IrqsDisabled && !daif.I;

        // The PE masks D, A, I and F; the entry code stores PMR and then runs with only I and F masked.
        if (cpu.Machine.Profile.PriorityMasking)
        {
            state.Pmr = Pmr.IrqOnPsrISet;
        }

        state.Daif = Daif.ProcessNoIrq;
        state.Pan = true;
        cpu.MaskChanged();
        var interrupted = new Activation(Context.None, IntId.Spurious, pmr, daif);
        if (fromIrqsOn)
        {
            FromIrqsOn(cpu, interrupted);
        }
        else
        {
            FromIrqsOff(cpu, interrupted);
        }

        state.Pmr = pmr;
        state.Daif = daif;
        state.Pan = pan;
        cpu.MaskChanged();
    }

    private static void FromIrqsOn(Cpu cpu, in Activation interrupted)
    {
        TaskContext state = cpu.State;
        state.PreemptCount = state.PreemptCount with { HardIrq = state.PreemptCount.HardIrq + 1 };
        IntId irq = cpu.Interface.Acknowledge();
        if (!irq.IsSpecial)
        {
            bool masking = cpu.Machine.Profile.PriorityMasking;
            bool isNmi = masking && cpu.Interface.RunningPriority == Priority.Nmi;
            if (isNmi)
            {
                Nmi(cpu, irq, interrupted);
            }

            if (masking)
            {
                state.Pmr = Pmr.IrqOff;
                state.Daif = state.Daif.WithoutIrq();
                cpu.MaskChanged();
            }

            if (!isNmi)
            {
                Handle(cpu, irq, interrupted with { Context = Context.HardIrq, IntId = irq });
            }
        }

        state.PreemptCount = state.PreemptCount with { HardIrq = state.PreemptCount.HardIrq - 1 };
    }

    private static void FromIrqsOff(Cpu cpu, in Activation interrupted)
    {
        TaskContext state = cpu.State;
        CountNmi(state, 1);

        // Only NMIs may be acknowledged here: an IRQ that became pending meanwhile must stay pending until interrupts are on again.
        Pmr saved = state.Pmr;
        state.Pmr = Pmr.IrqOff;
        IntId irq = cpu.Interface.Acknowledge();
        state.Pmr = saved;
        if (!irq.IsSpecial)
        {
            Handle(cpu, irq, interrupted with { Context = Context.PseudoNmi, IntId = irq });
        }

        CountNmi(state, -1);
    }

    private static void Nmi(Cpu cpu, IntId irq, in Activation interrupted)
    {
        CountNmi(cpu.State, 1);
        Handle(cpu, irq, interrupted with { Context = Context.PseudoNmi, IntId = irq });
        CountNmi(cpu.State, -1);
    }

    private static void CountNmi(TaskContext state, int by)
    {
        PreemptCount count = state.PreemptCount;
        state.PreemptCount = count with { Nmi = count.Nmi + by, HardIrq = count.HardIrq + by };
    }

    private static void Handle(Cpu cpu, IntId irq, in Activation activation)
    {
        cpu.State.Push(activation);
        cpu.Publish(MachineEventKind.ContextEntered, irq, irq.Value, context: activation.Context);
        FlowHandlers.Handle(cpu, irq);
        cpu.State.Pop();
        cpu.Publish(MachineEventKind.ContextLeft, irq, irq.Value, context: activation.Context);
    }
}
