namespace IrqSafety.Runtime;

/// <summary>
/// What the core does to a line through its chips: the one in front of the GIC if there is one, under the descriptor's lock, and then the GIC. Source: Linux
/// <c>kernel/irq/chip.c</c>, <c>resend.c</c>.
/// </summary>
/// <remarks>The lock is taken where a driver's callback runs under it: the GIC's own callbacks are a step of the model, in which nobody could find it held.</remarks>
internal static class LineControl
{
    /// <summary>What the core's own steps count as.</summary>
    public static readonly Operation Core = Operation.Of(typeof(Irq), nameof(Irq.GenericHandleDomainIrq));

    public static void Mask(Cpu cpu, IrqDescriptor descriptor)
    {
        Call(cpu, descriptor, descriptor.Chip?.Mask);
        Line(cpu, descriptor).Enabled = false;
    }

    public static void Unmask(Cpu cpu, IrqDescriptor descriptor)
    {
        Call(cpu, descriptor, descriptor.Chip?.Unmask);
        Line(cpu, descriptor).Enabled = true;
    }

    /// <summary><c>irq_eoi</c>: in mode 1 the priority was dropped before, and what is left is the deactivation.</summary>
    public static void Eoi(Cpu cpu, IrqDescriptor descriptor)
    {
        Call(cpu, descriptor, descriptor.Chip?.Eoi);
        Eoi(cpu, descriptor.Irq);
    }

    public static void Eoi(Cpu cpu, IntId irq)
    {
        if (cpu.Effects is { } effects)
        {
            effects.WriteInOrder(EffectBy.ContextSynchronisation, Icc.Ends, (cpu, irq), static to => End(to.cpu, to.irq));
        }
        else
        {
            End(cpu, irq);
        }
    }

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

    public static Errno SetType(Cpu cpu, IrqDescriptor descriptor, Trigger trigger)
    {
        Errno result = Errno.Ok;
        if (descriptor.Chip?.SetType is { } setType)
        {
            IrqFlags flags = descriptor.Lock.AcquireIrqSave(cpu, Core);
            result = setType(descriptor.Irq, trigger);
            descriptor.Lock.ReleaseIrqRestoreInside(Core, flags);
        }

        if (result == Errno.Ok)
        {
            Line(cpu, descriptor).Trigger = trigger;
        }

        return result;
    }

    public static Errno SetAffinity(Cpu cpu, IrqDescriptor descriptor, CpuId target)
    {
        Errno result = Errno.Ok;
        if (descriptor.Chip?.SetAffinity is { } setAffinity)
        {
            IrqFlags flags = descriptor.Lock.AcquireIrqSave(cpu, Core);
            result = setAffinity(descriptor.Irq, target);
            descriptor.Lock.ReleaseIrqRestoreInside(Core, flags);
        }

        if (result == Errno.Ok)
        {
            Line(cpu, descriptor).Target = target;
        }

        return result;
    }

    /// <summary>
    /// <c>check_irq_resend</c>: what came while it could not be handled is made pending again. A level line is not: while the device is not served it is still high.
    /// </summary>
    public static void Resend(Cpu cpu, IrqDescriptor descriptor)
    {
        if (!descriptor.ReplayPending)
        {
            return;
        }

        descriptor.ReplayPending = false;
        if (Line(cpu, descriptor).Trigger == Trigger.Level)
        {
            return;
        }

        bool done = false;
        if (descriptor.Chip?.Retrigger is { } retrigger)
        {
            IrqFlags flags = descriptor.Lock.AcquireIrqSave(cpu, Core);
            done = retrigger(descriptor.Irq);
            descriptor.Lock.ReleaseIrqRestoreInside(Core, flags);
        }

        if (!done)
        {
            cpu.Machine.Gic.SetPending(descriptor.Irq, cpu.Id, pending: true);
        }
    }

    private static InterruptState Line(Cpu cpu, IrqDescriptor descriptor) => cpu.Machine.Gic.StateOf(descriptor.Irq, cpu.Id);

    private static void Call(Cpu cpu, IrqDescriptor descriptor, IrqChipCallback? callback)
    {
        if (callback is not null)
        {
            IrqFlags flags = descriptor.Lock.AcquireIrqSave(cpu, Core);
            callback(descriptor.Irq);
            descriptor.Lock.ReleaseIrqRestoreInside(Core, flags);
        }
    }
}
