namespace IrqSafety.Runtime;

/// <summary>
/// Activation, start-up and shutdown of lines, and what CPU hotplug does to them. A start-up undoes one disable; a shutdown is one. Source: Linux
/// <c>kernel/irq/chip.c</c> (<c>irq_startup</c>, <c>irq_startup_managed</c>, <c>irq_shutdown_and_deactivate</c>), <c>cpuhotplug.c</c>.
/// </summary>
internal static class LineLifecycle
{
    /// <summary><c>irq_activate</c>: the line has a place in the controller.</summary>
    public static void Activate(IrqDescriptor descriptor) => descriptor.IsActivated = true;

    /// <summary><c>irq_startup</c>: enabled, whatever the depth was.</summary>
    public static void Startup(Cpu cpu, IrqDescriptor descriptor)
    {
        Activate(descriptor);
        descriptor.IsStarted = true;
        descriptor.DisableDepth = 0;
        LineControl.Unmask(cpu, descriptor);
        LineControl.Resend(cpu, descriptor);
    }

    /// <summary>
    /// <c>irq_startup_managed</c>: after a shutdown for want of an online CPU. A line that was disabled besides stays disabled: the depth says so.
    /// </summary>
    public static void StartupManaged(Cpu cpu, IrqDescriptor descriptor)
    {
        if (--descriptor.DisableDepth == 0)
        {
            Startup(cpu, descriptor);
        }
    }

    /// <summary><c>irq_shutdown_and_deactivate</c>.</summary>
    public static void ShutdownAndDeactivate(Cpu cpu, IrqDescriptor descriptor)
    {
        if (descriptor.IsStarted)
        {
            descriptor.ReplayPending = false;
            descriptor.DisableDepth++;
            descriptor.IsStarted = false;
            LineControl.Mask(cpu, descriptor);
        }

        descriptor.IsActivated = false;
    }

    /// <summary>
    /// <c>irq_migrate_all_off_this_cpu</c>: shared lines of a CPU that goes down are routed to another; a managed line whose last CPU it was is shut down. One that was
    /// requested for this CPU (<c>IRQF_PERCPU</c>), as every NMI, stays: its driver must see to it.
    /// </summary>
    public static void CpuGoesOffline(Cpu cpu)
    {
        Machine machine = cpu.Machine;
        foreach (IrqDescriptor descriptor in machine.Irqs.Shared)
        {
            InterruptState line = machine.Gic.StateOf(descriptor.Irq, cpu.Id);
            if (!line.Targets.Contains(cpu.Id) || descriptor.IsPerCpu)
            {
                continue;
            }

            CpuMask left = (descriptor.ManagedAffinity ?? machine.OnlineCpus) & machine.OnlineCpus;
            if (left.IsEmpty && descriptor.ManagedAffinity is not null)
            {
                ShutdownAndDeactivate(cpu, descriptor);
            }
            else
            {
                _ = LineControl.SetAffinity(cpu, descriptor, left.First);
            }
        }
    }

    /// <summary><c>irq_affinity_online_cpu</c>: managed lines that were shut down for want of this CPU start again.</summary>
    public static void CpuCameOnline(Cpu cpu)
    {
        foreach (IrqDescriptor descriptor in cpu.Machine.Irqs.Shared)
        {
            if (descriptor.ManagedAffinity is { } managed && managed.Contains(cpu.Id) && descriptor.Actions.Count > 0 && !descriptor.IsStarted)
            {
                _ = LineControl.SetAffinity(cpu, descriptor, cpu.Id);
                StartupManaged(cpu, descriptor);
            }
        }
    }
}
