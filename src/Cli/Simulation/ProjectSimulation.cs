using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using IrqSafety.Cli.Building;
using IrqSafety.Cli.Printing;
using IrqSafety.Cli.Verdicts;
using IrqSafety.Simulator;

namespace IrqSafety.Cli.Simulation;

/// <summary>A scenario whose search ended before its end.</summary>
/// <param name="Scenario">The scenario.</param>
/// <param name="Reason">Why.</param>
internal sealed record AbortedScenario(string Scenario, string Reason);

/// <summary>What the scenarios of one project showed.</summary>
/// <param name="Project">Name of the project.</param>
internal sealed record SimulationResult(string Project)
{
    /// <summary>What went wrong in them.</summary>
    public IReadOnlyList<ViolationMessage> Violations { get; init; } = [];

    /// <summary>What was explored.</summary>
    public IReadOnlyList<ExplorationMessage> Explorations { get; init; } = [];

    /// <summary>The searches that were not finished.</summary>
    public IReadOnlyList<AbortedScenario> Aborted { get; init; } = [];
}

/// <summary>Explores the scenarios of one project, each in processes of its own: one that dies costs its scenario only.</summary>
internal sealed class ProjectSimulation(SimulationSettings settings, ReplayStore replays, LiveProgress progress)
{
    /// <summary>Explores.</summary>
    /// <param name="project">The project.</param>
    /// <param name="existing">Names of its scenarios.</param>
    /// <param name="targets">The findings to confirm first.</param>
    /// <param name="cancellation">Ends the search; what is known by then is returned.</param>
    /// <exception cref="UserErrorException">The project cannot be simulated, or its schedules cannot be written.</exception>
    public async Task<SimulationResult> RunAsync(BuiltProject project, IReadOnlyList<string> existing, IReadOnlyList<FindingTarget> targets, CancellationToken cancellation)
    {
        if (project.Program is not { } program)
        {
            return new SimulationResult(project.Name);
        }

        Search[] wanted = [.. Selected(existing).SelectMany(_ => settings.Profiles, (scenario, profile) => new Search(scenario, profile))];
        int parts = Math.Max(1, settings.Workers / Math.Max(1, wanted.Length));
        Search[] searches = [.. wanted.SelectMany(_ => Enumerable.Range(0, parts), (search, part) => search with { Part = part })];
        var runs = new WorkerRun[searches.Length];
        DirectoryInfo scratch = Directory.CreateTempSubdirectory("irqsafety-replay-");
        try
        {
            var parallel = new ParallelOptions { MaxDegreeOfParallelism = settings.Workers };
            await Parallel.ForAsync(0, searches.Length, parallel, async (i, _) =>
            {
                string output = scratch.CreateSubdirectory(i.ToString()).FullName;
                WorkerRequest request = settings.Explore(program.Assembly, searches[i].Scenario, searches[i].Profile, targets, output, searches[i].Part, parts);
                runs[i] = cancellation.IsCancellationRequested
                    ? new WorkerRun([], "cancelled")
                    : await WorkerRun.StartAsync(program, request, message => progress.Show(project.Name, searches[i].Part, message), cancellation);
            });
            SimulationResult result = await FreshRuns.ConfirmAsync(program, Collect(project, searches, runs, parts), cancellation);
            return replays.Keep(project, result);
        }
        finally
        {
            progress.Clear();
            scratch.Delete(recursive: true);
        }
    }

    /// <summary>Names of the scenarios of a project.</summary>
    /// <exception cref="UserErrorException">They cannot be listed.</exception>
    public static async Task<IReadOnlyList<string>> ListAsync(BuiltProject project, CancellationToken cancellation)
    {
        if (project.Program is not { } program)
        {
            return [];
        }

        WorkerRun run = await WorkerRun.StartAsync(program, new WorkerRequest { Mode = "list", Assembly = program.Assembly }, _ => { }, cancellation);
        cancellation.ThrowIfCancellationRequested();
        if ((run.Errors.FirstOrDefault()?.Message ?? run.Death) is { } reason)
        {
            throw new UserErrorException(
                $"the scenarios of '{Path.GetFileName(program.Assembly)}' cannot be listed: {reason}",
                "A scenario is a public class marked [Scenario] with a constructor without parameters and a method Build(MachineBuilder).");
        }

        return [.. run.Messages.OfType<ScenarioMessage>().Select(scenario => scenario.Name).Order(StringComparer.Ordinal)];
    }

    private IReadOnlyList<string> Selected(IReadOnlyList<string> existing) =>
        settings.Scenarios.Count == 0 ? existing : [.. existing.Where(name => settings.Scenarios.Contains(name, StringComparer.OrdinalIgnoreCase))];

    private SimulationResult Collect(BuiltProject project, Search[] searches, WorkerRun[] runs, int parts)
    {
        var aborted = new List<AbortedScenario>();
        for (int i = 0; i < runs.Length; i++)
        {
            if (runs[i].Errors.FirstOrDefault() is { Kind: "checkpoint" } unusable)
            {
                throw new UserErrorException(unusable.Message, "See 'irqsafety simulate --help' for --checkpoint.");
            }

            if (runs[i].Errors.FirstOrDefault() is { Kind: "bad-arguments" } refused)
            {
                throw new UserErrorException(refused.Message, "See 'irqsafety simulate --help'.");
            }

            if ((runs[i].Errors.FirstOrDefault()?.Message ?? runs[i].Death) is { } reason)
            {
                aborted.Add(new AbortedScenario(searches[i].ToString(), reason));
            }
        }

        return new SimulationResult(project.Name)
        {
            Explorations = [.. runs.Chunk(parts).Select(OfOneSearch).OfType<ExplorationMessage>()],
            Violations = [.. runs.Chunk(parts).SelectMany(FoundByOneSearch)],
            Aborted = [.. aborted.Distinct()],
        };
    }

    // What the parts of a search explored, as one. A part that died leaves the search without its end.
    private static ExplorationMessage? OfOneSearch(WorkerRun[] parts)
    {
        ExplorationMessage[] explored = [.. parts.SelectMany(run => run.Messages.OfType<ExplorationMessage>())];
        if (explored.Length == 0)
        {
            return null;
        }

        bool exhaustive = explored.Length == parts.Length && explored.All(part => part.Exhaustive);
        ExplorationMessage first = explored.FirstOrDefault(part => part.Exhaustive == exhaustive) ?? explored[0];
        MissBound? miss = explored.All(part => part.Miss is not null) ? explored.Select(part => part.Miss!).Aggregate((one, other) => one.With(other)) : null;
        return first with
        {
            Exhaustive = exhaustive,
            Executions = explored.Sum(part => part.Executions),
            Milliseconds = explored.Max(part => part.Milliseconds),
            Miss = miss,
            MissBound = miss?.ToString() ?? MissBound.None,
            Reached = [.. explored.SelectMany(part => part.Reached).Distinct().Order(StringComparer.Ordinal)],
        };
    }

    private static IEnumerable<ViolationMessage> FoundByOneSearch(WorkerRun[] parts) => parts
        .SelectMany(run => run.Messages.OfType<ViolationMessage>())
        .GroupBy(violation => (violation.Law, violation.Site, violation.Condition))
        .Select(same => same.OrderByDescending(violation => EvidenceNames.Parse(violation.Evidence)).First());

    /// <summary>One scenario on one profile, or one part of its search.</summary>
    private sealed record Search(string Scenario, string? Profile, int Part = 0)
    {
        public override string ToString() => Profile is null ? Scenario : $"{Scenario} on {Profile}";
    }
}
