using System.Collections.Generic;

namespace IrqSafety.Runtime;

/// <summary>
/// What must hold before a kernel of a profile can start. Source: Linux <c>Documentation/arch/arm64/booting.rst</c>; <c>drivers/irqchip/irq-gic-v3.c</c>
/// (<c>gic_enable_sre</c>, <c>gic_cpu_sys_reg_init</c>, <c>gic_enable_nmi_support</c>).
/// </summary>
public static class BootRequirements
{
    /// <summary>What does not hold, each as a sentence that says what to change; empty when the machine starts.</summary>
    public static IReadOnlyList<string> Unmet(MachineProfile profile, int cpus)
    {
        System.ArgumentNullException.ThrowIfNull(profile);
        Firmware firmware = profile.Firmware;
        var unmet = new List<string>();
        Require(profile.GicVersion is 2 or 3 or 4, $"There is no GICv{profile.GicVersion}: GicVersion is 2, 3 or 4.");
        Require(
            profile.SpiCount == IntId.SpiCount || (profile.SpiCount is >= 0 and < IntId.SpiCount && profile.SpiCount % 32 == 0),
            $"GICD_TYPER cannot say {profile.SpiCount} SPIs: SpiCount is 988 or a multiple of 32 below.");
        if (profile.GicVersion == 2)
        {
            Require(cpus <= 8, $"A GICv2 has at most 8 CPU interfaces, not {cpus}: use fewer CPUs or a GICv3.");
            Require(!profile.PriorityMasking, "Priority masking needs the system registers of a GICv3: clear PriorityMasking on a GICv2.");
            Require(!profile.ExtendedRanges, "The extended INTID ranges begin with GICv3.1: clear ExtendedRanges on a GICv2.");
            Require(!profile.ArchitecturalNmi, "Superpriority begins with GICv3.3: clear ArchitecturalNmi on a GICv2.");
            return unmet;
        }

        Require(firmware.SystemRegisters, "GIC: unable to set SRE (disabled at EL3), panic ahead: firmware must set ICC_SRE_EL3.Enable and SRE.");
        Require(firmware.RedistributorAccessible, "The redistributor stays asleep: firmware must wake it, or let the kernel write GICR_WAKER.");
        Require(!(profile.PriorityMasking && profile.ArchitecturalNmi), "NMIs are made by priority masking or by superpriority, not by both.");
        if (profile.PriorityMasking)
        {
            Require(firmware.SameScrEl3Fiq, "SCR_EL3.FIQ differs between CPUs: firmware must set it alike, or priorities mean something else on some of them.");

            // NMIs are 0x80 and IRQs 0xc0: bit 6 must decide about preemption. Without CBPR the kernel writes ICC_BPR1_EL1 itself.
            Require(
                !firmware.CommonBinaryPoint || firmware.BinaryPoint0 <= 5,
                $"ICC_CTLR_EL1.CBPR is set and ICC_BPR0_EL1 is {firmware.BinaryPoint0}: NMIs and IRQs are in one priority group, so that no NMI preempts an IRQ. Firmware must clear CBPR, or leave BPR0 at 5 or less.");
        }

        return unmet;

        void Require(bool holds, string otherwise)
        {
            if (!holds)
            {
                unmet.Add(otherwise);
            }
        }
    }
}
