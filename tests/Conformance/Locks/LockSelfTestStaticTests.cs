using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Xunit;

namespace IrqSafety.Conformance.Tests;

/// <summary>The lock self-test as C# code, judged by the analyzers without running it.</summary>
public class LockSelfTestStaticTests
{
    // Rows that only poke the internals of a run-time validator: they overwrite a ticket's class or count, or an object's owner, or read the name of
    // a class. Source code has no such thing; they stay in the total and count as not agreed.
    private static readonly string[] s_expected =
    [
        "ww/context/different-class: no statement of the model does 'ww-set-ticket-class'",
        "ww/mismatch/object-unbalanced: no statement of the model does 'ww-set-acquired-count'",
        "ww/mismatch/object-stale-context: must report, but is silent", // only 'ww-set-owner' decides it
        "special/subclass-keeps-name: no statement of the model does 'read-class-name'",
    ];

    [Fact]
    public async Task Score()
    {
        string[] disagreements = await Disagreements(TestContext.Current.CancellationToken);
        int total = LockSelfTestRow.All.Count;
        foreach (string each in disagreements)
        {
            TestContext.Current.SendDiagnosticMessage("{0}", each);
        }

        OracleScores.Record(new OracleScore(LockSelfTestRow.Oracle, "static", total - disagreements.Length, total));
        Assert.Equal(s_expected.Order(), disagreements.Order());
    }

    private static async Task<string[]> Disagreements(CancellationToken cancellation)
    {
        var found = new System.Collections.Concurrent.ConcurrentBag<string>();
        await Parallel.ForEachAsync(LockSelfTestRow.All, cancellation, async (row, token) =>
        {
            if (await Disagreement(row, token) is { } why)
            {
                found.Add($"{row.Id}: {why}");
            }
        });
        return [.. found];
    }

    private static async Task<string?> Disagreement(LockSelfTestRow row, CancellationToken cancellation)
    {
        IReadOnlyList<Diagnostic> reports;
        try
        {
            reports = await StaticVerdict.Reports(row.Events, cancellation);
        }
        catch (NotSupportedException unsupported)
        {
            return unsupported.Message;
        }

        return (row.MustReport, reports.Count > 0) switch
        {
            (true, false) => "must report, but is silent",
            (false, true) => $"must be silent, but reports {reports[0]}",
            _ => null,
        };
    }
}
