using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using IrqSafety.Cli.Building;
using IrqSafety.Cli.Printing;

namespace IrqSafety.Cli.Verbs;

/// <summary>Builds for a verb, and refuses what the verb could only be silent about.</summary>
internal static class Built
{
    /// <summary>Builds projects to be analyzed.</summary>
    /// <exception cref="UserErrorException">None of them uses the analyzers: finding nothing would say nothing.</exception>
    public static async Task<BuiltProject[]> AnalyzedAsync(IProjectBuilder builder, IReadOnlyList<string> projects, LiveProgress progress, CancellationToken cancellation)
    {
        BuiltProject[] built = await BuildAsync(builder, projects, analyze: true, progress, cancellation);
        return built.Any(project => project.Analyzed)
            ? [.. built.Where(project => project.Analyzed || project.Program is not null)]
            : throw new UserErrorException(
                $"{Names(projects)} does not use the IrqSafety analyzers.",
                "Add the IrqSafety package to the project, or import build/IrqSafety.InRepo.targets in this repository.");
    }

    /// <summary>Builds projects to be run.</summary>
    /// <exception cref="UserErrorException">None of them references the simulator.</exception>
    public static async Task<BuiltProject[]> RunnableAsync(IProjectBuilder builder, IReadOnlyList<string> projects, LiveProgress progress, CancellationToken cancellation)
    {
        BuiltProject[] built = [.. (await BuildAsync(builder, projects, analyze: false, progress, cancellation)).Where(project => project.Program is not null)];
        return built.Length > 0
            ? built
            : throw new UserErrorException($"{Names(projects)} does not reference IrqSafety.Simulator.", "Reference it and add a class marked [Scenario].");
    }

    private static async Task<BuiltProject[]> BuildAsync(IProjectBuilder builder, IReadOnlyList<string> projects, bool analyze, LiveProgress progress, CancellationToken cancellation)
    {
        progress.Show(projects.Count == 1 ? $"building {Path.GetFileName(projects[0])}" : $"building {projects.Count} projects");
        try
        {
            return [.. await builder.BuildAsync(projects, analyze, cancellation)];
        }
        finally
        {
            progress.Clear();
        }
    }

    private static string Names(IReadOnlyList<string> projects) => string.Join(", ", projects.Select(Path.GetFileName));
}
