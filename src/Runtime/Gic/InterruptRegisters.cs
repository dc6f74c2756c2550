using System;

namespace IrqSafety.Runtime;

/// <summary>What a register with a field for each interrupt shows and sets.</summary>
internal enum InterruptField
{
    Group,
    SetEnable,
    ClearEnable,
    SetPending,
    ClearPending,
    SetActive,
    ClearActive,
    Priority,
    Targets,
    Config,
    Nmi,
    Router,
}

/// <summary>One array of registers: <paramref name="Bits"/> for each of <paramref name="Count"/> interrupts from <paramref name="First"/>.</summary>
internal readonly record struct RegisterArray(InterruptField Field, int Offset, int Bits, int First, int Count)
{
    public int End => Offset + (Count * Bits / 8);
}

/// <summary>
/// The registers that hold a field for each interrupt, of the distributor and of the redistributors. Source: Arm IHI 0069, 12.9 and 12.11; IHI 0048, 4.3.
/// </summary>
internal static class InterruptRegisters
{
    /// <summary>GICD_*. Of GICv3 with affinity routing the first 32 interrupts read as zero here: they are the redistributors'.</summary>
    public static ReadOnlySpan<RegisterArray> Distributor => s_distributor;

    /// <summary>GICR_*, from SGI_base.</summary>
    public static ReadOnlySpan<RegisterArray> Redistributor => s_redistributor;

    private static readonly RegisterArray[] s_distributor =
    [
        new(InterruptField.Group, 0x0080, 1, 0, 1024),
        new(InterruptField.SetEnable, 0x0100, 1, 0, 1024),
        new(InterruptField.ClearEnable, 0x0180, 1, 0, 1024),
        new(InterruptField.SetPending, 0x0200, 1, 0, 1024),
        new(InterruptField.ClearPending, 0x0280, 1, 0, 1024),
        new(InterruptField.SetActive, 0x0300, 1, 0, 1024),
        new(InterruptField.ClearActive, 0x0380, 1, 0, 1024),
        new(InterruptField.Priority, 0x0400, 8, 0, 1024),
        new(InterruptField.Targets, 0x0800, 8, 0, 1024),
        new(InterruptField.Config, 0x0c00, 2, 0, 1024),
        new(InterruptField.Nmi, 0x0f80, 1, 0, 1024),
        new(InterruptField.Group, 0x1000, 1, IntId.FirstExtendedSpi, 1024),
        new(InterruptField.SetEnable, 0x1200, 1, IntId.FirstExtendedSpi, 1024),
        new(InterruptField.ClearEnable, 0x1400, 1, IntId.FirstExtendedSpi, 1024),
        new(InterruptField.SetPending, 0x1600, 1, IntId.FirstExtendedSpi, 1024),
        new(InterruptField.ClearPending, 0x1800, 1, IntId.FirstExtendedSpi, 1024),
        new(InterruptField.SetActive, 0x1a00, 1, IntId.FirstExtendedSpi, 1024),
        new(InterruptField.ClearActive, 0x1c00, 1, IntId.FirstExtendedSpi, 1024),
        new(InterruptField.Priority, 0x2000, 8, IntId.FirstExtendedSpi, 1024),
        new(InterruptField.Config, 0x3000, 2, IntId.FirstExtendedSpi, 1024),
        new(InterruptField.Nmi, 0x3b00, 1, IntId.FirstExtendedSpi, 1024),
        new(InterruptField.Router, 0x6100, 64, IntId.FirstSpi, IntId.SpiCount),
        new(InterruptField.Router, 0x8000, 64, IntId.FirstExtendedSpi, 1024),
    ];

    private static readonly RegisterArray[] s_redistributor =
    [
        new(InterruptField.Group, 0x0080, 1, 0, 32),
        new(InterruptField.Group, 0x0084, 1, IntId.FirstExtendedPpi, 64),
        new(InterruptField.SetEnable, 0x0100, 1, 0, 32),
        new(InterruptField.SetEnable, 0x0104, 1, IntId.FirstExtendedPpi, 64),
        new(InterruptField.ClearEnable, 0x0180, 1, 0, 32),
        new(InterruptField.ClearEnable, 0x0184, 1, IntId.FirstExtendedPpi, 64),
        new(InterruptField.SetPending, 0x0200, 1, 0, 32),
        new(InterruptField.SetPending, 0x0204, 1, IntId.FirstExtendedPpi, 64),
        new(InterruptField.ClearPending, 0x0280, 1, 0, 32),
        new(InterruptField.ClearPending, 0x0284, 1, IntId.FirstExtendedPpi, 64),
        new(InterruptField.SetActive, 0x0300, 1, 0, 32),
        new(InterruptField.SetActive, 0x0304, 1, IntId.FirstExtendedPpi, 64),
        new(InterruptField.ClearActive, 0x0380, 1, 0, 32),
        new(InterruptField.ClearActive, 0x0384, 1, IntId.FirstExtendedPpi, 64),
        new(InterruptField.Priority, 0x0400, 8, 0, 32),
        new(InterruptField.Priority, 0x0420, 8, IntId.FirstExtendedPpi, 64),
        new(InterruptField.Config, 0x0c00, 2, 0, 32),
        new(InterruptField.Config, 0x0c08, 2, IntId.FirstExtendedPpi, 64),
        new(InterruptField.Nmi, 0x0f80, 1, 0, 32),
        new(InterruptField.Nmi, 0x0f84, 1, IntId.FirstExtendedPpi, 64),
    ];

