using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace IrqSafety.Cli.Building;

/// <summary>Builds projects and says what came of it.</summary>
internal interface IProjectBuilder
{
    /// <summary>Builds the selected projects, each once, unoptimised.</summary>
    /// <param name="projects">Full paths.</param>
    /// <param name="analyze">Whether the analyzers run; without them there are no findings.</param>
    /// <param name="cancellation">Ends the build.</param>
    /// <exception cref="UserErrorException">A project does not build.</exception>
    Task<IReadOnlyList<BuiltProject>> BuildAsync(IReadOnlyList<string> projects, bool analyze, CancellationToken cancellation);
}
