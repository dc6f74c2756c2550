using System.Collections.Generic;
using System.Linq;
using IrqSafety.Cli.Verdicts;
using IrqSafety.Rules;
using IrqSafety.Simulator;

namespace IrqSafety.Cli.Printing;

/// <summary>The last line of a text report: the counts.</summary>
internal static class Summary
{
    /// <summary>The counts of a report, the kinds of evidence apart.</summary>
    public static string Of(Report report)
    {
        var parts = new List<string>();
        SettledFinding[] findings = [.. report.Findings];
        if (report.Static)
        {
            parts.Add(Count(findings.Length, "finding") + (report.Settings is null || findings.Length == 0 ? "" : ": " + Verdicts(findings)));
        }

        if (report.Settings is not null)
        {
            JudgedViolation[] violations = [.. report.Violations];
            parts.Add(report.Static
                ? $"{Count(violations.Count(violation => violation.Predicted != true), "violation")} not predicted"
                : Count(violations.Length, "violation") + (violations.Length == 0 ? "" : $" ({Evidences(violations.Select(violation => EvidenceNames.Parse(violation.Violation.Evidence)))})"));
            ExplorationMessage[] runs = [.. report.Explorations];
            parts.Add($"{Count(runs.Length, "scenario")}, {runs.Count(run => run.Exhaustive)} exhaustive within the bound");
        }

        int aborted = report.Aborted.Count();
        if (aborted > 0)
        {
            parts.Add($"{Count(aborted, "scenario")} not finished");
        }

        return string.Join("; ", parts) + ".";
    }

    private static string Verdicts(SettledFinding[] findings)
    {
        SettledFinding[] confirmed = [.. findings.Where(finding => finding.Verdict == Verdict.Confirmed)];
        return $"{confirmed.Length} confirmed ({Evidences(confirmed.Select(finding => finding.Evidence))}), "
            + $"{Of(Verdict.NotReproduced)} not reproduced, {Of(Verdict.NotCovered)} not covered, {Of(Verdict.NotModelled)} not modelled";

        int Of(Verdict verdict) => findings.Count(finding => finding.Verdict == verdict);
    }

    private static string Evidences(IEnumerable<Evidence> evidence)
    {
        Evidence[] all = [.. evidence];
        return $"{all.Count(one => one == Evidence.Harm)} harm, {all.Count(one => one == Evidence.Breach)} breach, {all.Count(one => one == Evidence.Predicted)} predicted";
    }

    private static string Count(int number, string what) => $"{number} {what}{(number == 1 ? "" : "s")}";
}
