using System.Collections.Generic;
using System.Linq;
using IrqSafety.Contracts;
using Xunit;

namespace IrqSafety.Rules.Tests;

public class CycleSearchTests
{
    private readonly DependencyGraph _graph = new();

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(17)]
    public void A_cycle_of_any_length_is_found_when_its_last_edge_arrives(int length)
    {
        for (int i = 0; i < length - 1; i++)
        {
            Assert.Empty(Add($"L{i}", $"L{i + 1}", $"site {i}"));
        }

        IReadOnlyList<LockStep> ring = Add($"L{length - 1}", "L0", "last");

        Assert.Equal(["last", .. Enumerable.Range(0, length - 1).Select(i => $"site {i}")], ring.Select(step => step.WaitedAt));
        Assert.All(ring.Zip([.. ring.Skip(1), ring[0]]), pair => Assert.True(pair.First.LeadsTo(pair.Second)));
    }

    [Fact]
    public void The_shortest_way_back_is_shown()
    {
        Add("A", "B", "long 1");
        Add("B", "C", "long 2");
        Add("C", "D", "long 3");
        Add("A", "D", "short");
        Assert.Equal(["closing", "short"], Add("D", "A", "closing").Select(step => step.WaitedAt));
    }

    [Fact]
    public void Taking_two_locks_in_one_order_on_many_paths_is_no_cycle()
    {
        Assert.Empty(Add("A", "B", "1"));
        Assert.Empty(Add("A", "C", "2"));
        Assert.Empty(Add("B", "C", "3"));
        Assert.Empty(Add("A", "B", "4"));
    }

    [Fact]
    public void A_step_keeps_the_first_place_it_was_seen_at()
    {
        Add("A", "B", "first");
        Assert.False(_graph.Add(Step("A", "B", "second")));
        Assert.Equal("first", Assert.Single(_graph.StepsFrom(Key("A"))).WaitedAt);
    }

    [Fact]
    public void A_step_that_blocks_more_replaces_one_that_blocks_less()
    {
        _graph.Add(Step("A", "B", "read", HoldMode.Shared, WaitMode.WriterOnly));
        Assert.True(_graph.Add(Step("A", "B", "write")));
        Assert.False(_graph.Add(Step("A", "B", "read again", HoldMode.Shared, WaitMode.WriterOnly)));
        Assert.Equal("write", Assert.Single(_graph.StepsFrom(Key("A"))).WaitedAt);
    }

    [Theory]
    [InlineData(HoldMode.Exclusive, WaitMode.AnyHolder, true)]
    [InlineData(HoldMode.Exclusive, WaitMode.WriterOnly, true)]
    [InlineData(HoldMode.Shared, WaitMode.AnyHolder, true)]
    [InlineData(HoldMode.Shared, WaitMode.WriterOnly, false)]
    public void A_ring_closes_unless_a_recursive_reader_meets_a_reader(HoldMode hold, WaitMode wait, bool expected)
    {
        Add("A", "B", "1", hold, WaitMode.AnyHolder);
        IReadOnlyList<LockStep> ring = Add("B", "A", "2", HoldMode.Exclusive, wait);
        Assert.Equal(expected, ring.Count > 0);
    }

    // Linux lib/locking-selftest.c has this as chain-cache case: what is known of readers must not stand for writers.
    [Fact]
    public void A_ring_may_need_a_second_kind_of_step_between_two_classes()
    {
        Add("A", "B", "reader", HoldMode.Shared, WaitMode.AnyHolder);
        Assert.Empty(Add("B", "A", "recursive reader", HoldMode.Exclusive, WaitMode.WriterOnly));
        Assert.NotEmpty(Add("B", "A", "writer"));
    }

    [Fact]
    public void A_common_outer_lock_makes_a_ring_impossible()
    {
        Add("A", "B", "1", holds: ["gate"]);
        Assert.Empty(Add("B", "A", "2", holds: ["gate"]));
        Assert.NotEmpty(Add("B", "A", "3", holds: ["other gate"]));
    }

    [Fact]
    public void A_longer_ring_without_common_lock_is_found_behind_a_guarded_one()
    {
        Add("A", "B", "guarded", holds: ["gate"]);
        Add("A", "C", "detour 1");
        Add("C", "B", "detour 2");
        Assert.Equal(["closing", "detour 1", "detour 2"], Add("B", "A", "closing", holds: ["gate"]).Select(step => step.WaitedAt));
    }

    private IReadOnlyList<LockStep> Add(
        string from, string to, string site, HoldMode hold = HoldMode.Exclusive, WaitMode wait = WaitMode.AnyHolder, params string[] holds)
    {
        LockStep step = Step(from, to, site, hold, wait, holds);
        return _graph.Add(step) ? new CycleSearch(_graph).Through([step]) : [];
    }

    private static LockStep Step(
        string from, string to, string site, HoldMode hold = HoldMode.Exclusive, WaitMode wait = WaitMode.AnyHolder, params string[] holds) =>
        new(Key(from), hold, Key(to), wait, Context.None, HeldSet.Of([.. holds.Select(Gate)]), site, site);

    private static HeldLock Gate(string name) => new(new LockIdentity(Key(name), name), LockKind.Spin, HoldMode.Exclusive, WaitMode.AnyHolder, false, name);

    private static LockClassKey Key(string name) => new(name);
}
