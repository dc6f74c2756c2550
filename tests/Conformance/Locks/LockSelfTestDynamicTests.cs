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

    // What the runtime has no operation for; and a program that its model of tickets stops before the lock rules see the mistake.
    private static readonly string[] s_expected =
    [
        .. Rows("no operation of the runtime does 'ww-adjust-stamp'", "ww/api/fail-acquire"),
        .. Rows("no operation of the runtime does 'ww-set-owner'", "ww/api/normal", "ww/mismatch/object-stale-context"),
        .. Rows("no operation of the runtime does 'ww-set-ticket-class'", "ww/context/different-class"),
        .. Rows("no operation of the runtime does 'ww-set-acquired-count'", "ww/mismatch/object-unbalanced"),
        .. Rows("must report, but is silent", "ww/api/unneeded-slow", "ww/finish/lock-after-done"),
        .. Rows(
            "a wound/wait object cannot be used through a mutex inside it",
            "ww/edeadlk/normal", "ww/edeadlk/no-unlock", "ww/edeadlk/acquire-more", "ww/edeadlk/acquire-more-edeadlk", "ww/edeadlk/acquire-wrong",
            "ww/edeadlk/normal-slow", "ww/edeadlk/no-unlock-slow", "ww/edeadlk/acquire-more-slow", "ww/edeadlk/acquire-more-edeadlk-slow", "ww/edeadlk/acquire-wrong-slow"),
        .. Rows(
            "the machine does not tell a 'hardirq-not-threaded' from other handlers",
            "wait-context/hardirq-not-threaded/rcu", "wait-context/hardirq-not-threaded/raw", "wait-context/hardirq-not-threaded/spin", "wait-context/hardirq-not-threaded/mutex"),
        .. Rows("no operation of the runtime does 'read-class-name'", "special/subclass-keeps-name"),
    ];

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
        Assert.Equal(s_expected.Order(), s_disagreements.Value.Select(each => $"{each.Key}: {each.Value}").Order());
    }

    private static IEnumerable<string> Rows(string reason, params string[] ids) => ids.Select(id => $"{id}: {reason}");

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
