using IrqSafety.Contracts;
using IrqSafety.Runtime;

namespace PseudoNmi;

/// <summary>
/// From the exception vector to the handlers, in one image for both controllers: gic_handle_irq() of drivers/irqchip/irq-gic.c and irq-gic-v3.c. What there is, the device tree
/// says at boot.
/// </summary>
public sealed class EntryPath
{
    private readonly Shared<bool> goingDown = new(false);

    /// <summary>Installs the root handler of the controller that this machine has.</summary>
    [RunsIn(Context.Task)]
    public void Init()
    {
        if (Machine.Current.Profile.GicVersion >= 3)
        {
            Irq.SetHandleIrq(HandleGicV3);
        }
        else
        {
            Irq.SetHandleIrq(HandleGicV2);
        }
    }

    /// <summary>The machine goes down: from now on NMIs are acknowledged and no more.</summary>
    [RunsIn(Context.Task)]
    public void GoDown() => goingDown.WriteOnce(true);

    // The interface is memory: the sender of an SGI is part of what is acknowledged, and there is no priority masking, so no NMI.
    [RunsIn(Context.HardIrq | Context.PseudoNmi)]
    private void HandleGicV2()
    {
        if (Processor.InNmi)
        {
            Processor.Bug("an NMI on a GICv2");
        }

        GiccAcknowledge acknowledged = Gicc.ReadIar();
        if (acknowledged.Irq.IsSpecial)
        {
            return;
        }

        Gicc.WriteEoir(acknowledged);
        Barrier.Isb();
        if (Irq.GenericHandleDomainIrq(acknowledged.Irq) != Errno.Ok)
        {
            Gicc.WriteDir(acknowledged);
        }
    }

    [RunsIn(Context.HardIrq | Context.PseudoNmi)]
    private void HandleGicV3()
    {
        IntId irq = Icc.ReadIar1();
        if (irq.IsSpecial)
        {
            return;
        }

        // What tells an NMI from an interrupt is the priority that it raised.
        bool isNmi = Icc.ReadRpr() == Priority.Nmi;
        Icc.WriteEoir1(irq);
        Barrier.Isb();
        if (Processor.InNmi)
        {
            ServeNmi(irq);
        }
        else if (isNmi)
        {
            NmiContext.Enter();
            ServeNmi(irq);
            NmiContext.Exit();
        }
        else
        {
            LetNmisIn();
            ServeIrq(irq);
        }
    }

    private void ServeNmi(IntId irq)
    {
        if (goingDown.ReadOnce() || Irq.GenericHandleDomainNmi(irq) != Errno.Ok)
        {
            Icc.WriteDir(irq);
        }
    }

    private static void ServeIrq(IntId irq)
    {
        if (Irq.GenericHandleDomainIrq(irq) != Errno.Ok)
        {
            Icc.WriteDir(irq);
        }
    }

    // Ordinary handlers run with interrupts off by priority where the machine can: NMIs may interrupt them.
    private static void LetNmisIn()
    {
        if (CpuFeatures.UsesIrqPrioMasking)
        {
            Icc.MaskIrqs();
            LocalDaif.Restore(DaifFlags.ProcessNoIrq);
        }
    }
}
