using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using IrqSafety.Cli.Building;

namespace IrqSafety.Cli.Tests;

/// <summary>A build that was already done.</summary>
internal sealed class FakeBuild(params BuiltProject[] built) : IProjectBuilder
{
    public Task<IReadOnlyList<BuiltProject>> BuildAsync(IReadOnlyList<string> projects, bool analyze, CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyList<BuiltProject>>([.. built.Where(project => projects.Contains(project.Path))]);
}
