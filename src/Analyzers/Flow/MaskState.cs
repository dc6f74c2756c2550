using System;
using IrqSafety.Contracts;
using IrqSafety.Rules;

namespace IrqSafety.Analyzers.Flow;

/// <summary>What is known of a mask that does not nest.</summary>
internal enum MaskLevel : byte
{
    /// <summary>As it was when the body was entered.</summary>
    AsAtEntry = 0,

    /// <summary>Masked.</summary>
    Masked,

    /// <summary>Unmasked.</summary>
    Unmasked,

    /// <summary>Not known.</summary>
    Unknown,
}

/// <summary>
/// What is masked, relative to the entry of the body. Preemption and softirqs nest, so they are counted; what PMR and DAIF mask does not: IRQs by either, NMIs
/// by PMR, and both by DAIF.
/// </summary>
internal readonly record struct MaskState(int PreemptOff, int SoftIrqOff, MaskLevel Irq, MaskLevel Daif, MaskLevel Nmi = MaskLevel.AsAtEntry)
{
    /// <summary>A count that paths disagree on.</summary>
    public const int UnknownDepth = int.MinValue;

    /// <summary>After masking or unmasking.</summary>
    public MaskState Set(Mask mask, bool masked)
    {
        MaskState next = this;
        MaskLevel level = masked ? MaskLevel.Masked : MaskLevel.Unmasked;
        if ((mask & Mask.Preemption) != 0)
        {
            next = next with { PreemptOff = Add(PreemptOff, masked ? 1 : -1) };
        }

        if ((mask & Mask.SoftIrq) != 0)
        {
            next = next with { SoftIrqOff = Add(SoftIrqOff, masked ? 1 : -1) };
        }

        if ((mask & Mask.Irq) != 0)
        {
            next = next with { Irq = level };
        }

        if ((mask & Mask.Nmi) != 0)
        {
            next = next with { Nmi = level };
        }

        return (mask & Mask.Daif) != 0 ? next with { Daif = level } : next;
    }

    /// <summary>After putting back what was saved; null when it is not known what that is.</summary>
    public MaskState Restore(Mask mask, MaskState? saved)
    {
        MaskState next = this;
        if ((mask & Mask.Preemption) != 0)
        {
            next = next with { PreemptOff = Add(PreemptOff, -1) };
        }

        if ((mask & Mask.SoftIrq) != 0)
        {
            next = next with { SoftIrqOff = Add(SoftIrqOff, -1) };
        }

        if ((mask & Mask.Irq) != 0)
        {
            next = next with { Irq = saved?.Irq ?? MaskLevel.Unknown };
        }

        if ((mask & Mask.Nmi) != 0)
        {
            next = next with { Nmi = saved?.Nmi ?? MaskLevel.Unknown };
        }

        return (mask & Mask.Daif) != 0 ? next with { Daif = saved?.Daif ?? MaskLevel.Unknown } : next;
    }

    /// <summary>After a body that had this net effect.</summary>
    public MaskState Then(MaskState effect) => new(
        Add(PreemptOff, effect.PreemptOff),
        Add(SoftIrqOff, effect.SoftIrqOff),
        effect.Irq == MaskLevel.AsAtEntry ? Irq : effect.Irq,
        effect.Daif == MaskLevel.AsAtEntry ? Daif : effect.Daif,
        effect.Nmi == MaskLevel.AsAtEntry ? Nmi : effect.Nmi);

    /// <summary>The effect of a body that keeps these masks as it finds them: it is held to that where it stands.</summary>
    public MaskState Without(Mask kept) => new(
        (kept & Mask.Preemption) != 0 ? 0 : PreemptOff,
        (kept & Mask.SoftIrq) != 0 ? 0 : SoftIrqOff,
        (kept & Mask.Irq) != 0 ? MaskLevel.AsAtEntry : Irq,
        (kept & Mask.Daif) != 0 ? MaskLevel.AsAtEntry : Daif,
        (kept & Mask.Nmi) != 0 ? MaskLevel.AsAtEntry : Nmi);

    /// <summary>The level of one of the masks that do not nest.</summary>
    public MaskLevel LevelOf(Mask mask) => mask switch
    {
        Mask.Daif => Daif,
        Mask.Nmi => Nmi,
        _ => Irq,
    };

    /// <summary>What a word that says so leaves masked and unmasked; of the rest nothing is known.</summary>
    public static MaskState OfWord(Mask masked, Mask unmasked)
    {
        return new MaskState(0, 0, Of(Mask.Irq), Of(Mask.Daif), Of(Mask.Nmi));

        MaskLevel Of(Mask mask) => (masked & mask) != 0 ? MaskLevel.Masked : (unmasked & mask) != 0 ? MaskLevel.Unmasked : MaskLevel.Unknown;
    }

    /// <summary>What both agree on.</summary>
    public MaskState Join(MaskState other) => new(
        PreemptOff == other.PreemptOff ? PreemptOff : UnknownDepth,
        SoftIrqOff == other.SoftIrqOff ? SoftIrqOff : UnknownDepth,
        Irq == other.Irq ? Irq : MaskLevel.Unknown,
        Daif == other.Daif ? Daif : MaskLevel.Unknown,
        Nmi == other.Nmi ? Nmi : MaskLevel.Unknown);

    /// <summary>The situation at a point of a body that was entered in <paramref name="entry"/>.</summary>
    public Situation From(Situation entry)
    {
        Mask masked = entry.Masked;
        Mask unmasked = entry.Unmasked;
        Count(PreemptOff, Mask.Preemption);
        Count(SoftIrqOff, Mask.SoftIrq);
        Level(Irq, Mask.Irq);
        Level(Daif, Mask.Daif);
        Level(Nmi, Mask.Nmi);
        return entry with { Masked = masked, Unmasked = unmasked };

        void Count(int depth, Mask mask)
        {
            if (depth > 0)
            {
                masked |= mask;
                unmasked &= ~mask;
            }
            else if (depth < 0)
            {
                masked &= ~mask;
                unmasked &= ~mask;
            }
        }

        void Level(MaskLevel level, Mask mask)
        {
            if (level != MaskLevel.AsAtEntry)
            {
                masked = level == MaskLevel.Masked ? masked | mask : masked & ~mask;
                unmasked = level == MaskLevel.Unmasked ? unmasked | mask : unmasked & ~mask;
            }
        }
    }

    // Bounded, so that a loop which takes without releasing ends.
    private static int Add(int depth, int change) =>
        depth == UnknownDepth || change == UnknownDepth ? UnknownDepth : Math.Max(-4, Math.Min(4, depth + change));
}
