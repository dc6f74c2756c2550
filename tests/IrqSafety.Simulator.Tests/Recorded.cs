namespace IrqSafety.Simulator.Tests;

/// <summary>Replay files of what a search found, as a worker writes them.</summary>
internal static class Recorded
{
    /// <summary>The replay file of a violation of a program whose hash is <c>program</c>.</summary>
    public static ReplayFile Of(ScenarioType scenario, ExplorationOutcome outcome, Violation violation) => new()
    {
        Schema = ReplayFile.CurrentSchema,
        ToolVersion = "test",
        ProgramHash = "program",
        Assembly = "tests.dll",
        Scenario = scenario.Name,
        Profile = outcome.Summary.Profile,
        Memory = outcome.Summary.Memory,
        Seed = 1,
        Bound = outcome.Summary.Bound,
        Law = violation.Law,
        Site = violation.Site?.ToString(),
        Condition = violation.Condition,
        Evidence = "harm",
        Description = violation.Message,
        Decisions = violation.Schedule,
    };
}
