using System;
using System.Collections.Generic;
using System.Linq;
using IrqSafety.Runtime;

namespace IrqSafety.Simulator;

/// <summary>Executes a recorded schedule and says whether the same thing happens.</summary>
internal static class Replayer
{
    /// <summary>Replays the file against these scenarios of a program with this hash.</summary>
    public static ReplayMessage Replay(ReplayFile file, IReadOnlyList<ScenarioType> scenarios, string programHash)
    {
        if (file.ProgramHash != programHash)
        {
            return ReplayMessage.Refused(
                "program-changed",
                $"The program has changed since the schedule was recorded ({file.ProgramHash}, now {programHash}): its steps would not mean the same. Run the search again.");
        }

        if (scenarios.FirstOrDefault(candidate => candidate.Name == file.Scenario) is not { } scenario)
        {
            return ReplayMessage.Refused("unreadable", $"There is no scenario '{file.Scenario}' in {file.Assembly}. The file was edited, or belongs to another program.");
        }

        if (MachineProfile.Find(file.Profile) is not { } profile)
        {
            return ReplayMessage.Refused("unreadable", $"There is no profile '{file.Profile}'. The file was edited, or comes from another version.");
        }

        if (MemoryModels.Find(file.Memory) is not { } memory)
        {
            return ReplayMessage.Refused("unreadable", $"There is no memory model '{file.Memory}'. The file was edited, or comes from another version.");
        }

        ReplayStrategy strategy;
        try
        {
            strategy = new ReplayStrategy(file.Decisions);
        }
        catch (ArgumentException)
        {
            return ReplayMessage.Refused("unreadable", "Two decisions of the file stand at one point. The file was edited; run the search again.");
        }

        return Run(file, scenario, profile, memory, strategy);
    }

    private static ReplayMessage Run(ReplayFile file, ScenarioType scenario, MachineProfile profile, MemoryModel memory, ReplayStrategy strategy)
    {
        var options = new ExecutionOptions(int.MaxValue, file.EveryPoint, file.EarlyTimeouts, memory, CaptureSites: true, CaptureSource: true, Trace: true);
        _ = strategy.Begin();
        using var runner = new ScenarioRunner(scenario, profile);
        ExecutionResult result = runner.Run(strategy, options);
        strategy.End();
        var schedule = new ReplayedSchedule(file.Scenario, file.Profile, file.Memory, file.Law, file.Evidence, []) { Site = file.Site, Condition = file.Condition };
        if (strategy.Divergence is { } divergence)
        {
            return new ReplayMessage("diverged", $"The program did not do what was recorded. First difference: {divergence}", schedule, result.Events);
        }

        FindingTarget[] targets = file.Site is null ? [] : [new FindingTarget(file.Law, file.Site, file.Site)];
        Violation? found = new ViolationBook(targets).Read(result)
            .FirstOrDefault(violation => violation.Law == file.Law && violation.Site?.ToString() == file.Site && (file.Condition is null || violation.Condition == file.Condition));
        return found is null
            ? new ReplayMessage("diverged", $"The schedule ran to its end, but {(file.Condition is null ? file.Law : $"the {file.Condition}")} was not broken{(file.Site is null ? "" : $" at {file.Site}")}.", schedule, result.Events)
            : new ReplayMessage("reproduced", found.Message, schedule with { Detail = found.Detail }, result.Events);
    }
}
