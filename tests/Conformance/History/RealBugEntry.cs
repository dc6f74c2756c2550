using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace IrqSafety.Conformance.Tests.History;

/// <summary>An entry of the catalogue of real bugs.</summary>
/// <param name="Id">Its number. Letters are subsystems: B the arm64 entry code and the interrupt core, S SDEI, G firmware errors (GHES), N what NMIs call, Q interrupt controllers, K KVM, X Xen.</param>
/// <param name="Laws">What it breaks, in the words of the catalogue.</param>
/// <param name="Commit">Project and commit, or the thread.</param>
/// <param name="Subject">What the fix calls itself.</param>
/// <param name="Wrong">What went wrong.</param>
/// <param name="Pair">The name of its <see cref="RealBug"/>; empty when it has none.</param>
/// <param name="Missing">Why it has none; empty when it has one.</param>
public sealed record RealBugEntry(string Id, string Laws, string Commit, string Subject, string Wrong, string Pair, string Missing)
{
    /// <summary>Every entry, in the order of the catalogue.</summary>
    public static IReadOnlyList<RealBugEntry> All { get; } =
    [
        .. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Data", "real-bugs.tsv"))
            .Skip(1)
            .Select(line => line.Split('\t'))
            .Select(fields => new RealBugEntry(fields[0], fields[1], fields[2], fields[3], fields[4], fields[5], fields[6])),
    ];
}
