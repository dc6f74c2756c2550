using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using IrqSafety.Cli.Building;
using IrqSafety.Cli.Simulation;
using IrqSafety.Simulator;

namespace IrqSafety.Cli.Schedules;

/// <summary>Replays recorded schedules, each in a process of its own.</summary>
internal static class ScheduleReplay
{
    /// <summary>Replays one.</summary>
    /// <param name="program">The program it belongs to.</param>
    /// <param name="file">The replay file.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="UserErrorException">The worker could not say anything about it.</exception>
    public static async Task<ScheduleRecord> RunAsync(SimulatedProgram program, string file, CancellationToken cancellation)
    {
        var request = new WorkerRequest { Mode = "replay", Assembly = program.Assembly, ReplayFile = file };
        WorkerRun run = await WorkerRun.StartAsync(program, request, _ => { }, cancellation);
        cancellation.ThrowIfCancellationRequested();
        if (run.Messages.OfType<ReplayMessage>().FirstOrDefault() is { } outcome)
        {
            return new ScheduleRecord(file, outcome);
        }

        string reason = run.Errors.FirstOrDefault()?.Message ?? run.Death ?? "the worker said nothing";
        throw new UserErrorException($"'{file}' cannot be replayed: {reason}", "Record the schedule again with 'verify'.");
    }

    /// <summary>Replays every schedule that a search of these projects recorded, in the order of the violations.</summary>
    public static async Task<IReadOnlyList<ScheduleRecord>> RunAsync(
        IReadOnlyList<BuiltProject> projects,
        IReadOnlyList<SimulationResult> results,
        CancellationToken cancellation)
    {
        var records = new List<ScheduleRecord>();
        foreach ((BuiltProject project, SimulationResult result) in projects.Zip(results))
        {
            foreach (string file in result.Violations.Select(violation => violation.Replay).OfType<string>().Distinct())
            {
                records.Add(await RunAsync(project.Program!, file, cancellation));
            }
        }

        return records;
    }
}
