using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using IrqSafety.Simulator;

namespace IrqSafety.Cli.Simulation;

/// <summary>Runs every failing schedule again in a process that has run nothing before: what only the search’s own process does is not the program’s.</summary>
internal static class FreshRuns
{
    /// <summary>The result without the violations that do not come again; those are reported as non-determinism of the program.</summary>
    public static async Task<SimulationResult> ConfirmAsync(SimulatedProgram program, SimulationResult result, CancellationToken cancellation)
    {
        ViolationMessage[] recorded = [.. result.Violations.Where(violation => violation.Replay is not null)];
        if (recorded.Length == 0 || cancellation.IsCancellationRequested)
        {
            return result;
        }

        var request = new WorkerRequest { Mode = "confirm", Assembly = program.Assembly, ReplayFiles = [.. recorded.Select(violation => violation.Replay!)] };
        WorkerRun run = await WorkerRun.StartAsync(program, request, _ => { }, cancellation);
        ReplayMessage[] outcomes = [.. run.Messages.OfType<ReplayMessage>()];
        var different = new HashSet<ViolationMessage>();
        var reports = new List<AbortedScenario>();
        for (int i = 0; i < recorded.Length; i++)
        {
            // A program that hangs when it fails ends the process: what comes after it is not confirmed, and not refuted.
            if (i < outcomes.Length && outcomes[i].Outcome != "reproduced")
            {
                different.Add(recorded[i]);
                reports.Add(new AbortedScenario(
                    recorded[i].Scenario,
                    $"the program is not deterministic: the schedule that showed {recorded[i].Law} goes another way in a fresh process. {outcomes[i].Message} Statics, time, randomness, hash order and real threads must not decide what a scenario does."));
            }
        }

        return result with
        {
            Violations = [.. result.Violations.Where(violation => !different.Contains(violation))],
            Aborted = [.. result.Aborted, .. reports],
        };
    }
}
