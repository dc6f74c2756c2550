using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using IrqSafety.Cli.Simulation;

namespace IrqSafety.Cli.Building;

/// <summary>What a build says of its output: lines of <c>key=value</c>, written by the imported targets.</summary>
internal sealed class OutputDescription
{
    private const string SimulatorAssembly = "IrqSafety.Simulator.dll";

    private readonly ILookup<string, string> _lines;

    private OutputDescription(ILookup<string, string> lines) => _lines = lines;

    /// <summary>The program to simulate; null when the project does not reference the simulator.</summary>
    public SimulatedProgram? Program
    {
        get
        {
            string assembly = _lines["assembly"].First();
            string folder = Path.GetDirectoryName(assembly)!;
            string copied = Path.Combine(folder, SimulatorAssembly);
            string? referenced = _lines["reference"].FirstOrDefault(path => Path.GetFileName(path) == SimulatorAssembly);
            if (referenced is null)
            {
                return null;
            }

            return new SimulatedProgram(assembly, File.Exists(copied) ? copied : referenced)
            {
                DepsFile = _lines["deps"].FirstOrDefault(File.Exists),
                RuntimeConfig = _lines["runtimeconfig"].Append(Path.ChangeExtension(copied, ".runtimeconfig.json")).FirstOrDefault(File.Exists),
                PackageFolder = _lines["packages"].FirstOrDefault(Directory.Exists),
            };
        }
    }

    /// <summary>Reads a description.</summary>
    public static OutputDescription Load(string file) =>
        new(File.ReadLines(file)
            .Select(line => line.Split('=', 2))
            .Where(parts => parts is [_, { Length: > 0 }])
            .ToLookup(parts => parts[0], parts => parts[1], StringComparer.Ordinal));
}
