using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Text.RegularExpressions;
using System.Threading.Tasks;
using Xunit;

namespace IrqSafety.Package.Tests;

/// <summary>What a command left behind.</summary>
internal sealed partial record CommandRun(int ExitCode, string Out, string Error)
{
    /// <summary>The warnings and errors of a build, each once, as <c>Watchdog.cs(28): IRQ0201</c>.</summary>
    public IReadOnlyList<string> Diagnostics =>
    [
        .. Diagnostic().Matches(Out)
            .Select(match => $"{match.Groups["place"].Value}{match.Groups["end"].Value}: {match.Groups["code"].Value}")
            .Distinct(),
    ];

    // /folder/Watchdog.cs(28,9): warning IRQ0201: …    or    CSC : warning CS8032: …
    [GeneratedRegex(@"^\s*(?:.*[/\\])?(?<place>[^/\\\s][^/\\]*?)(?:,\d+(?=\)))?(?<end>\))?\s?: (?:warning|error) (?<code>[A-Z]+\d+):", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Diagnostic();
}

/// <summary>Runs commands as a user would, whatever the test run left in the environment.</summary>
internal static class Command
{
    /// <summary>The <c>dotnet</c> that runs the tests.</summary>
    public static string Dotnet { get; } = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") is { Length: > 0 } host ? host : "dotnet";

    /// <summary>Runs a command to its end.</summary>
    /// <param name="directory">Where.</param>
    /// <param name="environment">What is different in its environment.</param>
    /// <param name="program">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    public static async Task<CommandRun> RunAsync(string directory, IReadOnlyDictionary<string, string> environment, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = directory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string inherited in start.Environment.Keys.Where(IsOfTheTestRun).ToArray())
        {
            start.Environment.Remove(inherited);
        }

        // Nothing of a test stays running, and messages are English.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["UseSharedCompilation"] = "false";
        start.Environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0";
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        start.Environment["DOTNET_NOLOGO"] = "1";
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        Task<string> error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        try
        {
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            return new CommandRun(process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    private static bool IsOfTheTestRun(string variable) =>
        variable.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)
        || variable.StartsWith("TESTINGPLATFORM", StringComparison.OrdinalIgnoreCase)
        || variable is "DOTNET_HOST_PATH" or "Configuration" or "Platform" or "TargetFramework" or "Version";
}
