namespace IrqSafety.Runtime;

/// <summary>
/// What exception entry saves of the interrupted code and exception return puts back: <c>pt_regs.pmr_save</c> and <c>pt_regs.pstate</c>. Source:
/// Linux <c>arch/arm64/kernel/entry.S</c> (<c>kernel_entry</c>, <c>kernel_exit</c>).
/// </summary>
/// <param name="Pmr">ICC_PMR_EL1.</param>
/// <param name="Daif">PSTATE.DAIF.</param>
/// <param name="Pan">PSTATE.PAN.</param>
/// <param name="AllInt">PSTATE.ALLINT.</param>
/// <param name="Steps">What the interrupted code has done, which the handler’s own does not touch.</param>
internal readonly record struct ExceptionRegisters(Pmr Pmr, Daif Daif, bool Pan, bool AllInt, StepRecord? Steps)
{
    /// <summary>The PE masks D, A, I and F, sets PAN, and ALLINT where there is one (SCTLR_EL1.SPINTMASK = 0); the entry code saves PMR and marks that DAIF.I is the real mask now.</summary>
    public static ExceptionRegisters Enter(Cpu cpu)
    {
        cpu.Effects?.Complete(EffectBy.Exception);
        TaskContext state = cpu.State;
        var interrupted = new ExceptionRegisters(state.Pmr, state.Daif, state.Pan, state.AllInt, state.Steps);
        state.Steps = null;
        state.Daif = Daif.All;
        state.Pan = true;
        state.AllInt = cpu.NmiEnabled;
        if (cpu.Machine.Profile.PriorityMasking)
        {
            state.Pmr = Pmr.IrqOnPsrISet;
        }

        return interrupted;
    }

    /// <summary>PMR is written while DAIF still masks; ERET restores PSTATE.</summary>
    public void Return(Cpu cpu)
    {
        cpu.Effects?.Complete(EffectBy.Exception);
        TaskContext state = cpu.State;
        state.Pmr = Pmr;
        state.Daif = Daif;
        state.Pan = Pan;
        state.AllInt = AllInt;
        state.Steps = Steps;

        // Both ways are context synchronisation events.
        Steps?.Take(Rules.Steps.Isb);
        cpu.MaskChanged();
    }
}
