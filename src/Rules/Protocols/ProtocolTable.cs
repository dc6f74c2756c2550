using System;
using System.Collections.Generic;
using System.Linq;

namespace IrqSafety.Rules;

/// <summary>
/// A protocol as a table: for each state and event, where the event leads, or which law it breaks. Events that may fail lead to
/// <see cref="ProtocolRow.OnFailure"/>. What is not in the table cannot happen.
/// </summary>
public sealed class ProtocolTable
{
    private readonly Dictionary<(string State, string Event), ProtocolRow> _rows;

    /// <summary>Builds the table.</summary>
    public ProtocolTable(string name, string summary, string initial, string? assumedAtRoots, IReadOnlyList<ProtocolEvent> events, IReadOnlyList<ProtocolRow> rows)
    {
        Name = name;
        Summary = summary;
        Initial = initial;
        AssumedAtRoots = assumedAtRoots;
        Events = events;
        Rows = rows;
        _rows = rows.ToDictionary(row => (row.State, row.Event));
    }

    /// <summary>The name contracts refer to.</summary>
    public string Name { get; }

    /// <summary>What it governs and where it comes from.</summary>
    public string Summary { get; }

    /// <summary>The state before any event.</summary>
    public string Initial { get; }

    /// <summary>
    /// The state a method with no callers in the program may assume, for protocols that run within one call; null where the state at entry is
    /// unknown, which never decides a finding.
    /// </summary>
    public string? AssumedAtRoots { get; }

    /// <summary>True for a protocol whose objects are handed to helpers and returned by them in the middle of it: their state goes with them.</summary>
    public bool IsHandedOn { get; init; }

    /// <summary>The events.</summary>
    public IReadOnlyList<ProtocolEvent> Events { get; }

    /// <summary>The rows.</summary>
    public IReadOnlyList<ProtocolRow> Rows { get; }

    /// <summary>The states, in the order of the table.</summary>
    public IEnumerable<string> States => Rows.Select(row => row.State).Distinct();

    /// <summary>The row for this state and event.</summary>
    /// <exception cref="ArgumentException">The table has no such row.</exception>
    public ProtocolRow this[string state, string @event] => _rows.TryGetValue((state, @event), out ProtocolRow? row)
        ? row
        : throw new ArgumentException($"protocol '{Name}' has no row for state '{state}' and event '{@event}'");

    /// <summary>The row of an event that no state allows; null for an event that some state does.</summary>
    public ProtocolRow? NeverLegal(string @event)
    {
        List<ProtocolRow> rows = [.. Rows.Where(row => row.Event == @event)];
        return rows.Count > 0 && rows.TrueForAll(row => row.Law is not null) ? rows.Find(row => row.State == Initial) : null;
    }

    /// <summary>
    /// The row to go by when an event is executed in a state that is not known: that it was legal says where it leads. Null when the states it
    /// is legal in lead to places with different continuations.
    /// </summary>
    public ProtocolRow? RowFromUnknown(string @event)
    {
        List<ProtocolRow> legal = [.. Rows.Where(row => row.Event == @event && row.Law is null)];
        if (legal.Find(row => row.State == Initial) is { } first)
        {
            return first;
        }

        return legal.Count > 0 && legal.TrueForAll(row => LegalEvents(row.Next).SequenceEqual(LegalEvents(legal[0].Next))) ? legal[0] : null;
    }

    /// <summary>True when the event begins the protocol: it is legal before any other.</summary>
    public bool Begins(string @event) => this[Initial, @event].Law is null;

    /// <summary>The event of this name, or null.</summary>
    public ProtocolEvent? FindEvent(string name) => Events.FirstOrDefault(@event => @event.Name == name);

    private IEnumerable<string> LegalEvents(string state) => Events.Where(@event => this[state, @event.Name].Law is null).Select(@event => @event.Name);
}

/// <summary>An event of a protocol.</summary>
/// <param name="Name">Its name in contracts.</param>
/// <param name="Display">The operation as the field calls it.</param>
/// <param name="Flavour">For protocols whose operations come in flavours that must agree: which one. Null for neutral events.</param>
public sealed record ProtocolEvent(string Name, string Display, string? Flavour = null);

/// <summary>What an event does in a state.</summary>
/// <param name="State">The state before.</param>
/// <param name="Event">The event.</param>
/// <param name="Next">The state after success; the state itself when the event is refused.</param>
/// <param name="OnFailure">The state after failure, for events that may fail.</param>
/// <param name="Law">The law broken, or null when the event is legal here.</param>
/// <param name="Problem">What is wrong, in words that follow the operation's name, and what to do.</param>
public sealed record ProtocolRow(string State, string Event, string Next, string? OnFailure = null, string? Law = null, string? Problem = null);
