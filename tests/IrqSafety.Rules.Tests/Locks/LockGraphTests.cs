using System;
using System.Collections.Generic;
using System.Linq;
using Xunit;

namespace IrqSafety.Rules.Tests;

public class LockGraphTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(17)]
    public void A_cycle_of_any_length_is_found_when_its_last_edge_arrives(int length)
    {
        var graph = new LockGraph();
        for (int i = 0; i < length - 1; i++)
        {
            Assert.Empty(graph.Add(Name(i), Name(i + 1), $"site {i}"));
        }

        IReadOnlyList<LockGraph.Edge> back = graph.Add(Name(length - 1), Name(0), "last");

        Assert.Equal(Enumerable.Range(0, length - 1).Select(i => $"site {i}"), back.Select(edge => edge.Site));
        Assert.Equal(Name(0), back[0].From);
        Assert.Equal(Name(length - 1), back[^1].To);
    }

    [Fact]
    public void The_same_lock_twice_is_a_cycle_of_one()
    {
        IReadOnlyList<LockGraph.Edge> cycle = new LockGraph().Add("A", "A", "here");
        LockGraph.Edge edge = Assert.Single(cycle);
        Assert.Equal(("A", "A", "here"), (edge.From, edge.To, edge.Site));
    }

    [Fact]
    public void The_shortest_way_back_is_shown()
    {
        var graph = new LockGraph();
        graph.Add("A", "B", "long 1");
        graph.Add("B", "C", "long 2");
        graph.Add("C", "D", "long 3");
        graph.Add("A", "D", "short");
        Assert.Equal(["short"], graph.Add("D", "A", "closing").Select(edge => edge.Site));
    }

    [Fact]
    public void Taking_two_locks_in_one_order_on_many_paths_is_no_cycle()
    {
        var graph = new LockGraph();
        Assert.Empty(graph.Add("A", "B", "1"));
        Assert.Empty(graph.Add("A", "C", "2"));
        Assert.Empty(graph.Add("B", "C", "3"));
        Assert.Empty(graph.Add("A", "B", "4"));
    }

    [Fact]
    public void An_edge_keeps_the_first_place_it_was_seen_at()
    {
        var graph = new LockGraph();
        graph.Add("A", "B", "first");
        graph.Add("A", "B", "second");
        Assert.Equal("first", Assert.Single(graph.PathBetween("A", "B")).Site);
    }

    [Fact]
    public void There_is_no_path_to_an_unknown_class()
    {
        var graph = new LockGraph();
        graph.Add("A", "B", "1");
        Assert.Empty(graph.PathBetween("B", "A"));
        Assert.Empty(graph.PathBetween("A", "Z"));
        Assert.Empty(graph.PathBetween("Z", "A"));
    }

    // Against reachability computed another way (Warshall), on a thousand random orders of edges.
    [Fact]
    public void A_way_back_is_reported_exactly_when_there_is_one()
    {
        var random = new Random(1);
        for (int round = 0; round < 1000; round++)
        {
            int nodes = random.Next(2, 7);
            var graph = new LockGraph();
            bool[,] reaches = new bool[nodes, nodes];
            for (int i = 0; i < nodes; i++)
            {
                reaches[i, i] = true;
            }

            for (int edge = 0; edge < nodes * 2; edge++)
            {
                (int from, int to) = (random.Next(nodes), random.Next(nodes));
                IReadOnlyList<LockGraph.Edge> back = graph.Add(Name(from), Name(to), $"{edge}");

                Assert.Equal(reaches[to, from], back.Count > 0);
                AssertIsPath(back, from == to ? Name(from) : Name(to), Name(from));
                for (int i = 0; i < nodes; i++)
                {
                    for (int j = 0; j < nodes; j++)
                    {
                        reaches[i, j] |= reaches[i, from] && reaches[to, j];
                    }
                }
            }
        }
    }

    private static void AssertIsPath(IReadOnlyList<LockGraph.Edge> path, string from, string to)
    {
        string at = from;
        foreach (LockGraph.Edge edge in path)
        {
            Assert.Equal(at, edge.From);
            at = edge.To;
        }

        Assert.True(path.Count == 0 || at == to);
    }

    private static string Name(int i) => $"L{i}";
}
