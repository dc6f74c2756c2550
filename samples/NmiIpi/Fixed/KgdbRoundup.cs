using IrqSafety.Contracts;
using IrqSafety.Runtime;

namespace NmiIpi;

/// <summary>kgdb_roundup_cpus(): every other CPU is brought into the debugger by an IPI of its own.</summary>
public sealed class KgdbRoundup(IntId irq)
{
    private readonly Shared<int> slaves = new(0);
    private bool irqIsNmi;

    /// <summary>Requests the IPI, as an NMI when the machine can.</summary>
    public Errno Register()
    {
        Errno err = Errno.EINVAL;
        irqIsNmi = false;

        if (CpuFeatures.UsesIrqPrioMasking)
        {
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
        return slaves.ReadOnce();
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

    /// <summary>Runs as an NMI or as an interrupt, and needs no lock for either.</summary>
    [RunsIn(Context.HardIrq | Context.PseudoNmi)]
    private IrqReturn RoundupHandler(IntId line)
    {
        slaves.FetchAdd(1);
        return IrqReturn.Handled;
    }
}
