using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;

namespace IrqSafety.Conformance.Tests;

/// <summary>One row of <c>pmr-states.tsv</c>; the meaning of its columns stands in the README beside the data.</summary>
public sealed record PmrStateRow(
    string Id, string State, MaskState Before, string Operation, string Argument, MaskView After, uint? Returns, string Legal, string Note)
{
    public const string Oracle = "pmr-states";

    private static readonly Lazy<IReadOnlyList<PmrStateRow>> Rows = new(() =>
        [.. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Data", "pmr-states.tsv")).Skip(1).Select(Parse)]);

    public static IReadOnlyList<PmrStateRow> All => Rows.Value;

    public override string ToString() => $"{Id} {State} {Operation} {Argument}";

    private static PmrStateRow Parse(string line)
    {
        string[] cell = line.Split('\t');
        return new PmrStateRow(
            cell[0],
            cell[1],
            new MaskState((byte)Hex(cell[2]), cell[3]),
            cell[4],
            cell[5],
            new MaskView(new MaskState((byte)Hex(cell[7]), cell[8]), IrqsDisabled: cell[10], Irq: cell[11], PseudoNmi: cell[12], SError: cell[13], Sdei: cell[14], WfiWakesOn: cell[15]),
            cell[9] == "-" ? null : Hex(cell[9]),
            cell[16],
            cell[17]);
    }

    private static uint Hex(string word) => uint.Parse(word.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}

/// <summary>The two mask registers, in the notation of the table.</summary>
public sealed record MaskState(byte Pmr, string Daif);

/// <summary>A mask state and everything that follows from it, in the words of the table.</summary>
public sealed record MaskView(MaskState State, string IrqsDisabled, string Irq, string PseudoNmi, string SError, string Sdei, string WfiWakesOn);
