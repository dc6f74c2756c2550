using IrqSafety.Contracts;
using IrqSafety.Runtime;

namespace NmiIpi;

/// <summary>kgdb_roundup_cpus(): every other CPU is brought into the debugger by an IPI of its own.</summary>
public sealed class KgdbRoundup(IntId irq)
{
    private readonly SpinLock slaveLock = new("kgdb slaves");
    private bool irqIsNmi;
    private int slaves;

    /// <summary>Requests the IPI, as an NMI when the machine can.</summary>
    public Errno Register()
    {
        Errno err = Errno.EINVAL;
        irqIsNmi = false;

        if (CpuFeatures.UsesIrqPrioMasking)
        {
            // The handler below was written for an interrupt, and still says so.
            err = Irq.RequestPercpuNmi(irq, RoundupHandler, "kgdb");
            irqIsNmi = err == Errno.Ok;
        }

        if (err != Errno.Ok)
        {
            err = Irq.RequestPercpuIrq(irq, RoundupHandler, "kgdb");
        }

        if (err == Errno.Ok)
        {
            CpuHotplug.SetupState("kgdb:starting", StartCpu, StopCpu);
        }

        return err;
    }

    /// <summary>Brings the CPUs of the mask into the debugger.</summary>
    public void Roundup(CpuMask cpus)
    {
        Smp.CrossCall(cpus, Ipi.KgdbRoundup);
    }

    /// <summary>The debugger's own list of the CPUs it holds, from a task.</summary>
    public int CountSlaves()
    {
        using (slaveLock.LockIrqSave())
        {
            return slaves;
        }
    }

    [RunsIn(Context.Task, Within = Section.CpuStarting)]
    private void StartCpu(CpuId cpu)
    {
        if (irqIsNmi)
        {
            Irq.PreparePercpuNmi(irq);
            Irq.EnablePercpuNmi(irq);
        }
        else
        {
            Irq.EnablePercpuIrq(irq);
        }
    }

    [RunsIn(Context.Task, Within = Section.CpuStarting)]
    private void StopCpu(CpuId cpu)
    {
        if (irqIsNmi)
        {
            Irq.DisablePercpuNmi(irq);
            Irq.TeardownPercpuNmi(irq);
        }
        else
        {
            Irq.DisablePercpuIrq(irq);
        }
    }

    [RunsIn(Context.HardIrq)]
    private IrqReturn RoundupHandler(IntId line)
    {
        using (slaveLock.Lock())
        {
            slaves++;
        }

        return IrqReturn.Handled;
    }
}