    /// <summary>The array that an access falls into.</summary>
    public static bool Find(ReadOnlySpan<RegisterArray> map, int offset, out RegisterArray found)
    {
        foreach (RegisterArray array in map)
        {
            if (offset >= array.Offset && offset < array.End)
            {
                found = array;
                return true;
            }
        }

        found = default;
        return false;
    }

    /// <summary>The interrupts an access touches, and where in the accessed value their field is. Only priorities and targets have bytes.</summary>
    public static (int FirstIrq, int Fields) Touched(in RegisterArray array, int offset, int bytes)
    {
        bool wide = array.Bits == 64 ? bytes == 8 : bytes == 4;
        if (!wide && !(bytes == 1 && array.Bits == 8))
        {
            return (0, 0);
        }

        return (array.First + ((offset - array.Offset) * 8 / array.Bits), bytes * 8 / array.Bits);
    }

    /// <summary>The field of one interrupt.</summary>
    public static ulong Read(InterruptField field, InterruptState state, Machine machine, CpuId by)
    {
        MachineProfile profile = machine.Profile;
        return field switch
        {
            InterruptField.Group => profile.SecurityDisabled && state.Group != InterruptGroup.Group0 ? 1UL : 0,
            InterruptField.SetEnable or InterruptField.ClearEnable => state.Enabled ? 1UL : 0,
            InterruptField.SetPending or InterruptField.ClearPending => state.Pending ? 1UL : 0,
            InterruptField.SetActive or InterruptField.ClearActive => state.Active ? 1UL : 0,
            InterruptField.Priority => machine.Gic.ReadPriority(state.Irq, by).Value,
            InterruptField.Config => state.Trigger == Trigger.Edge ? 2UL : 0,
            InterruptField.Nmi => profile.ArchitecturalNmi && state.IsNmi ? 1UL : 0,
            InterruptField.Targets => ReadTargets(state, machine, by),
            InterruptField.Router => profile.GicVersion < 3 ? 0 : state.RoutedToAny ? 1UL << 31 : (ulong)state.Target.Value,
            _ => 0,
        };
    }

    /// <summary>Writes the field of one interrupt. A 0 says nothing where 1 sets or clears.</summary>
    public static void Write(InterruptField field, InterruptState state, ulong value, Machine machine, CpuId by)
    {
        MachineProfile profile = machine.Profile;
        switch (field)
        {
            case InterruptField.Group when profile.SecurityDisabled:
                state.Group = value != 0 ? InterruptGroup.Group1 : InterruptGroup.Group0;
                break;
            case InterruptField.SetEnable when value != 0:
                state.Enabled = true;
                break;
            case InterruptField.ClearEnable when value != 0:
                state.Enabled = false;
                break;
            case InterruptField.SetPending or InterruptField.ClearPending when value != 0 && !(state.Irq.IsSgi && profile.GicVersion < 3):
                machine.Gic.SetPending(state.Irq, by, pending: field == InterruptField.SetPending);
                break;
            case InterruptField.SetActive or InterruptField.ClearActive when value != 0:
                state.Active = field == InterruptField.SetActive;
                break;
            case InterruptField.Priority:
                machine.Gic.WritePriority(state.Irq, by, new Priority((byte)value));
                break;
            case InterruptField.Config:
                state.Trigger = (value & 2) != 0 ? Trigger.Edge : Trigger.Level;
                break;
            case InterruptField.Nmi when profile.ArchitecturalNmi:
                state.IsNmi = value != 0;
                break;
            case InterruptField.Targets when profile.GicVersion < 3 && machine.Cpus.Count > 1 && !state.Irq.IsPrivate:
                state.Targets = CpuMask.FromBits(value) & CpuMask.All(machine.Cpus.Count);
                break;
            case InterruptField.Router when profile.GicVersion >= 3:
                state.RoutedToAny = (value & (1UL << 31)) != 0;
                state.Targets = CpuMask.Of(new CpuId((int)(value & 0xff)));
                break;
            default:
                break;
        }
    }

    // A uniprocessor has none; of a private interrupt it is the CPU that reads.
    private static ulong ReadTargets(InterruptState state, Machine machine, CpuId by)
    {
        if (machine.Profile.GicVersion >= 3 || machine.Cpus.Count == 1)
        {
            return 0;
        }

        return state.Irq.IsPrivate ? 1UL << by.Value : state.Targets.Bits;
    }
}
