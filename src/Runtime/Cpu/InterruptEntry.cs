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
        bool fromIrqsOn = !cpu.IrqsDisabled && !cpu.State.Daif.I;
        ExceptionRegisters registers = ExceptionRegisters.Enter(cpu);

        // An interrupt does not keep SErrors and debug exceptions out.
        cpu.State.Daif = Daif.ProcessNoIrq;
        cpu.MaskChanged();
        var interrupted = new Activation(Context.None, IntId.Spurious, registers.Pmr, registers.Daif);
        if (fromIrqsOn)
        {
            FromIrqsOn(cpu, interrupted);
        }
        else
        {
            FromIrqsOff(cpu, interrupted);
        }

        registers.Return(cpu);
    }

    private static void FromIrqsOn(Cpu cpu, in Activation interrupted)
    {
        TaskContext state = cpu.State;
        state.PreemptCount = state.PreemptCount with { HardIrq = state.PreemptCount.HardIrq + 1 };
        IntId irq = cpu.Interface.Acknowledge();
        bool masking = cpu.Machine.Profile.PriorityMasking;
        bool isNmi = masking && cpu.Interface.RunningPriority == Priority.Nmi;
        if (isNmi)
        {
            Nmi(cpu, irq, interrupted);
        }

        // From here on PMR masks, for a special INTID too, so that NMIs may come.
        if (masking)
        {
            state.Pmr = Pmr.IrqOff;
            state.Daif = state.Daif.WithoutIrq();
            cpu.MaskChanged();
        }

        if (!isNmi && !irq.IsSpecial)
        {
            Handle(cpu, irq, interrupted with { Context = Context.HardIrq, IntId = irq });
        }

        state.PreemptCount = state.PreemptCount with { HardIrq = state.PreemptCount.HardIrq - 1 };
    }

    private static void FromIrqsOff(Cpu cpu, in Activation interrupted)
    {
        TaskContext state = cpu.State;
        state.CountNmi(1);

        // Only NMIs may be acknowledged here: an IRQ that became pending meanwhile must stay pending until interrupts are on again.
        Pmr saved = state.Pmr;
        state.Pmr = Pmr.IrqOff;
        IntId irq = cpu.Interface.Acknowledge();
        state.Pmr = saved;
        cpu.MaskChanged();
        if (!irq.IsSpecial)
        {
            Handle(cpu, irq, interrupted with { Context = Context.PseudoNmi, IntId = irq });
        }

        state.CountNmi(-1);
    }

    private static void Nmi(Cpu cpu, IntId irq, in Activation interrupted)
    {
        cpu.State.CountNmi(1);
        Handle(cpu, irq, interrupted with { Context = Context.PseudoNmi, IntId = irq });
        cpu.State.CountNmi(-1);
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
