using System.Diagnostics.CodeAnalysis;

namespace IrqSafety.Runtime;

/// <summary>The effect of <c>local_irq_*</c> on the registers, for operations that mask interrupts among other things.</summary>
internal static class IrqMask
{
    public static IrqFlags Save(Cpu cpu)
    {
        TaskContext state = cpu.State;
        IrqFlags flags = (cpu.Machine.Profile.PriorityMasking ? new IrqFlags(state.Pmr) : new IrqFlags(state.Daif)) with { Saved = Saving(cpu) };
        if (!cpu.IrqsDisabled)
        {
            Disable(cpu);
        }

        return flags;
    }

    /// <summary>The number of the save that happens now.</summary>
    public static int Saving(Cpu cpu)
    {
        int number = ++cpu.Machine.MaskSaves;
        cpu.Publish(MachineEventKind.MaskSaved, value: number);
        return number;
    }

    [SuppressMessage("IrqSafety.Masking", "IRQ0303", Justification = "This is local_irq_restore: the word becomes the register that it was saved from.")]
    public static void Restore(Cpu cpu, IrqFlags flags)
    {
        TaskContext state = cpu.State;
        cpu.Publish(MachineEventKind.MaskRestored, value: flags.Saved);
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
