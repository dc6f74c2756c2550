using System;
using System.Collections.Generic;
using System.Linq;
using IrqSafety.Cli.Findings;
using IrqSafety.Cli.Simulation;
using IrqSafety.Rules;
using IrqSafety.Simulator;

namespace IrqSafety.Cli.Verdicts;

/// <summary>Settles the findings of one project with what its scenarios showed. Findings and violations meet at the law and the site.</summary>
/// <param name="result">What the scenarios showed.</param>
/// <param name="memory">The memory model in use: <c>sc</c> or <c>arm</c>.</param>
internal sealed class Settlement(SimulationResult result, string memory)
{
    private const string HarmPrefix = "harm.";

    /// <summary>The verdict on a finding.</summary>
    public SettledFinding Settle(StaticFinding finding)
    {
        ViolationMessage? best = result.Violations
            .Where(violation => Match(finding, violation))
            .OrderByDescending(violation => EvidenceNames.Parse(violation.Evidence))
            .FirstOrDefault();
        if (best is not null)
        {
            return new SettledFinding(finding, Verdict.Confirmed, EvidenceNames.Parse(best.Evidence), best, null);
        }

        if (finding.Law.Shown == Shown.None)
        {
            return Open(Verdict.NotCovered, "the law has no run-time check");
        }

        if (finding.Law.Needs == Reordering.NotModelled || (finding.Law.Needs == Reordering.LateEffect && memory == "sc"))
        {
            return Open(Verdict.NotModelled, finding.Law.Needs == Reordering.LateEffect ? "shown only with --memory arm" : "no memory model of the simulator has it");
        }

        ExplorationMessage[] reaching = [.. result.Explorations.Where(exploration => finding.Sites.Any(exploration.Reached.Contains))];
        return reaching.Length == 0
            ? Open(Verdict.NotCovered, result.Explorations.Count == 0 ? "no scenario ran" : "no scenario reaches it")
            : Open(Verdict.NotReproduced, string.Join("; ", reaching.Select(Explored).Distinct()));

        SettledFinding Open(Verdict verdict, string bound) => new(finding, verdict, Evidence.None, null, bound);
    }

    /// <summary>The violations, each with whether one of the findings predicted it.</summary>
    public IEnumerable<JudgedViolation> Judge(IReadOnlyList<StaticFinding> findings) =>
        result.Violations.Select(violation => new JudgedViolation(result.Project, violation, findings.Any(finding => Match(finding, violation))));

    /// <summary>
    /// True when the violation is the finding's. Harm that breaks no law itself (a deadlock) shows a law whose breach can do harm, and any
    /// breach shows a promise that is kept or broken only by the operations under it; both at the same site. A defect with more than one end shows
    /// at any of them, and a ring of lock classes is one defect wherever in the program it closes.
    /// </summary>
    public static bool Match(StaticFinding finding, ViolationMessage violation)
    {
        if (IsSameRing(finding, violation))
        {
            return true;
        }

        if (violation.Site is not { } site || !finding.Sites.Contains(site))
        {
            return false;
        }

        bool harm = violation.Law.StartsWith(HarmPrefix, StringComparison.Ordinal) && finding.Law.Strongest == Evidence.Harm;
        return violation.Law == finding.Law.Id || harm || finding.Law.Shown == Shown.ThroughOperation;
    }

    // The fingerprint of a ring is made of the law, the place where the analyzer reports it, and the classes.
    private static bool IsSameRing(StaticFinding finding, ViolationMessage violation) =>
        violation.Subjects.Count > 0
        && violation.Law == finding.Law.Id
        && finding.Site is { } site
        && Fingerprint.Of(violation.Law, site, violation.Subjects) == finding.Fingerprint;

    private static string Explored(ExplorationMessage exploration) =>
        $"{exploration.Bound}{(exploration.Exhaustive ? ", exhaustive" : $", {exploration.Executions} executions, not exhaustive")}";
}
