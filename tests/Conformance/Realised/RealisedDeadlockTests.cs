using System;
using System.Collections.Generic;
using System.Linq;
using IrqSafety.Simulator;
using Xunit;

namespace IrqSafety.Conformance.Tests.Realised;

/// <summary>
/// The rows of the lock self-test that must be reported, run as programs: a report says that some program deadlocks, and here one does. A row is
/// realised when a schedule ends in a deadlock; the others are listed with the reason.
/// </summary>
public class RealisedDeadlockTests
{
    private const int SampledExecutions = 500;

    // Only queued-read/inversion, whose two interrupts may assert anywhere on three CPUs, needs more.
    private const int SearchedExecutions = 20_000;
    private static readonly string[] s_groups = ["basic", "rw-special", "rw-cycle", "irq", "queued-read"];

    // What a row by itself cannot run into, although it must be reported.
    private static readonly string[] s_unrealised =
    [
        .. Because("it breaks a rule about one lock, and nobody waits", "double-unlock/", "init-held/"),
        .. Because("it nests two instances of a class in one order only: who nests them the other way round is not in the row", "aa/", "read-then-write/", "write-then-read/", "read-recursion-two-instances/"),
        .. Because(
            "it only reads: readers wait for each other once a writer has come between, and the row has no writer",
            "abba/rwsem-read", "abbcca/rwsem-read", "abcabc/rwsem-read", "abbccdda/rwsem-read", "abcdbdda/rwsem-read", "abcdbcda/rwsem-read",
            "read-recursion-same-instance/", "abba-read-outer-read-inner/"),
        .. Because("its queued reader waits once a writer of that lock waits, and the row has none", "queued-read/"),
    ];

    private static IEnumerable<LockSelfTestRow> Rows => LockSelfTestRow.All.Where(row => row.MustReport && s_groups.Contains(row.Group));

    [Fact]
    public void Score()
    {
        string[] unrealised = [.. Rows.AsParallel().WithDegreeOfParallelism(2).Where(row => !Deadlocks(row)).Select(row => row.Id)];
        foreach (string each in s_unrealised)
        {
            TestContext.Current.SendDiagnosticMessage("not realised: {0}", each);
        }

        int total = Rows.Count();
        OracleScores.Record(new OracleScore("lock-selftest", "realised", total - unrealised.Length, total));
        Assert.Equal(s_unrealised.Select(each => each.Split(": ")[0]).Order(), unrealised.Order());
    }

    private static IEnumerable<string> Because(string reason, params string[] beginnings) =>
        Rows.Where(row => beginnings.Any(beginning => row.Id.StartsWith(beginning, StringComparison.Ordinal))).Select(row => $"{row.Id}: {reason}");

    // Sampling shows most deadlocks in a few executions. Where it shows none the space is searched, but for four blocks, whose space is large.
    private static bool Deadlocks(LockSelfTestRow row) =>
        Deadlocks(row, new ExplorationOptions { Strategy = "random", Executions = SampledExecutions, Time = TimeSpan.FromMinutes(2) })
        || (RowBlock.Of(row).Count < 4 && Deadlocks(row, new ExplorationOptions { Strategy = "exhaustive", Executions = SearchedExecutions }));

    private static bool Deadlocks(LockSelfTestRow row, ExplorationOptions options)
    {
        IReadOnlyList<RowBlock> blocks = RowBlock.Of(row);
        try
        {
            ExplorationOutcome outcome = Explorer.Explore(
                ScenarioType.From(row.Id, () => new RowScenario(blocks)),
                options with { ConfirmsViolations = false, OnExecution = result => StopAtDeadlock(result) });
            return outcome.NonDeterminism is { } difference ? throw new InvalidOperationException($"{row.Id}: {difference}") : false;
        }
        catch (DeadlockFound)
        {
            return true;
        }
    }

    private static void StopAtDeadlock(ExecutionResult result)
    {
        if (result.Harm?.Kind == Harms.Deadlock)
        {
            throw new DeadlockFound();
        }
    }

    private sealed class DeadlockFound : Exception;
}
