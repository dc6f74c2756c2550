using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;

namespace IrqSafety.Cli.Building;

/// <summary>One error of a build.</summary>
/// <param name="Code">Its code, for example <c>CS0103</c>; empty when it has none.</param>
/// <param name="Text">The line without the project.</param>
/// <param name="Project">The project it belongs to.</param>
internal sealed record BuildError(string Code, string Text, string Project);

/// <summary>Reads errors out of MSBuild's output.</summary>
internal static partial class BuildErrors
{
    /// <summary>The errors, each once, in the order of the output.</summary>
    public static IReadOnlyList<BuildError> Read(IEnumerable<string> output) =>
    [
        .. output
            .Select(line => ErrorLine().Match(line))
            .Where(match => match.Success)
            .Select(match => new BuildError(match.Groups["code"].Value, match.Groups["text"].Value.Trim(), match.Groups["project"].Value))
            .Distinct(),
    ];

    /// <summary>True when the error is a finding that the project chose to treat as an error.</summary>
    public static bool IsFinding(BuildError error) => error.Code.StartsWith("IRQ", StringComparison.Ordinal);

    // path(line,column): error CODE: message [project::framework]
    [GeneratedRegex(@"^(?<text>.*?\berror (?:(?<code>[A-Za-z]+[0-9]+)\s*)?:.*?)(?: \[(?<project>[^\[\]]+?)(?:::[^\[\]]*)?\])?$", RegexOptions.CultureInvariant)]
    private static partial Regex ErrorLine();
}
