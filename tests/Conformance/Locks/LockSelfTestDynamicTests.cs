using System;
using System.Collections.Generic;
using System.Linq;
using IrqSafety.Rules;
using Xunit;

namespace IrqSafety.Conformance.Tests;

/// <summary>The lock self-test executed on the runtime's locks, judged by the lock checker of the simulator.</summary>
public class LockSelfTestDynamicTests
{
    private static readonly Lazy<IReadOnlyDictionary<string, string>> s_disagreements = new(() =>
        LockSelfTestRow.All.Select(row => (row.Id, Why: Disagreement(row))).Where(each => each.Why is not null).ToDictionary(each => each.Id, each => each.Why!));

    [Fact]
    public void Score()
    {
        int total = LockSelfTestRow.All.Count;
        int agree = total - s_disagreements.Value.Count;
        foreach ((string id, string why) in s_disagreements.Value)
        {
            TestContext.Current.SendDiagnosticMessage("{0}: {1}", id, why);
        }

        OracleScores.Record(new OracleScore(LockSelfTestRow.Oracle, "dynamic", agree, total));
        Assert.Empty(s_disagreements.Value.Select(each => $"{each.Key}: {each.Value}"));
    }

    private static string? Disagreement(LockSelfTestRow row)
    {
        IReadOnlyList<LockReport> reports;
        try
        {
            reports = ScriptExecution.Reports(row.Events);
        }
        catch (NotSupportedException unsupported)
        {
            return unsupported.Message;
        }

        return (row.MustReport, reports.Count > 0) switch
        {
            (true, false) => "must report, but is silent",
            (false, true) => $"must be silent, but reports {reports[0].Kind}: {reports[0]}",
            _ => null,
        };
    }
}
