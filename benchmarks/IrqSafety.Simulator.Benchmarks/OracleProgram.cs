using System;
using System.Collections.Generic;
using System.Linq;
using IrqSafety.Conformance.Tests;
using IrqSafety.Conformance.Tests.RaceBench;
using IrqSafety.Conformance.Tests.Realised;

namespace IrqSafety.Simulator.Benchmarks;

/// <summary>A program whose bug is known: the interrupt-race benchmark, and rows of the lock self-test that end in a deadlock.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Prepare">A new search of it, and what shows the bug in one of its executions.</param>
internal sealed record OracleProgram(string Name, Func<(ScenarioType Scenario, Func<string>? Place, Func<ExecutionResult, bool> ShowsBug)> Prepare)
{
    private static readonly string[] s_groups = ["basic", "rw-special", "rw-cycle", "irq", "queued-read"];

    /// <summary>The programs of the interrupt-race benchmark that have a bug.</summary>
    public static IEnumerable<OracleProgram> RaceBench =>
        from id in RaceBenchRun.Programs
        where RaceBenchRow.All.Any(row => row.Program == id && row.IsBug)
        select new OracleProgram($"racebench {id}", () => Race(id));

    /// <summary>The rows of the lock self-test that must be reported.</summary>
    public static IEnumerable<OracleProgram> LockRows =>
        from row in LockSelfTestRow.All
        where row.MustReport && s_groups.Contains(row.Group)
        select new OracleProgram(row.Id, () => Row(row));

    /// <summary>Schedules within the bound, without reductions; no more than asked for are counted.</summary>
    public long CountSchedules(long most) => Explore(new ExplorationOptions { Strategy = "exhaustive", InjectEveryPoint = true, Executions = most, Time = TimeSpan.FromMinutes(2) }).Summary.Executions;

    /// <summary>Explores it.</summary>
    public ExplorationOutcome Explore(ExplorationOptions options)
    {
        (ScenarioType scenario, Func<string>? place, _) = Prepare();
        return Explorer.Explore(scenario, options with { ConfirmsViolations = false, AccessPlace = place });
    }

    /// <summary>Executions until the bug shows; the cap when it does not.</summary>
    public long FirstBug(string strategy, ulong seed, long cap)
    {
        (ScenarioType scenario, Func<string>? place, Func<ExecutionResult, bool> showsBug) = Prepare();
        long executions = 0;
        try
        {
            _ = Explorer.Explore(scenario, new ExplorationOptions
            {
                Strategy = strategy,
                Seed = seed,
                Executions = cap,
                Time = TimeSpan.FromMinutes(5),
                ConfirmsViolations = false,
                AccessPlace = place,
                OnExecution = result =>
                {
                    // Executions that a search abandons are work too.
                    executions++;
                    if (showsBug(result))
                    {
                        throw new BugFound();
                    }
                },
            });
            return cap;
        }
        catch (BugFound)
        {
            return executions;
        }
    }

    private static (ScenarioType, Func<string>?, Func<ExecutionResult, bool>) Race(string id)
    {
        RaceProgram? current = null;
        var scenario = ScenarioType.From(id, () => new RaceScenario(current = RaceBenchRun.Create(id), RaceContract.Stated));
        HashSet<(string, string, string)> bugs = [.. RaceBenchRow.All.Where(row => row.Program == id && row.IsBug).Select(row => row.Triple)];
        return (scenario, () => current!.Line, result => AccessTriple.In(result.Accesses).Any(triple => bugs.Contains(RaceBenchRun.Name(triple))));
    }

    private static (ScenarioType, Func<string>?, Func<ExecutionResult, bool>) Row(LockSelfTestRow row)
    {
        IReadOnlyList<RowBlock> blocks = RowBlock.Of(row);
        return (ScenarioType.From(row.Id, () => new RowScenario(blocks)), null, static result => result.Harm?.Kind == Harms.Deadlock);
    }

    private sealed class BugFound : Exception;
}
