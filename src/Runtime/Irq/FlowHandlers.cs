using IrqSafety.Rules;

namespace IrqSafety.Runtime;

/// <summary>From acknowledged interrupt to its handlers and its end. Source: Linux <c>kernel/irq/chip.c</c>, <c>drivers/irqchip/irq-gic-v3.c</c>.</summary>
internal static class FlowHandlers
{
    public static void Handle(Cpu cpu, IntId irq)
    {
        // gic_complete_ack: in mode 1 the priority drops before the handler. The ISB that follows is what orders IAR before the handler.
        if (cpu.Interface.EoiMode == EoiMode.DropOnly)
        {
            cpu.Interface.EndOfInnermost(irq);
        }

        IrqDescriptor? descriptor = cpu.Machine.Irqs.Find(irq);
        if (descriptor is null || descriptor.Actions.Count == 0)
        {
            WarnUnexpected(cpu, irq);
            LineControl.Eoi(cpu, irq);
            return;
        }

        Flow(cpu, descriptor);
    }

    /// <summary>The line's flow handler (<c>desc-&gt;handle_irq</c>).</summary>
    public static void Flow(Cpu cpu, IrqDescriptor descriptor)
    {
        switch (descriptor.Flow)
        {
            case FlowHandler.FastEoi when cpu.Context.IsNmi():
                // Only a line that is driven by the flow handler of another comes here. It takes the descriptor's lock round everything but the handlers.
                TakeAndDropLock(cpu, descriptor);
                FastEoi(cpu, descriptor);
                break;
            case FlowHandler.FastEoi:
                FastEoi(cpu, descriptor);
                break;
            case FlowHandler.Level or FlowHandler.Edge:
                WithoutEnd(cpu, descriptor);
                break;
            case FlowHandler.BadIrq:
                WarnUnexpected(cpu, descriptor.Irq);
                LineControl.Eoi(cpu, descriptor.Irq);
                break;
            default:
                WithoutLock(cpu, descriptor);
                break;
        }
    }

    // WARN_ONCE
    private static void WarnUnexpected(Cpu cpu, IntId irq)
    {
        if (!cpu.Machine.Irqs.WarnedUnexpected)
        {
            cpu.Machine.Irqs.WarnedUnexpected = true;
            cpu.Publish(MachineEventKind.Note, text: $"unexpected {irq}: nobody requested it");
        }
    }

    // handle_fasteoi_irq
    private static void FastEoi(Cpu cpu, IrqDescriptor descriptor)
    {
        if (descriptor.DisableDepth > 0)
        {
            // Lazy disable: the line is masked only when it fires while disabled, and is replayed on enable.
            descriptor.ReplayPending = true;
            LineControl.Mask(cpu, descriptor);
            LineControl.Eoi(cpu, descriptor);
            return;
        }

        if (!descriptor.InProgressOn.IsEmpty)
        {
            // Its handlers run on another CPU, which sees that there is more when they are done.
            descriptor.ReplayPending = true;
            LineControl.Eoi(cpu, descriptor);
            return;
        }

        RunActions(cpu, descriptor);
        LineControl.Eoi(cpu, descriptor);
        if (descriptor.DisableDepth == 0)
        {
            LineControl.Resend(cpu, descriptor);
        }
    }

    // handle_percpu_devid_irq, handle_percpu_devid_fasteoi_nmi, handle_fasteoi_nmi: one action, and no lock. Nobody is told that it runs.
    private static void WithoutLock(Cpu cpu, IrqDescriptor descriptor)
    {
        CallActions(cpu, descriptor);
        LineControl.Eoi(cpu, descriptor.Irq);
    }

    // handle_level_irq, handle_edge_irq: for controllers that are told of an interrupt's beginning and not of its end. The GIC has no irq_ack.
    private static void WithoutEnd(Cpu cpu, IrqDescriptor descriptor)
    {
        bool masks = descriptor.Flow == FlowHandler.Level;
        if (masks)
        {
            LineControl.Mask(cpu, descriptor);
        }

        if (descriptor.DisableDepth > 0 || !descriptor.InProgressOn.IsEmpty)
        {
            descriptor.ReplayPending = true;
            return;
        }

        RunActions(cpu, descriptor);
        if (masks && descriptor.DisableDepth == 0)
        {
            LineControl.Unmask(cpu, descriptor);
        }
    }

    private static void TakeAndDropLock(Cpu cpu, IrqDescriptor descriptor)
    {
        IrqFlags flags = descriptor.Lock.AcquireIrqSave(cpu, LineControl.Core);
        descriptor.Lock.ReleaseIrqRestoreInside(LineControl.Core, flags);
    }

    private static void RunActions(Cpu cpu, IrqDescriptor descriptor)
    {
        descriptor.InProgressOn = descriptor.InProgressOn.With(cpu.Id);
        CallActions(cpu, descriptor);
        descriptor.InProgressOn = descriptor.InProgressOn.Without(cpu.Id);
    }

    private static void CallActions(Cpu cpu, IrqDescriptor descriptor)
    {
        bool handled = false;
        for (int i = 0; i < descriptor.Actions.Count; i++)
        {
            handled |= descriptor.Actions[i].Handler(descriptor.Irq) != IrqReturn.None;
        }

        if (!handled)
        {
            cpu.Publish(MachineEventKind.Note, descriptor, descriptor.Irq.Value, text: $"{descriptor.Irq}: nobody cared");
        }
    }
}
