using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Xunit;

namespace IrqSafety.Conformance.Tests;

/// <summary>
/// Rows with one change, which nobody has written a verdict for: what enumeration says of them is what the analyzers must say. First, enumeration
/// itself must say of the rows as they are what the self-test says.
/// </summary>
public class MutatedRowsTests
{
    // Enough to have every change of every group many times over, and few enough to be compiled in seconds.
    private const int Judged = 400;

    [Fact]
    public void Enumeration_agrees_with_the_rows_it_covers()
    {
        LockSelfTestRow[] covered = [.. LockSelfTestRow.All.Where(row => Enumerated(row.Events) is not null)];
        string[] disagreements = [.. covered.Where(row => Enumerated(row.Events) != row.MustReport).Select(row => row.Id)];
        OracleScores.Record(new OracleScore(LockSelfTestRow.Oracle, "enumeration", covered.Length - disagreements.Length, covered.Length));
        Assert.Empty(disagreements);
        Assert.Equal(355, covered.Length);
    }

    [Fact]
    public async Task Analyzers_agree_with_enumeration()
    {
        (string Name, MutatedScript Script)[] mutated = [.. Sample()];
        var disagreements = new ConcurrentBag<string>();
        await Parallel.ForEachAsync(mutated, TestContext.Current.CancellationToken, async (each, cancellation) =>
        {
            bool expected = Enumerated(each.Script.Events)!.Value;
            IReadOnlyList<Diagnostic> reports = await StaticVerdict.Reports(each.Script.Events, cancellation);
            if (reports.Count > 0 != expected)
            {
                disagreements.Add($"{each.Name}: {(expected ? "must report" : $"must be silent, but reports {reports[0]}")}");
            }
        });
        OracleScores.Record(new OracleScore("lock-selftest-mutated", "static", mutated.Length - disagreements.Count, mutated.Length));
        Assert.Equal("", string.Join("\n", disagreements.Order()));
    }

    [Fact]
    public void About_as_many_mutated_rows_must_report_as_must_not()
    {
        int report = Sample().Count(each => Enumerated(each.Script.Events) == true);
        Assert.InRange(report, Judged / 4, Judged * 3 / 4);
    }

    // Every so-manieth of all, in the order of the rows, so that each run judges the same.
    private static IEnumerable<(string Name, MutatedScript Script)> Sample()
    {
        var all = (from row in LockSelfTestRow.All
                   where Enumerated(row.Events) is not null
                   from mutated in ScriptMutations.Of(row.Events)
                   where Enumerated(mutated.Events) is not null
                   select (Name: $"{row.Id}, {mutated.Change}", mutated))
            .DistinctBy(each => string.Join("\n", each.mutated.Events)).ToList();
        return Enumerable.Range(0, Judged).Select(index => all[(int)((long)index * all.Count / Judged)]);
    }

    private static bool? Enumerated(IReadOnlyList<System.Text.Json.JsonElement> script)
    {
        try
        {
            return BruteForceValidator.Judge(script) is not null;
        }
        catch (NotSupportedException)
        {
            return null;
        }
    }
}
