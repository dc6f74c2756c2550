using IrqSafety.Contracts;
using IrqSafety.Rules;

namespace IrqSafety.Runtime;

/// <summary>Masking by PSTATE.DAIF, which holds off NMIs and SErrors too. Source: Linux <c>arch/arm64/include/asm/daifflags.h</c>.</summary>
public static class LocalDaif
{
    private static readonly Operation s_saveFlags = Operation.Of(typeof(LocalDaif), nameof(SaveFlags));
    private static readonly Operation s_save = Operation.Of(typeof(LocalDaif), nameof(Save));
    private static readonly Operation s_mask = Operation.Of(typeof(LocalDaif), nameof(Mask));
    private static readonly Operation s_restore = Operation.Of(typeof(LocalDaif), nameof(Restore));
    private static readonly Operation s_inherit = Operation.Of(typeof(LocalDaif), nameof(Inherit));

    /// <summary><c>local_daif_save_flags</c>: the state as a DAIF word, in which a PMR that masks interrupts shows as I and F.</summary>
    [NmiSafe]
    [SavesMask(Contracts.Mask.Irq | Contracts.Mask.Daif)]
    public static DaifFlags SaveFlags() => SaveFlags(s_saveFlags.Begin(access: Access.Read));

    /// <summary><c>local_daif_save</c>: returns the state and masks everything.</summary>
    [NmiSafe]
    [SavesMask(Contracts.Mask.Irq | Contracts.Mask.Daif)]
    [SetsMask(Contracts.Mask.Irq, true)]
    [SetsMask(Contracts.Mask.Daif, true)]
    public static DaifFlags Save()
    {
        Cpu cpu = s_save.Begin();
        DaifFlags flags = SaveFlags(cpu) with { Saved = IrqMask.Saving(cpu) };
        MaskAll(cpu, s_save);
        return flags;
    }

    /// <summary><c>local_daif_mask</c>: masks everything. On a machine with priority masking PMR is left at IRQON with PSR_I_SET.</summary>
    [NmiSafe]
    [SetsMask(Contracts.Mask.Irq, true)]
    [SetsMask(Contracts.Mask.Daif, true)]
    public static void Mask() => MaskAll(s_mask.Begin(), s_mask);

    /// <summary>
    /// <c>local_daif_restore</c>: puts a DAIF word back. With I set and A clear on a machine with priority masking, interrupts are masked by PMR and
    /// NMIs become deliverable. Must be called with I and F set, and not in the handler of an NMI as the exception left it.
    /// </summary>
    [NmiSafe]
    [RestoresMask(Contracts.Mask.Irq | Contracts.Mask.Daif, From = nameof(flags))]
    public static void Restore(DaifFlags flags)
    {
        Cpu cpu = s_restore.Begin();
        TaskContext state = cpu.State;
        cpu.Publish(MachineEventKind.MaskRestored, value: flags.Saved);
        if (flags.IsIrqFlags)
        {
            // It pairs with no local_daif_save, so that nothing need be as that leaves it: one defect, one report.
            Breach(cpu, s_restore, $"code with DAIF {state.Daif}, given {flags.Word:x}", "takes the word of local_daif_save, not that of local_irq_save", LawIds.FlagKind);
        }
        else if (!(state.Daif.I && state.Daif.F))
        {
            Breach(cpu, s_restore, $"code with DAIF {state.Daif}", "must be called with I and F set: it does not pair with local_daif_save or local_daif_mask");
        }

        Daif daif = flags.Daif;
        if (OpensHandler(cpu, daif))
        {
            Breach(cpu, s_restore, $"code with DAIF {state.Daif}, as exception entry left it", "lets NMIs into the handler of an interrupt: no local_daif_save made this state", LawIds.MaskLowered);
        }
        else if (cpu is { InNmi: true, AcknowledgedSpecial: true, Context: Context.PseudoNmi } && !(daif.I && daif.A))
        {
            Breach(cpu, s_restore, "an NMI that acknowledged a special INTID", "lets NMIs in although there is none to handle: return for 1020 to 1023 first", LawIds.MaskUnready);
        }
        else if (OpensNmi(cpu, flags))
        {
            Breach(cpu, s_restore, $"an NMI with DAIF {state.Daif}, as exception entry left it", "lets NMIs into the handler of an NMI: no local_daif_save made this state", LawIds.MaskLowered);
        }

        if (cpu.Machine.Profile.PriorityMasking)
        {
            // PMR before DAIF: the other way round, interrupts would be unmasked for an instant.
            if (!daif.I)
            {
                state.Pmr = Pmr.IrqOn;
            }
            else if (daif.A)
            {
                state.Pmr = Pmr.IrqOnPsrISet;
            }
            else
            {
                state.Pmr = Pmr.IrqOff;
                daif = daif.WithoutIrq();
            }
        }

        state.AllInt = cpu.NmiEnabled && daif.I && daif.A;
        state.Daif = daif;
        cpu.MaskChanged();
    }

    /// <summary>
    /// <c>local_daif_inherit</c>: takes over the masks of the code that the innermost exception interrupted. Legal only while an exception is handled.
    /// </summary>
    [LegalIn(Context.AnyInterrupt)]
    public static void Inherit()
    {
        Cpu cpu = s_inherit.Begin();
        TaskContext state = cpu.State;
        if (state.Activations.Count == 0)
        {
            return;
        }

        Activation interrupted = state.Activations[^1];
        if (cpu.Machine.Profile.PriorityMasking)
        {
            state.Pmr = interrupted.Pmr;
        }

        state.Daif = interrupted.Daif;
        state.AllInt = interrupted.AllInt;
        cpu.MaskChanged();
    }

    internal static void MaskAll(Cpu cpu, Operation operation)
    {
        TaskContext state = cpu.State;
        if (cpu.Machine.Profile.PriorityMasking)
        {
            if (state.Pmr == new Pmr((byte)(Pmr.IrqOff.Value | 0x10)))
            {
                Breach(cpu, operation, $"code with PMR {state.Pmr}", "must not be called with IRQOFF and PSR_I_SET together");
            }

            state.Pmr = Pmr.IrqOnPsrISet;
        }

        state.Daif = Daif.All;
        state.AllInt = cpu.NmiEnabled;
        cpu.MaskChanged();
    }

    // I and F without A, and PSR_I_SET: the state in which an interrupt is taken and an NMI is handled. What a save returns there does not lead back.
    private static bool OpensHandler(Cpu cpu, Daif daif) =>
        cpu.Machine.Profile.PriorityMasking && cpu.State.Daif == Daif.ProcessNoIrq && cpu.State.Pmr.PsrISet && !daif.A;

    // The same after the handler of an NMI wrote PMR, as that of an interrupt does, with a word that nobody saved.
    private static bool OpensNmi(Cpu cpu, DaifFlags flags) =>
        cpu is { InNmi: true, Context: Context.PseudoNmi } && cpu.Machine.Profile.PriorityMasking && cpu.State.Daif == Daif.ProcessNoIrq && flags.Saved == 0 && !flags.Daif.A;

    private static DaifFlags SaveFlags(Cpu cpu)
    {
        Daif daif = cpu.State.Daif;
        return new DaifFlags(cpu.Machine.Profile.PriorityMasking && cpu.State.Pmr != Pmr.IrqOn ? daif | Daif.ProcessNoIrq : daif);
    }

    private static void Breach(Cpu cpu, Operation operation, string where, string because, string law = LawIds.ContextLegal) =>
        cpu.Machine.Execution.Breach(new Breach(law, where, because), new Step(operation, null, Access.Write));
}
