using IrqSafety.Contracts;
using IrqSafety.Runtime;

namespace PseudoNmi;

/// <summary>The root handler of a GICv3 with pseudo-NMIs, and a debug UART as its NMI.</summary>
public sealed class RootHandler
{
    /// <summary>The UART's line.</summary>
    public static readonly IntId Uart = IntId.Spi(8);

    private readonly Shared<int> breaks = new(0);

    /// <summary>Requests the line as an NMI, and installs the handler.</summary>
    [RunsIn(Context.Task)]
    public void Probe()
    {
        if (Irq.RequestNmi(Uart, OnBreak, IrqRequestFlags.PerCpu | IrqRequestFlags.NoAutoEnable, "uart") == Errno.Ok)
        {
            Irq.EnableNmi(Uart);
            Irq.SetHandleIrq(Handle);
        }
    }

    /// <summary>A section with interrupts off, in which NMIs arrive.</summary>
    [RunsIn(Context.Task)]
    public void Work()
    {
        IrqFlags flags = LocalIrq.Save();
        breaks.FetchAdd(0);
        LocalIrq.Restore(flags);
    }

    /// <summary>The UART takes its interrupt back: whoever acknowledges it now gets 1023.</summary>
    [RunsIn(Context.Task)]
    public void Withdraw() => Gicd.ClearPending(Uart);

    [RunsIn(Context.HardIrq | Context.PseudoNmi)]
    private void Handle()
    {
        IntId irq = Icc.ReadIar1();
        Barrier.Isb();
        if (irq.IsSpecial)
        {
            return;
        }

        if (!Processor.InNmi && CpuFeatures.UsesIrqPrioMasking)
        {
            Icc.MaskIrqs();
            LocalDaif.Restore(DaifFlags.ProcessNoIrq);
        }

        Serve(irq);
    }

    private void Serve(IntId irq)
    {
        bool isNmi = Icc.ReadRpr() == Priority.Nmi;
        Icc.WriteEoir1(irq);
        if (Processor.InNmi)
        {
            Irq.GenericHandleDomainNmi(irq);
        }
        else if (isNmi)
        {
            LocalDaif.Mask();
            NmiContext.Enter();
            Irq.GenericHandleDomainNmi(irq);
            NmiContext.Exit();
        }
        else
        {
            Irq.GenericHandleDomainIrq(irq);
        }
    }

    [RunsIn(Context.PseudoNmi)]
    private IrqReturn OnBreak(IntId irq)
    {
        breaks.FetchAdd(1);
        return IrqReturn.Handled;
    }
}
