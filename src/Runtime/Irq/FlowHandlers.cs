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
        if (descriptor.Flow == FlowHandler.FastEoi)
        {
            FastEoi(cpu, descriptor);
        }
        else
        {
            WithoutLock(cpu, descriptor);
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

    // handle_percpu_devid_irq, handle_percpu_devid_fasteoi_nmi, handle_fasteoi_nmi: one action, and no lock.
    private static void WithoutLock(Cpu cpu, IrqDescriptor descriptor)
    {
        RunActions(cpu, descriptor);
        LineControl.Eoi(cpu, descriptor.Irq);
    }

    private static void RunActions(Cpu cpu, IrqDescriptor descriptor)
    {
        descriptor.InProgressOn = descriptor.InProgressOn.With(cpu.Id);
        bool handled = false;
        for (int i = 0; i < descriptor.Actions.Count; i++)
        {
            handled |= descriptor.Actions[i].Handler(descriptor.Irq) != IrqReturn.None;
        }

        descriptor.InProgressOn = descriptor.InProgressOn.Without(cpu.Id);
        if (!handled)
        {
            cpu.Publish(MachineEventKind.Note, descriptor, descriptor.Irq.Value, text: $"{descriptor.Irq}: nobody cared");
        }
    }
}
