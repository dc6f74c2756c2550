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
            End(cpu, irq);
            return;
        }

        switch (descriptor.Flow)
        {
            case FlowHandler.FastEoi:
                FastEoi(cpu, descriptor);
                break;
            default:
                RunActions(cpu, descriptor);
                End(cpu, irq);
                break;
        }
    }

    // WARN_ONCE
    private static void WarnUnexpected(Cpu cpu, IntId irq)
    {
        if (!cpu.Machine.Irqs.WarnedUnexpected)
        {
            cpu.Machine.Irqs.WarnedUnexpected = true;
            cpu.Publish(MachineEventKind.Note, irq, irq.Value, text: $"unexpected {irq}: nobody requested it");
        }
    }

    private static void FastEoi(Cpu cpu, IrqDescriptor descriptor)
    {
        InterruptState line = cpu.Machine.Gic.StateOf(descriptor.Irq, cpu.Id);
        if (descriptor.DisableDepth > 0 || !descriptor.InProgressOn.IsEmpty)
        {
            // Lazy disable: the line is masked only when it fires while disabled, and is replayed on enable.
            descriptor.ReplayPending = true;
            line.Enabled &= descriptor.DisableDepth == 0;
            End(cpu, descriptor.Irq);
            return;
        }

        RunActions(cpu, descriptor);
        End(cpu, descriptor.Irq);
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
            cpu.Publish(MachineEventKind.Note, descriptor.Irq, descriptor.Irq.Value, text: $"{descriptor.Irq}: nobody cared");
        }
    }

    // chip->irq_eoi: what the early drop left to do.
    private static void End(Cpu cpu, IntId irq)
    {
        if (cpu.Interface.EoiMode == EoiMode.DropOnly)
        {
            cpu.Interface.Deactivate(irq);
        }
        else
        {
            cpu.Interface.EndOfInnermost(irq);
        }
    }
}
