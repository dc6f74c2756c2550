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

    /// <summary>CPU1 sends an SGI as an NMI to CPU0, which holds the lock that the handler waits for.</summary>
    public static ReplayMessage Replay(string outcome = "reproduced")
    {
        var handler = new ReplayHandler("SGI0", "pseudo-NMI");
        ReplayEvent first = new()
        {
            Number = 1,
            Kind = ReplayEventKind.Step,
            Cpu = 0,
            Task = "printer",
            Text = "RawSpinLock.Lock (console)",
            Operation = "RawSpinLock.Lock",
            Location = "console",
            Source = "/src/Ipi.cs:8",
            Pmr = 0xe0,
            Daif = "daif",
            RunningPriority = 0xff,
        };
        return new ReplayMessage(
            outcome,
            "what to know about it",
            new ReplayedSchedule("Backtrace", "gicv3-pnmi", "sc", "harm.deadlock", "harm", ["the NMI waits for the console"]),
            [
                first,
                first with { Number = 2, Kind = ReplayEventKind.Lock, Text = "holds console", Held = ["console"], MaskLevel = MaskLevel.PreemptOff },
                first with { Number = 3, Kind = ReplayEventKind.Raise, Cpu = 1, Task = "sender", Text = "SGI0 becomes pending on CPU0", Interrupt = "SGI0", TargetCpu = 0, Flows = [1] },
                first with
                {
                    Number = 4,
                    Kind = ReplayEventKind.Enter,
                    Text = "enters pseudo-NMI (SGI0)",
                    Handlers = [handler],
                    Held = ["console"],
                    Interrupt = "SGI0",
                    Flows = [1],
                    Pmr = 0xc0,
                    RunningPriority = 0x80,
                    MaskLevel = MaskLevel.AllOff,
                },
                first with
                {
                    Number = 5,
                    Kind = ReplayEventKind.Wait,
                    Text = "spins on console, held by 'printer'",
                    Handlers = [handler],
                    Held = ["console"],
                    Source = "/src/Ipi.cs:12",
                    Pmr = 0xc0,
                    RunningPriority = 0x80,
                    MaskLevel = MaskLevel.AllOff,
                },
            ]);
    }

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
