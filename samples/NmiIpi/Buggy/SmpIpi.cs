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

    private IntId ipiIrqBase;

    /// <summary>set_smp_ipi_range(): called once by the interrupt controller's driver.</summary>
    public void SetSmpIpiRange(IntId ipiBase)
    {
        ipiIrqBase = ipiBase;
        Smp.SetIpiRange(ipiBase, NrIpi + 1);

        for (int i = 0; i < NrIpi; i++)
        {
            Errno err;
            if (IpiShouldBeNmi((Ipi)i))
            {
                err = Irq.RequestPercpuNmi(ipiIrqBase + i, DebugIpiHandler, "IPI");
            }
            else
            {
                err = Irq.RequestPercpuIrq(ipiIrqBase + i, IpiHandler, "IPI");
            }

            if (err != Errno.Ok)
            {
                Printk.Deferred($"Could not request IPI {i}, err={err}");
            }
        }

        CpuHotplug.SetupState("arm64/ipi:starting", IpiSetup, IpiTeardown);
    }

    private static bool IpiShouldBeNmi(Ipi ipi) =>
        CpuFeatures.UsesIrqPrioMasking && ipi is Ipi.CpuStopNmi or Ipi.CpuBacktrace;

    [RunsIn(Context.Task, Within = Section.CpuStarting)]
    private void IpiSetup(CpuId cpu)
    {
        for (int i = 0; i < NrIpi; i++)
        {
            // The predicate says what was wanted. What the request returned is forgotten.
            if (IpiShouldBeNmi((Ipi)i))
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
            // Written before some of the IPIs became NMIs.
            Irq.DisablePercpuIrq(ipiIrqBase + i);
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
