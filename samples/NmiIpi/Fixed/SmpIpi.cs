using IrqSafety.Contracts;
using IrqSafety.Runtime;

namespace NmiIpi;

/// <summary>
/// The IPIs of arch/arm64/kernel/smp.c, with those that serve debugging requested as NMIs when priority masking is in use
/// ("arm64: Add framework for a debug IPI", v9, August 2023).
/// </summary>
public sealed class SmpIpi(NmiBacktrace backtrace, CpuStop stop)
{
    // The last one, IPI_KGDB_ROUNDUP, is requested by kgdb itself.
    private const int NrIpi = 7;

    private readonly bool[] ipiIsNmi = new bool[NrIpi];
    private IntId ipiIrqBase;

    /// <summary>set_smp_ipi_range(): called once by the interrupt controller's driver.</summary>
    public void SetSmpIpiRange(IntId ipiBase)
    {
        ipiIrqBase = ipiBase;
        Smp.SetIpiRange(ipiBase, NrIpi + 1);

        for (int i = 0; i < NrIpi; i++)
        {
            Errno err = Errno.EINVAL;
            ipiIsNmi[i] = false;

            // Wanted as an NMI; what it is, is what the request returned.
            if (IpiShouldBeNmi((Ipi)i))
            {
                err = Irq.RequestPercpuNmi(ipiIrqBase + i, DebugIpiHandler, "IPI");
                ipiIsNmi[i] = err == Errno.Ok;
            }

            if (!ipiIsNmi[i])
            {
                err = IsDebugIpi((Ipi)i)
                    ? Irq.RequestPercpuIrq(ipiIrqBase + i, DebugIpiHandler, "IPI")
                    : Irq.RequestPercpuIrq(ipiIrqBase + i, IpiHandler, "IPI");
            }

            if (err != Errno.Ok)
            {
                Printk.Deferred($"Could not request IPI {i}, err={err}");
            }
        }

        CpuHotplug.SetupState("arm64/ipi:starting", IpiSetup, IpiTeardown);
    }

    private static bool IsDebugIpi(Ipi ipi) => ipi is Ipi.CpuStopNmi or Ipi.CpuBacktrace;

    private static bool IpiShouldBeNmi(Ipi ipi) => CpuFeatures.UsesIrqPrioMasking && IsDebugIpi(ipi);

    [RunsIn(Context.Task, Within = Section.CpuStarting)]
    private void IpiSetup(CpuId cpu)
    {
        for (int i = 0; i < NrIpi; i++)
        {
            if (ipiIsNmi[i])
            {
                Irq.PreparePercpuNmi(ipiIrqBase + i);
                Irq.EnablePercpuNmi(ipiIrqBase + i);
            }
            else
            {
                Irq.EnablePercpuIrq(ipiIrqBase + i);
            }
        }
    }

    [RunsIn(Context.Task, Within = Section.CpuStarting)]
    private void IpiTeardown(CpuId cpu)
    {
        for (int i = 0; i < NrIpi; i++)
        {
            if (ipiIsNmi[i])
            {
                Irq.DisablePercpuNmi(ipiIrqBase + i);
                Irq.TeardownPercpuNmi(ipiIrqBase + i);
            }
            else
            {
                Irq.DisablePercpuIrq(ipiIrqBase + i);
            }
        }
    }

    /// <summary>The IPIs that are always ordinary interrupts.</summary>
    [RunsIn(Context.HardIrq)]
    private IrqReturn IpiHandler(IntId irq)
    {
        switch ((Ipi)(irq - ipiIrqBase))
        {
            case Ipi.CallFunc:
                Smp.HandleCallFunction();
                break;
            case Ipi.CpuStop:
                stop.StopThisCpu();
                break;
            case Ipi.IrqWork:
                IrqWork.Run();
                break;
        }

        return IrqReturn.Handled;
    }

    /// <summary>The IPIs that are NMIs when they can be.</summary>
    [RunsIn(Context.HardIrq | Context.PseudoNmi)]
    private IrqReturn DebugIpiHandler(IntId irq)
    {
        switch ((Ipi)(irq - ipiIrqBase))
        {
            case Ipi.CpuStopNmi:
                stop.StopThisCpu();
                break;
            case Ipi.CpuBacktrace:
                backtrace.HandleIpi();
                break;
        }

        return IrqReturn.Handled;
    }
}
