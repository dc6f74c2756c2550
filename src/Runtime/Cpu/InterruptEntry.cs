using System;
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
        if (cpu.Machine.Unlatched is { } unlatched)
        {
            unlatched.Take(cpu);
            return;
        }

        // Nothing is signalled where an interrupt was withdrawn after the exception: it is then taken as it was signalled, as IRQ.
        InterruptSignal signal = cpu.Takeable;
        bool fromIrqsOn = !cpu.IrqsDisabled && !cpu.State.Daif.I;
        ExceptionRegisters registers = ExceptionRegisters.Enter(cpu);

        // An interrupt does not keep SErrors and debug exceptions out.
        cpu.State.Daif = Daif.ProcessNoIrq;
        cpu.MaskChanged();
        if (cpu.Machine.Irqs.RootHandler is { } root)
        {
            Root(cpu, registers, fromIrqsOn, root);
            registers.Return(cpu);
            return;
        }

        var interrupted = new Activation(Context.None, IntId.Spurious, registers.Pmr, registers.Daif, registers.AllInt);
        switch (signal)
        {
            case InterruptSignal.NmiIrq:
                Superpriority(cpu, interrupted);
                break;
            case InterruptSignal.Fiq:
                FromIrqsOn(cpu, interrupted, Context.Fiq);
                break;
            default:
                if (fromIrqsOn)
                {
                    FromIrqsOn(cpu, interrupted, Context.HardIrq);
                }
                else
                {
                    FromIrqsOff(cpu, interrupted);
                }

                break;
        }

        registers.Return(cpu);
    }

    // el1_interrupt with a handler of the program's own: what is acknowledged is for it to find out.
    private static void Root(Cpu cpu, in ExceptionRegisters registers, bool fromIrqsOn, Action root)
    {
        TaskContext state = cpu.State;
        Context context = fromIrqsOn ? Context.HardIrq : Context.PseudoNmi;
        int outside = state.Activations.Count;
        Count(state, fromIrqsOn, 1);
        state.Push(new Activation(context, IntId.Spurious, registers.Pmr, registers.Daif, registers.AllInt));
        cpu.Publish(MachineEventKind.ContextEntered, value: IntId.Spurious.Value, context: context);
        root();
        while (state.Activations.Count > outside + 1)
        {
            NmiContext.Abandon(cpu);
        }

        _ = state.Pop();
        cpu.Publish(MachineEventKind.ContextLeft, value: IntId.Spurious.Value, context: context);
        Count(state, fromIrqsOn, -1);

        static void Count(TaskContext state, bool fromIrqsOn, int by)
        {
            if (fromIrqsOn)
            {
                state.PreemptCount = state.PreemptCount with { HardIrq = state.PreemptCount.HardIrq + by };
            }
            else
            {
                state.CountNmi(by);
            }
        }
    }

    private static void FromIrqsOn(Cpu cpu, in Activation interrupted, Context context)
    {
        TaskContext state = cpu.State;
        state.PreemptCount = state.PreemptCount with { HardIrq = state.PreemptCount.HardIrq + 1 };
        IntId irq = context == Context.Fiq ? cpu.Interface.AcknowledgeGroup0() : cpu.Interface.Acknowledge();
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
        else if (cpu.NmiEnabled)
        {
            state.AllInt = false;
            cpu.MaskChanged();
        }

        if (!isNmi && !irq.IsSpecial)
        {
            Handle(cpu, irq, interrupted with { Context = context, IntId = irq });
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

    // FEAT_NMI: ISR_EL1.IS says that the interrupt has superpriority, and NMIAR1 acknowledges nothing else.
    private static void Superpriority(Cpu cpu, in Activation interrupted)
    {
        cpu.State.CountNmi(1);
        IntId irq = cpu.Interface.AcknowledgeNmi();
        if (!irq.IsSpecial)
        {
            Handle(cpu, irq, interrupted with { Context = Context.Nmi, IntId = irq });
        }

        cpu.State.CountNmi(-1);
    }

    private static void Nmi(Cpu cpu, IntId irq, in Activation interrupted)
    {
        cpu.State.CountNmi(1);
        Handle(cpu, irq, interrupted with { Context = Context.PseudoNmi, IntId = irq });
        cpu.State.CountNmi(-1);
    }

    private static void Handle(Cpu cpu, IntId irq, in Activation activation)
    {
        InterruptState line = cpu.Machine.Gic.StateOf(irq, cpu.Id);
        cpu.State.Push(activation);
        cpu.Publish(MachineEventKind.ContextEntered, line, irq.Value, context: activation.Context);
        FlowHandlers.Handle(cpu, irq);
        cpu.State.Pop();
        cpu.Publish(MachineEventKind.ContextLeft, line, irq.Value, context: activation.Context);
    }
}
