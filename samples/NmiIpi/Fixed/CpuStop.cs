using IrqSafety.Contracts;
using IrqSafety.Runtime;

namespace NmiIpi;

/// <summary>smp_send_stop() and its receiver, for panic and reboot.</summary>
public sealed class CpuStop
{
    private const long IrqTimeoutMicroseconds = 1_000_000;
    private const long NmiTimeoutMicroseconds = 10_000;

    /// <summary>Stops every other CPU. Runs in the panic path: takes no lock, and not the CPU hotplug lock either.</summary>
    public void SendStop()
    {
        CpuMask others = Smp.OnlineCpus - Processor.Id;
        if (others.IsEmpty)
        {
            return;
        }

        // A CPU in a critical section leaves it before it takes an ordinary interrupt.
        Smp.CrossCall(others, Ipi.CpuStop);
        if (!Smp.WaitForOthersToStop(IrqTimeoutMicroseconds))
        {
            // Those that still run have interrupts masked for good: nothing but an NMI reaches them.
            Smp.CrossCall(Smp.OnlineCpus - Processor.Id, Ipi.CpuStopNmi);
            if (!Smp.WaitForOthersToStop(NmiTimeoutMicroseconds))
            {
                Printk.Deferred("SMP: failed to stop secondary CPUs");
            }
        }

        Sdei.MaskLocalCpu();
    }

    /// <summary>panic(): stop the others, then get the last words out.</summary>
    public void Panic(string reason)
    {
        LocalIrq.Disable();
        Preemption.Disable();
        SendStop();
        Printk.Deferred($"Kernel panic: {reason}");
        Printk.Flush();
        Processor.Panic(reason);
    }

    /// <summary>local_cpu_stop(): the CPU never comes back from it.</summary>
    [RunsIn(Context.HardIrq | Context.PseudoNmi)]
    public void StopThisCpu()
    {
        LocalDaif.Mask();
        Smp.SetCpuOnline(Processor.Id, false);
        Sdei.MaskLocalCpu();
        Processor.Park();
    }
}
