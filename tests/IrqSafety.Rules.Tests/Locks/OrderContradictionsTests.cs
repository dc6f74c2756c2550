using System.Collections.Generic;
using System.Linq;
using Xunit;

namespace IrqSafety.Rules.Tests;

public class OrderContradictionsTests
{
    [Fact]
    public void Orders_that_can_all_hold_are_no_contradiction() => Assert.Empty(Find(["v1: a b c", "v1: a c d", "v1: b d"], ("a", 1), ("d", 9)));

    [Fact]
    public void Versions_may_differ() => Assert.Empty(Find(["v1: a b", "v2: b a"]));

    [Theory]
    [InlineData("v1: a b c", "v1: c a", "v1: a→b (0), b→c (0), c→a (1)")]
    [InlineData("v1: a b", "v1: b a", "v1: a→b (0), b→a (1)")]
    [InlineData("v1: a b a", "v2: x y", "v1: a→b (0), b→a (0)")]
    [InlineData("v1: a a b", "v2: x y", "v1: a→a (0)")]
    public void The_shortest_ring_names_the_declaration_of_each_step(string first, string second, string expected) =>
        Assert.Equal([expected], Find([first, second]));

    [Fact]
    public void A_ring_through_many_declarations_is_found() => Assert.Equal(
        ["v1: a→b (0), b→c (1), c→d (2), d→e (3), e→a (4)"],
        Find(["v1: a b", "v1: b c", "v1: c d", "v1: d e", "v1: e a"]));

    [Fact]
    public void Levels_hold_in_every_profile_and_name_both_declarations() => Assert.Equal(
        ["v1: inner→outer (0), outer→inner (10 11)", "v2: inner→outer (1), outer→inner (10 11)"],
        Find(["v1: inner outer", "v2: inner outer"], ("outer", 10), ("inner", 20)));

    [Fact]
    public void Levels_that_no_order_speaks_of_join_a_ring() => Assert.Equal(
        ["v1: c→a (0), a→b (10 11), b→c (11 12)"],
        Find(["v1: c a"], ("a", 1), ("b", 2), ("c", 3)));

    [Fact]
    public void Tangled_classes_are_one_contradiction_and_separate_ones_are_two() => Assert.Equal(
        ["v1: a→b (0), b→a (1)", "v1: x→y (4), y→x (5)"],
        Find(["v1: a b", "v1: b a", "v1: b c", "v1: c a", "v1: x y", "v1: y x"]));

    private static List<string> Find(string[] lists, params (string Class, int Level)[] levels) =>
    [
        .. OrderContradictions.Find(
                [.. lists.Select((list, number) => (new LockSequence(list.Split(": ")[0], list.Split(": ")[1].Split(' ')), number))],
                [.. levels.Select((one, number) => (one.Class, one.Level, number + 10))])
            .Select(one => $"{one.Profile}: {string.Join(", ", one.Steps.Select(step => $"{step.First}→{step.Second} ({string.Join(" ", step.Declarations)})"))}"),
    ];
}
