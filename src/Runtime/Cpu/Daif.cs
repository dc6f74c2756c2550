using System;
using System.Linq;
using IrqSafety.Contracts;

namespace IrqSafety.Runtime;

/// <summary>PSTATE.DAIF as the DAIF register shows it (bits 9 to 6).</summary>
/// <param name="Value">The bits at their place.</param>
public readonly record struct Daif([FlagWord(FlagKind.Daif)] [property: FlagWord(FlagKind.Daif)] uint Value)
{
    private const uint BitD = 1 << 9;
    private const uint BitA = 1 << 8;
    private const uint BitI = 1 << 7;
    private const uint BitF = 1 << 6;
    private const int LowestBit = 6;
    private static readonly string[] s_texts = [.. Enumerable.Range(0, 16).Select(bits => Text(new Daif((uint)bits << LowestBit)))];

    /// <summary>Nothing masked (<c>DAIF_PROCCTX</c>).</summary>
    public static Daif Process => default;

    /// <summary>I and F (<c>DAIF_PROCCTX_NOIRQ</c>).</summary>
    public static Daif ProcessNoIrq => new(BitI | BitF);

    /// <summary>A, I and F (<c>DAIF_ERRCTX</c>).</summary>
    public static Daif Error => new(BitA | BitI | BitF);

    /// <summary>Everything (<c>DAIF_MASK</c>).</summary>
    public static Daif All => new(BitD | BitA | BitI | BitF);

    /// <summary>What a write of this word to the DAIF register sets: the other bits are reserved.</summary>
    public static Daif FromWord([FlagWord(FlagKind.Daif)] uint word) => new(word & All.Value);

    /// <summary>Debug exceptions masked.</summary>
    public bool D => (Value & BitD) != 0;

    /// <summary>SError masked.</summary>
    public bool A => (Value & BitA) != 0;

    /// <summary>IRQ masked.</summary>
    public bool I => (Value & BitI) != 0;

    /// <summary>FIQ masked.</summary>
    public bool F => (Value & BitF) != 0;

    /// <summary>Bits set in either.</summary>
    public static Daif operator |(Daif left, Daif right) => new(left.Value | right.Value);

    /// <summary>With I and F clear.</summary>
    public Daif WithoutIrq() => new(Value & ~(BitI | BitF));

    /// <inheritdoc/>
    public override string ToString() => s_texts[(Value >> LowestBit) & 15];

    private static string Text(Daif daif) => $"{(daif.D ? 'D' : 'd')}{(daif.A ? 'A' : 'a')}{(daif.I ? 'I' : 'i')}{(daif.F ? 'F' : 'f')}";
}
