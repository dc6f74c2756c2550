using System.Collections.Generic;
using IrqSafety.Cli.Findings;
using IrqSafety.Rules;
using IrqSafety.Simulator;

namespace IrqSafety.Cli.Tests;

/// <summary>Findings and messages with everything filled in that a test does not care about.</summary>
internal static class Some
{
    public static readonly Site Site = new("M:Debug.Ipi.Backtrace", "M:IrqSafety.Runtime.SpinLock.Acquire", 0);

    public static readonly Site OtherSite = new("M:Debug.Ipi.Setup", "M:IrqSafety.Runtime.SpinLock.Acquire", 0);

    public static StaticFinding Finding(string rule, Site? site, string file = "/src/Ipi.cs", int line = 12, Law? law = null) => new(
        Catalogue.Rule(rule),
        law ?? Catalogue.Law(Catalogue.Rule(rule).Law),
        site is null ? "0" : Fingerprint.Of(Catalogue.Rule(rule).Law, site),
        site,
        "Ipi",
        new Place(file, line, 9),
        "message of the finding",
        [new PathStep("Handle calls Backtrace", new Place(file, line - 4, 13))]);

    public static ViolationMessage Violation(string law, Site? site, string evidence, string scenario = "Backtrace", string? replay = null) => new()
    {
        Law = law,
        Scenario = scenario,
        Evidence = evidence,
        Site = site?.ToString(),
        Message = "message of the violation",
        Detail = ["cpu0 holds the console lock", "the NMI waits for it"],
        Replay = replay,
        Profile = "gicv3-pnmi",
        Source = "/src/Ipi.cs:12",
    };

    public static ExplorationMessage Exploration(string scenario, bool exhaustive = true, params IReadOnlyList<string> reached) => new()
    {
        Scenario = scenario,
        Strategy = "exhaustive",
        Executions = 42,
        Exhaustive = exhaustive,
        Bound = "2 CPUs, 2 switches, 1 arrival per source",
        MissBound = "no bound",
        Milliseconds = 1500,
        Profile = "gicv3-pnmi",
        Reached = reached,
    };
}
