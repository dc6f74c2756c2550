using System;
using System.Collections.Generic;
using System.Linq;
using Xunit;

namespace IrqSafety.Rules.Tests;

/// <summary>What every table must have, whatever it is about.</summary>
public class ProtocolTableTests
{
    public static TheoryData<string> EachTable => [.. Protocols.All.Select(table => table.Name)];

    [Theory]
    [MemberData(nameof(EachTable))]
    public void Each_event_in_each_state_has_exactly_one_row(string name)
    {
        ProtocolTable table = Protocols.Find(name)!;
        IEnumerable<(string, string)> expected = table.States.SelectMany(state => table.Events, (state, @event) => (state, @event.Name));
        Assert.Equal(expected.Order(), table.Rows.Select(row => (row.State, row.Event)).Order());
    }

    [Theory]
    [MemberData(nameof(EachTable))]
    public void Every_row_leads_to_a_state_of_the_table(string name)
    {
        ProtocolTable table = Protocols.Find(name)!;
        HashSet<string> states = [.. table.States];
        Assert.Contains(table.Initial, states);
        Assert.True(table.AssumedAtRoots is null || states.Contains(table.AssumedAtRoots));
        Assert.All(table.Rows, row => Assert.True(states.Contains(row.Next) && (row.OnFailure is null || states.Contains(row.OnFailure)), row.ToString()));
    }

    [Theory]
    [MemberData(nameof(EachTable))]
    public void A_forbidden_event_names_an_existing_law_and_says_what_to_do(string name) => Assert.All(Protocols.Find(name)!.Rows, row =>
    {
        Assert.Equal(row.Law is null, row.Problem is null);
        if (row.Law is not null)
        {
            Assert.NotNull(Catalogue.FindLaw(row.Law));
            Assert.Contains(":", row.Problem);
        }
    });

    // A finding is reported once: what follows it is judged as though the forbidden event had not happened, except where the machine itself
    // goes on (the CPUs are stopped all the same).
    [Theory]
    [MemberData(nameof(EachTable))]
    public void A_refused_event_leaves_the_state(string name) => Assert.All(
        Protocols.Find(name)!.Rows.Where(row => row.Law is not null && row.Law != LawIds.StopOrder),
        row => Assert.True(row.Next == row.State && (row.OnFailure ?? row.State) == row.State, row.ToString()));

    [Theory]
    [MemberData(nameof(EachTable))]
    public void Every_state_is_reached_by_legal_events(string name)
    {
        ProtocolTable table = Protocols.Find(name)!;
        Assert.Equal(table.States.Order(), ReachableFrom(table, table.Initial, lawful: true).Order());
    }

    [Theory]
    [MemberData(nameof(EachTable))]
    public void An_event_that_may_fail_says_so_in_every_state(string name)
    {
        foreach (IGrouping<string, ProtocolRow> rows in Protocols.Find(name)!.Rows.Where(row => row.Law is null).GroupBy(row => row.Event))
        {
            Assert.Single(rows.Select(row => row.OnFailure is not null).Distinct());
        }
    }

    [Theory]
    [MemberData(nameof(EachTable))]
    public void A_state_and_event_outside_the_table_is_an_error(string name)
    {
        ProtocolTable table = Protocols.Find(name)!;
        Assert.Throws<ArgumentException>(() => table[table.Initial, "no such event"]);
        Assert.Null(table.FindEvent("no such event"));
    }

    [Fact]
    public void Tables_are_found_by_name()
    {
        Assert.All(Protocols.All, table => Assert.Same(table, Protocols.Find(table.Name)));
        Assert.Null(Protocols.Find("no such table"));
    }

    private static HashSet<string> ReachableFrom(ProtocolTable table, string state, bool lawful)
    {
        var seen = new HashSet<string> { state };
        var open = new Queue<string>(seen);
        while (open.TryDequeue(out string? current))
        {
            foreach (ProtocolRow row in table.Rows.Where(row => row.State == current && (!lawful || row.Law is null)))
            {
                foreach (string next in new[] { row.Next, row.OnFailure ?? row.Next })
                {
                    if (seen.Add(next))
                    {
                        open.Enqueue(next);
                    }
                }
            }
        }

        return seen;
    }
}
