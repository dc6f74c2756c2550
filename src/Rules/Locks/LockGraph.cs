using System.Collections.Generic;
using System.Linq;
using IrqSafety.Contracts;

namespace IrqSafety.Rules;

/// <summary>
/// The order in which lock classes were seen to be taken, where neither readers nor interrupts matter: an edge A → B means that B was waited for
/// while A was held. Everything else is <see cref="LockDependencies"/>.
/// </summary>
public sealed class LockGraph
{
    private readonly DependencyGraph _graph = new();

    /// <summary>One edge and the place it was first seen at.</summary>
    /// <param name="From">The class that was held.</param>
    /// <param name="To">The class that was waited for.</param>
    /// <param name="Site">Where.</param>
    public sealed record Edge(string From, string To, string Site);

    /// <summary>
    /// Adds the edge and returns the shortest path that leads back from <paramref name="to"/> to <paramref name="from"/>, or an empty list: with
    /// the new edge that path is a cycle.
    /// </summary>
    public IReadOnlyList<Edge> Add(string from, string to, string site)
    {
        LockStep step = Exclusive(from, to, site);
        _ = _graph.Add(step);
        return from == to ? [EdgeOf(_graph.StepsFrom(step.From).First(known => known.To == step.To))] : PathBetween(to, from);
    }

    /// <summary>The shortest path, or an empty list.</summary>
    public IReadOnlyList<Edge> PathBetween(string from, string to) =>
        [.. new CycleSearch(_graph).Through([Exclusive(to, from, "")]).Skip(1).Select(EdgeOf)];

    private static LockStep Exclusive(string from, string to, string site) =>
        new(new LockClassKey(from), HoldMode.Exclusive, new LockClassKey(to), WaitMode.AnyHolder, Context.None, HeldSet.Empty, site, site);

    private static Edge EdgeOf(LockStep step) => new(step.From.Name, step.To.Name, step.WaitedAt);
}
