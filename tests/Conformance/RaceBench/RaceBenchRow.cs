using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace IrqSafety.Conformance.Tests.RaceBench;

/// <summary>What the execution contract of the benchmark is varied by. See <c>Data/README.md</c>.</summary>
public enum RaceContract
{
    /// <summary>As stated: one arrival for each source, an atomic start, the last interrupting access counts.</summary>
    Stated,

    /// <summary>Interrupts may arrive during the start.</summary>
    OpenStart,

    /// <summary>Two arrivals for each source.</summary>
    TwoArrivals,

    /// <summary>Any interrupting access counts, not only the last.</summary>
    AnyBetween,
}

/// <summary>One annotated bug or trap of <c>racebench.tsv</c>.</summary>
/// <param name="Id">Program, and number.</param>
/// <param name="IsBug">True for a bug; a trap must not be realised.</param>
/// <param name="Triple">First access, interrupting access, second access: R or W and the published line.</param>
/// <param name="Realised">Whether it is realised, under each contract.</param>
public sealed record RaceBenchRow(string Id, bool IsBug, (string First, string Between, string Second) Triple, IReadOnlyDictionary<RaceContract, bool> Realised)
{
    private static readonly Lazy<IReadOnlyList<RaceBenchRow>> Rows = new(() =>
        [.. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Data", "racebench.tsv")).Skip(1).Select(Parse)]);

    public static IReadOnlyList<RaceBenchRow> All => Rows.Value;

    public string Program => Id[..3];

    public override string ToString() => Id;

    private static RaceBenchRow Parse(string line)
    {
        string[] cells = line.Split('\t');
        var realised = new Dictionary<RaceContract, bool>();
        foreach (RaceContract contract in Enum.GetValues<RaceContract>())
        {
            realised[contract] = cells[7 + (int)contract] switch
            {
                "y" => true,
                "n" => false,
                string other => throw new InvalidDataException($"{cells[0]}: '{other}' is no verdict"),
            };
        }

        return new RaceBenchRow(cells[0], cells[1] == "bug", (cells[4], cells[5], cells[6]), realised);
    }
}
