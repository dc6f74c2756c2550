namespace IrqSafety.Runtime;

/// <summary>The effect of <c>local_irq_*</c> on the registers, for operations that mask interrupts among other things.</summary>
internal static class IrqMask
{
    public static IrqFlags Save(Cpu cpu)
    {
        TaskContext state = cpu.State;
        IrqFlags flags = cpu.Machine.Profile.PriorityMasking ? new IrqFlags(state.Pmr) : new IrqFlags(state.Daif);
        if (!cpu.IrqsDisabled)
        {
            Disable(cpu);
        }

        return flags;
    }

    public static void Restore(Cpu cpu, IrqFlags flags)
    {
        TaskContext state = cpu.State;
        if (cpu.Machine.Profile.PriorityMasking)
        {
            state.Pmr = new Pmr((byte)flags.Word);
        }
        else
        {
            state.Daif = Daif.FromWord(flags.Word);
        }

        cpu.MaskChanged();
    }

    public static void Disable(Cpu cpu)
    {
        TaskContext state = cpu.State;
        if (cpu.Machine.Profile.PriorityMasking)
        {
            state.Pmr = Pmr.IrqOff;
        }
        else
        {
            state.Daif |= Daif.ProcessNoIrq;
        }

        cpu.MaskChanged();
    }

    public static void Enable(Cpu cpu)
    {
        TaskContext state = cpu.State;
        if (cpu.Machine.Profile.PriorityMasking)
        {
            state.Pmr = Pmr.IrqOn;
        }
        else
        {
            state.Daif = state.Daif.WithoutIrq();
        }

        cpu.MaskChanged();
    }
}
