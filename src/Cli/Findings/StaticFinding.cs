using System.Collections.Generic;
using System.Linq;
using IrqSafety.Rules;

namespace IrqSafety.Cli.Findings;

/// <summary>A place in a source file.</summary>
/// <param name="File">Full path.</param>
/// <param name="Line">Line, from 1.</param>
/// <param name="Column">Column, from 1.</param>
internal readonly record struct Place(string File, int Line, int Column);

/// <summary>One step of the path that leads to a finding.</summary>
/// <param name="Text">What happens there.</param>
/// <param name="Place">Where, if the compiler said.</param>
internal sealed record PathStep(string Text, Place? Place);

/// <summary>One diagnostic of the analyzers, as the compiler's log has it.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Law">The law it reports.</param>
/// <param name="Fingerprint">The key that survives edits elsewhere.</param>
/// <param name="Site">The operation, in the terms the simulator uses; null for what is no operation, for example a declaration.</param>
/// <param name="Project">Name of the project.</param>
/// <param name="Place">Where.</param>
/// <param name="Message">What is wrong and what to do.</param>
/// <param name="Path">The path that leads there.</param>
internal sealed record StaticFinding(
    Rule Rule,
    Law Law,
    string Fingerprint,
    Site? Site,
    string Project,
    Place Place,
    string Message,
    IReadOnlyList<PathStep> Path)
{
    /// <summary>The other sites of a defect that has more than one end.</summary>
    public IReadOnlyList<Site> Ends { get; init; } = [];

    /// <summary>Every site at which a run may show it, its own first.</summary>
    public IEnumerable<string> Sites => (Site is null ? Ends : [Site, .. Ends]).Select(site => site.ToString());

    /// <summary>Documentation IDs of what is called on the way without anything being known of it.</summary>
    public IReadOnlyList<string> UnknownCallees { get; init; } = [];
}
