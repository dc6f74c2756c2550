using IrqSafety.Cli.Findings;
using IrqSafety.Rules;
using IrqSafety.Simulator;

namespace IrqSafety.Cli.Verdicts;

/// <summary>What the search says of a finding.</summary>
internal enum Verdict
{
    /// <summary>A schedule shows it.</summary>
    Confirmed,

    /// <summary>Its site was reached, and within the bound no schedule shows it.</summary>
    NotReproduced,

    /// <summary>No scenario reaches its site, or the law has no run-time check.</summary>
    NotCovered,

    /// <summary>It needs an effect that the memory model in use does not have.</summary>
    NotModelled,
}

/// <summary>A finding with its verdict.</summary>
/// <param name="Finding">The finding.</param>
/// <param name="Verdict">The verdict; null when nothing was run.</param>
/// <param name="Evidence">The strongest evidence; <see cref="Rules.Evidence.None"/> unless confirmed.</param>
/// <param name="Violation">The violation that gives it.</param>
/// <param name="Bound">What was explored without it, or why nothing could be.</param>
internal sealed record SettledFinding(StaticFinding Finding, Verdict? Verdict, Evidence Evidence, ViolationMessage? Violation, string? Bound);

/// <summary>A violation, and whether the analyzer predicted it.</summary>
/// <param name="Project">Name of the project.</param>
/// <param name="Violation">The violation.</param>
/// <param name="Predicted">True when a finding matches it; null when the analyzers were not asked.</param>
internal sealed record JudgedViolation(string Project, ViolationMessage Violation, bool? Predicted);
