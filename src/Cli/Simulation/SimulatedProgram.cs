using System.Collections.Generic;
using System.IO;
using IrqSafety.Cli.Processes;

namespace IrqSafety.Cli.Simulation;

/// <summary>An assembly with scenarios, and what is needed to run it.</summary>
/// <param name="Assembly">Full path of the assembly.</param>
/// <param name="Simulator">The simulator in the program's own closure; its version runs, not this tool's.</param>
internal sealed record SimulatedProgram(string Assembly, string Simulator)
{
    /// <summary>The program's dependencies; null when the build wrote none.</summary>
    public string? DepsFile { get; init; }

    /// <summary>A runtime configuration that suits it; null for the simulator's own.</summary>
    public string? RuntimeConfig { get; init; }

    /// <summary>Where dependencies that were not copied are found.</summary>
    public string? PackageFolder { get; init; }

    /// <summary>What to start instead of <c>dotnet exec</c>; the path of the request follows its arguments.</summary>
    public ChildCommand? Custom { get; init; }

    /// <summary>The command that runs a worker on a request.</summary>
    public ChildCommand Worker(string request)
    {
        if (Custom is not null)
        {
            return Custom with { Arguments = [.. Custom.Arguments, request] };
        }

        var arguments = new List<string> { "exec" };
        AddOption("--runtimeconfig", RuntimeConfig);
        AddOption("--depsfile", DepsFile);
        AddOption("--additionalprobingpath", PackageFolder);
        arguments.AddRange([Simulator, "worker", request]);
        return new ChildCommand(DotnetHost.Path, arguments) { Directory = Path.GetDirectoryName(Assembly), Environment = Jit, HoldsInput = true };

        void AddOption(string name, string? value)
        {
            if (value is not null)
            {
                arguments.AddRange([name, value]);
            }
        }
    }

    /// <summary>
    /// One compile of each method, and unoptimised: call sites on the stack are then exactly those of the source, and a search of many short
    /// executions does not stop to compile methods again.
    /// </summary>
    private static Dictionary<string, string?> Jit { get; } = new()
    {
        ["DOTNET_JITMinOpts"] = "1",
        ["DOTNET_ReadyToRun"] = "0",
        ["DOTNET_TieredCompilation"] = "0",
        ["DOTNET_TieredPGO"] = "0",
    };
}
