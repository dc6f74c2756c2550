using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using IrqSafety.Cli.Building;
using IrqSafety.Cli.Printing;
using IrqSafety.Cli.Simulation;
using IrqSafety.Simulator;

namespace IrqSafety.Cli.Verbs;

/// <summary>Explores the scenarios of several projects for a verb.</summary>
internal static class Simulated
{
    /// <summary>Explores, one project after the other.</summary>
    /// <param name="projects">The projects.</param>
    /// <param name="targets">What to confirm first in a project.</param>
    /// <param name="settings">How.</param>
    /// <param name="target">Where replay files go.</param>
    /// <param name="progress">Receives the progress.</param>
    /// <param name="cancellation">Ends the search.</param>
    /// <exception cref="UserErrorException">A named scenario is in none of them.</exception>
    public static async Task<IReadOnlyList<SimulationResult>> RunAsync(
        IReadOnlyList<BuiltProject> projects,
        Func<BuiltProject, IReadOnlyList<FindingTarget>> targets,
        SimulationSettings settings,
        ReportTarget target,
        LiveProgress progress,
        CancellationToken cancellation)
    {
        var simulation = new ProjectSimulation(settings, new ReplayStore(target), progress);
        var existing = new List<IReadOnlyList<string>>();
        foreach (BuiltProject project in projects)
        {
            existing.Add(await ProjectSimulation.ListAsync(project, cancellation));
        }

        // Before anything is explored, and its schedules are put in the place of earlier ones.
        string[] known = [.. existing.SelectMany(names => names).Distinct().Order(StringComparer.Ordinal)];
        if (settings.Scenarios.FirstOrDefault(name => !known.Contains(name, StringComparer.OrdinalIgnoreCase)) is { } unknown)
        {
            throw new UserErrorException(
                $"there is no scenario '{unknown}'.",
                known.Length == 0 ? "The project has none." : $"There are: {string.Join(", ", known)}.");
        }

        var results = new List<SimulationResult>();
        foreach ((BuiltProject project, IReadOnlyList<string> scenarios) in projects.Zip(existing))
        {
            results.Add(await simulation.RunAsync(project, scenarios, targets(project), cancellation));
        }

        return results;
    }
}
