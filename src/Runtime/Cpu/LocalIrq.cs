using System.Diagnostics.CodeAnalysis;
using IrqSafety.Contracts;
using IrqSafety.Rules;

namespace IrqSafety.Runtime;

/// <summary>
/// Masking of ordinary interrupts on this CPU: by PMR when the machine uses priority masking, so that NMIs still arrive, otherwise by DAIF.I and F.
/// </summary>
/// <remarks>Source: Linux <c>arch/arm64/include/asm/irqflags.h</c>.</remarks>
public static class LocalIrq
{
    private static readonly Operation s_save = Operation.Of(typeof(LocalIrq), nameof(Save));
    private static readonly Operation s_restore = Operation.Of(typeof(LocalIrq), nameof(Restore));
    private static readonly Operation s_disable = Operation.Of(typeof(LocalIrq), nameof(Disable));
    private static readonly Operation s_enable = Operation.Of(typeof(LocalIrq), nameof(Enable));
    private static readonly Operation s_irqsDisabled = Operation.Of(typeof(LocalIrq), nameof(IrqsDisabled));

    /// <summary><c>local_irq_save</c>: masks interrupts and returns the state before. Leaves a state that is masked in any form as it is.</summary>
    [NmiSafe]
    [SavesMask(Mask.Irq)]
    [SetsMask(Mask.Irq, true)]
    public static IrqFlags Save() => IrqMask.Save(s_save.Begin());

    /// <summary><c>local_irq_restore</c>: puts back what <see cref="Save"/> returned where DAIF.I was as it is now.</summary>
    [NmiSafe]
    [RestoresMask(Mask.Irq, From = nameof(flags))]
    public static void Restore(IrqFlags flags)
    {
        Cpu cpu = s_restore.Begin();
        CheckFlags(cpu, flags);
        IrqMask.Restore(cpu, flags);
    }

    /// <summary><c>local_irq_disable</c>. Must not be called where DAIF.I is the real mask (exception entry, <c>local_daif_mask</c> regions).</summary>
    [SetsMask(Mask.Irq, true)]
    public static void Disable()
    {
        Cpu cpu = s_disable.Begin();
        CheckPmr(cpu, s_disable);
        IrqMask.Disable(cpu);
    }

    /// <summary>
    /// <c>local_irq_enable</c>. Illegal in an NMI, and where DAIF.I is the real mask: there it would write a PMR that says nothing, and lose the
    /// mark that it says nothing.
    /// </summary>
    [ForbiddenIn(Context.AnyNmi, Because = "unmasks interrupts that the interrupted code had masked")]
    [SetsMask(Mask.Irq, false)]
    public static void Enable()
    {
        Cpu cpu = s_enable.Begin();
        CheckPmr(cpu, s_enable);
        IrqMask.Enable(cpu);
    }

    /// <summary><c>irqs_disabled()</c>: masked in any form.</summary>
    [NmiSafe]
    public static bool IrqsDisabled() => s_irqsDisabled.Begin(access: Access.Read).IrqsDisabled;

    // CONFIG_ARM64_DEBUG_PRIORITY_MASKING warns here.
    private static void CheckPmr(Cpu cpu, Operation operation)
    {
        Pmr pmr = cpu.State.Pmr;
        if (cpu.Machine.Profile.PriorityMasking && pmr != Pmr.IrqOn && pmr != Pmr.IrqOff)
        {
            Breach(cpu, operation, $"code with PMR {pmr}, where DAIF.I is the real mask", "changes a PMR that does not mask there: use local_daif_save and local_daif_restore");
        }
    }

    // Nothing in the kernel checks this, but the masks are lost: PSR_I_SET says that DAIF.I masks, and must come and go with it.
    [SuppressMessage("IrqSafety.Masking", "IRQ0303", Justification = "It looks at what local_irq_restore is about to write into PMR.")]
    private static void CheckFlags(Cpu cpu, IrqFlags flags)
    {
        string where = $"code with PMR {cpu.State.Pmr} and DAIF {cpu.State.Daif}, given {flags}";
        if (flags.IsDaifFlags)
        {
            Breach(cpu, s_restore, where, "takes the word of local_irq_save, not that of local_daif_save", LawIds.FlagKind);
            return;
        }

        if (!cpu.Machine.Profile.PriorityMasking)
        {
            return;
        }

        var pmr = new Pmr((byte)flags.Word);
        if (pmr != Pmr.IrqOn && pmr != Pmr.IrqOff && pmr != Pmr.IrqOnPsrISet)
        {
            Breach(cpu, s_restore, where, "writes a PMR that local_irq_save never returns");
        }
        else if (pmr.PsrISet != cpu.State.Pmr.PsrISet)
        {
            Breach(cpu, s_restore, where, "puts back a PMR saved where DAIF.I masked otherwise: it and DAIF then contradict each other");
        }
    }

    private static void Breach(Cpu cpu, Operation operation, string where, string because, string law = LawIds.ContextLegal) =>
        cpu.Machine.Execution.Breach(new Breach(law, where, because), new Step(operation, null, Access.Write));
}
