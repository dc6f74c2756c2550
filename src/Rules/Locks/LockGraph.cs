using System.Collections.Generic;

namespace IrqSafety.Rules;

/// <summary>
/// The order in which lock classes were seen to be taken. An edge A → B means: B was waited for while A was held. The analyzer feeds it
/// what it infers, the simulator what it records, and both ask it the same question.
/// </summary>
public sealed class LockGraph
{
    private readonly Dictionary<string, List<Edge>> _edges = new();

    /// <summary>One edge and the place it was first seen at.</summary>
    public sealed class Edge(string from, string to, string site)
    {
        /// <summary>The class that was held.</summary>
        public string From { get; } = from;

        /// <summary>The class that was waited for.</summary>
        public string To { get; } = to;

        /// <summary>Where.</summary>
        public string Site { get; } = site;
    }

    /// <summary>
    /// Adds the edge and returns the shortest path that leads back from <paramref name="to"/> to <paramref name="from"/>, or an empty list: with
    /// the new edge that path is a cycle.
    /// </summary>
    public IReadOnlyList<Edge> Add(string from, string to, string site)
    {
        if (!_edges.TryGetValue(from, out List<Edge>? outgoing))
        {
            _edges[from] = outgoing = [];
        }

        if (!outgoing.Exists(edge => edge.To == to))
        {
            outgoing.Add(new Edge(from, to, site));
        }

        return from == to ? [outgoing.Find(edge => edge.To == to)!] : PathBetween(to, from);
    }

    /// <summary>The shortest path, or an empty list.</summary>
    public IReadOnlyList<Edge> PathBetween(string from, string to)
    {
        var cameBy = new Dictionary<string, Edge?> { [from] = null };
        var queue = new Queue<string>();
        queue.Enqueue(from);
        while (queue.Count > 0)
        {
            string node = queue.Dequeue();
            if (node == to)
            {
                var path = new List<Edge>();
                for (Edge? edge = cameBy[node]; edge is not null; edge = cameBy[edge.From])
                {
                    path.Insert(0, edge);
                }

                return path;
            }

            if (!_edges.TryGetValue(node, out List<Edge>? outgoing))
            {
                continue;
            }

            foreach (Edge edge in outgoing)
            {
                if (!cameBy.ContainsKey(edge.To))
                {
                    cameBy[edge.To] = edge;
                    queue.Enqueue(edge.To);
                }
            }
        }

        return [];
    }
}
