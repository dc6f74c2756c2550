using System.Collections.Generic;
using IrqSafety.Cli.Findings;
using IrqSafety.Cli.Simulation;

namespace IrqSafety.Cli.Building;

/// <summary>A project after its build.</summary>
/// <param name="Path">Full path of the project file.</param>
/// <param name="Name">Its name, unique among the projects built together.</param>
internal sealed record BuiltProject(string Path, string Name)
{
    /// <summary>True when the IrqSafety analyzers took part in its compile.</summary>
    public bool Analyzed { get; init; }

    /// <summary>What they reported.</summary>
    public IReadOnlyList<StaticFinding> Findings { get; init; } = [];

    /// <summary>The assembly with its scenarios and how to start a worker on it; null when it does not reference the simulator.</summary>
    public SimulatedProgram? Program { get; init; }
}
