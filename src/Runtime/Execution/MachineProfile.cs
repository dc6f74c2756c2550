using System.Collections.Generic;
using System.Linq;

namespace IrqSafety.Runtime;

/// <summary>How the GIC CPU interface splits the end of an interrupt.</summary>
public enum EoiMode
{
    /// <summary>EOIR drops the priority and deactivates.</summary>
    DropAndDeactivate = 0,

    /// <summary>EOIR drops the priority; DIR deactivates.</summary>
    DropOnly = 1,
}

/// <summary>The machine a result holds for: no verdict means anything without it.</summary>
/// <param name="Name">Its name on the command line.</param>
public sealed record MachineProfile(string Name)
{
    /// <summary>GIC architecture version.</summary>
    public int GicVersion { get; init; } = 3;

    /// <summary><c>irqchip.gicv3_pseudo_nmi=1</c> was given and is usable: interrupts are masked by PMR, and NMI requests can succeed.</summary>
    public bool PriorityMasking { get; init; }

    /// <summary>ICC_CTLR_EL1.EOImode.</summary>
    public EoiMode EoiMode { get; init; } = EoiMode.DropOnly;

    /// <summary>SPIs of the ordinary range: a multiple of 32, or 988 for all of them.</summary>
    public int SpiCount { get; init; } = IntId.SpiCount;

    /// <summary>The extended PPIs and SPIs of GICv3.1 are implemented.</summary>
    public bool ExtendedRanges { get; init; } = true;

    /// <summary>FEAT_NMI and FEAT_GICv3_NMI, in use (SCTLR_EL1.NMI): NMIs are interrupts with superpriority, which PSTATE.ALLINT masks.</summary>
    public bool ArchitecturalNmi { get; init; }

    /// <summary>NMI requests can succeed.</summary>
    public bool SupportsNmi => PriorityMasking || ArchitecturalNmi;

    /// <summary>GICD_CTLR.DS: one security state.</summary>
    public bool SecurityDisabled { get; init; }

    /// <summary>SCR_EL3.FIQ: Group 0 interrupts are routed to EL3.</summary>
    public bool ScrEl3Fiq { get; init; } = true;

    /// <summary>What firmware set up before it started the kernel.</summary>
    public Firmware Firmware { get; init; } = new();

    /// <summary>The kernel runs at EL2 with VHE.</summary>
    public bool Vhe { get; init; } = true;

    /// <summary>PREEMPT_RT: <see cref="SpinLock"/> sleeps.</summary>
    public bool RealTime { get; init; }

    /// <summary>The declared order of lock classes that holds, by the profile of its declaration; null for what all declared profiles agree on.</summary>
    public string? LockOrder { get; init; }

    /// <summary>Interrupts are abstract and unlatched, without a controller: see <see cref="UnlatchedInterrupts"/>.</summary>
    public bool HasUnlatchedInterrupts { get; init; }

    /// <summary>GICv3 with pseudo-NMIs: the usual arm64 server with <c>irqchip.gicv3_pseudo_nmi=1</c>.</summary>
    public static MachineProfile GicV3PseudoNmi { get; } = new("gicv3-pnmi") { PriorityMasking = true };

    /// <summary>GICv3 without pseudo-NMIs: every NMI request is refused.</summary>
    public static MachineProfile GicV3Irq { get; } = new("gicv3-irq");

    /// <summary>As <see cref="GicV3PseudoNmi"/>, with EOImode 0, as in a guest.</summary>
    public static MachineProfile GicV3PseudoNmiGuest { get; } = new("gicv3-pnmi-eoi0") { PriorityMasking = true, EoiMode = EoiMode.DropAndDeactivate, Vhe = false };

    /// <summary>As <see cref="GicV3PseudoNmi"/>, with two security states and SCR_EL3.FIQ clear: the distributor shows priorities shifted.</summary>
    public static MachineProfile GicV3PseudoNmiShifted { get; } = new("gicv3-pnmi-fiq0") { PriorityMasking = true, ScrEl3Fiq = false };

    /// <summary>As <see cref="GicV3PseudoNmi"/>, on PREEMPT_RT.</summary>
    public static MachineProfile GicV3PseudoNmiRealTime { get; } = new("gicv3-pnmi-rt") { PriorityMasking = true, RealTime = true };

    /// <summary>GICv3.3 with FEAT_NMI: NMIs by superpriority instead of PMR.</summary>
    public static MachineProfile GicV3Nmi { get; } = new("gicv3-nmi") { ArchitecturalNmi = true };

    /// <summary>GICv2: no system registers, so no priority masking; SGIs carry their sender.</summary>
    public static MachineProfile GicV2 { get; } = new("gicv2") { GicVersion = 2, SecurityDisabled = true, ExtendedRanges = false };

    /// <summary>GICv3 with one security state whose Group 0 is the kernel's: its interrupts are FIQs.</summary>
    public static MachineProfile GicV3Fiq { get; } = new("gicv3-fiq") { SecurityDisabled = true, ScrEl3Fiq = false };

    /// <summary>For benchmarks of interrupt races, whose interrupts are abstract: see <see cref="UnlatchedInterrupts"/>. No kernel runs on it.</summary>
    public static MachineProfile Unlatched { get; } = new("unlatched") { HasUnlatchedInterrupts = true };

    /// <summary>The named profiles of machines that a kernel runs on.</summary>
    public static IReadOnlyList<MachineProfile> All { get; } =
        [GicV3PseudoNmi, GicV3Irq, GicV3PseudoNmiGuest, GicV3PseudoNmiShifted, GicV3PseudoNmiRealTime, GicV3Nmi, GicV2, GicV3Fiq];

    /// <summary>The profile of this name, or null.</summary>
    public static MachineProfile? Find(string name) => All.Append(Unlatched).FirstOrDefault(profile => profile.Name == name);

    /// <inheritdoc/>
    public override string ToString() => Name;
}
