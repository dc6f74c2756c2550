using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;

namespace IrqSafety.Cli.Building;

/// <summary>
/// The environment a build runs in. MSBuild turns every variable into a property, and <c>dotnet run</c> leaves its own behind, so whatever
/// could change what is compiled or where it goes is removed.
/// </summary>
internal static class BuildEnvironment
{
    private static readonly string[] Properties =
    [
        "Configuration", "Platform", "TargetFramework", "RuntimeIdentifier", "OutDir", "OutputPath", "BaseOutputPath", "IntermediateOutputPath",
        "BaseIntermediateOutputPath", "AssemblyName", "ErrorLog", "RunAnalyzers", "Optimize", "DefineConstants", "CustomAfterMicrosoftCommonTargets",
    ];

    /// <summary>The changes to the inherited environment.</summary>
    public static IReadOnlyDictionary<string, string?> Changes { get; } = Scrub(Environment.GetEnvironmentVariables().Keys.Cast<string>());

    /// <summary>The changes to an environment with these variables.</summary>
    public static IReadOnlyDictionary<string, string?> Scrub(IEnumerable<string> inherited)
    {
        var changes = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (string name in inherited)
        {
            if (name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase) || Properties.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                changes[name] = null;
            }
        }

        changes["MSBUILDDISABLENODEREUSE"] = "1";
        changes["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        changes["DOTNET_NOLOGO"] = "1";
        changes["DOTNET_CLI_UI_LANGUAGE"] = "en"; // Errors are recognised by their English form.
        return changes;
    }
}
