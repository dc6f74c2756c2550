using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.Linq;
using IrqSafety.Contracts;
using IrqSafety.Rules;

namespace IrqSafety.Runtime;

/// <summary>
/// Where each object stands in its protocol, on each CPU. The tables are those of <see cref="Protocols"/>; operations declare which event they
/// are. An operation of system scope moves the state of every CPU.
/// </summary>
public sealed class ProtocolStates
{
    private readonly Machine _machine;

    // What has a protocol stays as long as the machine: a line, a part of the interrupt controller.
    private readonly Dictionary<(ProtocolTable Protocol, object Key), ObjectStates> _states = [];
    private readonly List<ObjectStates> _used = [];

    internal ProtocolStates(Machine machine) => _machine = machine;

    internal void MakeNew()
    {
        foreach (ObjectStates states in _used)
        {
            states.MakeNew();
        }

        _used.Clear();
    }

    /// <summary>The objects that are in a protocol since the machine started.</summary>
    internal IReadOnlyList<ObjectStates> Used => _used;

    /// <summary>The state of <paramref name="key"/> (null for the one object of a system-wide protocol) as <paramref name="cpu"/> sees it.</summary>
    public string StateOf(string protocol, object? key, CpuId cpu) => Of(Table(protocol), key).ByCpu[cpu.Value];

    /// <summary>
    /// The move that an operation makes with these arguments. Breaks of the protocol are reported here; the state changes when the move is
    /// committed.
    /// </summary>
    internal ProtocolMove Begin(Operation operation, Cpu cpu, object? location, params ReadOnlySpan<Argument> arguments)
    {
        foreach (ProtocolStep step in operation.ProtocolSteps)
        {
            TransitionContract transition = step.Contract;
            if (transition.When is null || Holds(transition.When, arguments))
            {
                return Begin(operation, step, Of(step.Event.Table, Key(transition, location, arguments)), cpu, location);
            }
        }

        return default;
    }

    /// <summary>The move that one of the operation's steps makes with an object whose states are known.</summary>
    internal ProtocolMove Begin(Operation operation, ProtocolStep step, ObjectStates states, Cpu cpu, object? location)
    {
        Use(states);
        var move = new ProtocolMove(this, step.Event, states, step.Contract.Per == Scope.Cpu ? cpu.Id : null, cpu.Id);
        if (move.Broken is { Law: { } law } row)
        {
            _machine.Execution.Breach(
                new Breach(law, $"state '{row.State}' of {states.Key ?? states.Table.Name}", row.Problem ?? "is out of order"), new Step(operation, location, Access.Write));
        }

        return move;
    }

    internal void Force(string protocol, object? key, string @event)
    {
        ProtocolEvents events = ProtocolEvents.Of(protocol, @event);
        new ProtocolMove(this, events, Of(events.Table, key), cpu: null, KernelTask.Current.Cpu).Commit(succeeded: true);
    }

    /// <summary>What happened to an object on one CPU by other means than an operation of the protocol.</summary>
    internal void Force(string protocol, object? key, string @event, CpuId cpu)
    {
        ProtocolEvents events = ProtocolEvents.Of(protocol, @event);
        ObjectStates states = Of(events.Table, key);
        if (events.In(states.ByCpu[cpu.Value]).Row.Law is null)
        {
            new ProtocolMove(this, events, states, cpu, cpu).Commit(succeeded: true);
        }
    }

    /// <summary>The states of an object, which stay the same object as long as the machine does; <paramref name="key"/> as in <see cref="StateOf"/>.</summary>
    internal ObjectStates Of(ProtocolTable table, object? key)
    {
        (ProtocolTable, object) index = (table, key ?? table);
        if (!_states.TryGetValue(index, out ObjectStates? states))
        {
            _states.Add(index, states = new ObjectStates(table, key, _machine.Cpus.Count));
        }

        Use(states);
        return states;
    }

    private void Use(ObjectStates states)
    {
        if (!states.IsUsed)
        {
            states.IsUsed = true;
            _used.Add(states);
        }
    }

    internal void Moved(object? key, CpuId actor, int cpu, string how) =>
        _machine.Execution.Publish(new MachineEvent(MachineEventKind.ProtocolMoved, actor, key, TargetCpu: cpu, Text: how));

    private static ProtocolTable Table(string name) => Protocols.Find(name) ?? throw new ArgumentException($"there is no protocol '{name}'", nameof(name));

    private static object? Key(TransitionContract transition, object? location, ReadOnlySpan<Argument> arguments)
    {
        if (transition.Of is null)
        {
            return null;
        }

        return transition.Of == "this" ? location : Argument.Find(arguments, transition.Of)?.Value;
    }

    private static bool Holds(When when, ReadOnlySpan<Argument> arguments)
    {
        Argument[] actual = arguments.ToArray();
        return when.Holds(name => Argument.Find(actual, name)?.AsConstant()) == true;
    }
}

/// <summary>Where one object stands in one protocol.</summary>
/// <param name="table">The protocol.</param>
/// <param name="key">The object; null for the one of a system-wide protocol.</param>
/// <param name="cpus">How many CPUs the machine has.</param>
internal sealed class ObjectStates(ProtocolTable table, object? key, int cpus)
{
    public ProtocolTable Table => table;

    public object? Key => key;

    /// <summary>The state as each CPU sees it.</summary>
    public string[] ByCpu { get; } = [.. Enumerable.Repeat(table.Initial, cpus)];

    /// <summary>Somebody asked for them since the machine started.</summary>
    public bool IsUsed { get; set; }

    /// <summary>As when the machine was made.</summary>
    public void MakeNew()
    {
        Array.Fill(ByCpu, table.Initial);
        IsUsed = false;
    }
}

/// <summary>A step of a protocol that an operation is about to make.</summary>
internal readonly struct ProtocolMove
{
    private readonly ProtocolStates? _owner;
    private readonly ProtocolEvents _events;
    private readonly ObjectStates _states;
    private readonly CpuId? _cpu;
    private readonly CpuId _actor;

    internal ProtocolMove(ProtocolStates owner, ProtocolEvents events, ObjectStates of, CpuId? cpu, CpuId actor)
    {
        _owner = owner;
        _events = events;
        _states = of;
        _cpu = cpu;
        _actor = actor;
        string[] states = of.ByCpu;
        for (int i = 0; i < states.Length && Broken is null; i++)
        {
            if (Concerns(i) && events.In(states[i]).Row is { Law: not null } row)
            {
                Broken = row;
            }
        }
    }

    /// <summary>The row that names a law, if the event is out of order on some CPU concerned.</summary>
    public ProtocolRow? Broken { get; }

    /// <summary>True when the event is out of order and leads nowhere: the operation returns an error and changes nothing.</summary>
    public bool Refused => Broken is { } row && row.Next == row.State;

    /// <summary>Moves the state, after the operation succeeded or failed. A refused move stays where it is.</summary>
    public void Commit(bool succeeded)
    {
        if (_owner is null || Refused)
        {
            return;
        }

        string[] states = _states.ByCpu;
        for (int i = 0; i < states.Length; i++)
        {
            if (Concerns(i))
            {
                ProtocolEvents.Way way = _events.In(states[i]);
                states[i] = succeeded ? way.Row.Next : way.Row.OnFailure ?? way.Row.State;
                if ((succeeded ? way.OnSuccess : way.OnFailure) is { } how)
                {
                    _owner.Moved(_states.Key, _actor, i, how);
                }
            }
        }
    }

    private bool Concerns(int cpu) => _cpu is null || _cpu.Value.Value == cpu;
}

/// <summary>What an operation does to a protocol.</summary>
/// <param name="Contract">As its contract says.</param>
/// <param name="Event">The event, looked up.</param>
internal sealed record ProtocolStep(TransitionContract Contract, ProtocolEvents Event)
{
    /// <summary>It is one of a line and its flow handler, and not of the line's own protocol.</summary>
    public bool IsOfFlow { get; } = Contract.Protocol == FlowHandlerProtocol.Name;
}

/// <summary>Where one event of a protocol leads from each state: the rows of the table, looked up once.</summary>
internal sealed class ProtocolEvents
{
    private static readonly ConcurrentDictionary<(string Protocol, string Event), ProtocolEvents> s_all = new();
    private readonly Way[] _ways;
    private readonly string _event;
    private Way? _last;

    private ProtocolEvents(string protocol, string @event)
    {
        Table = Protocols.Find(protocol) ?? throw new ArgumentException($"there is no protocol '{protocol}'", nameof(protocol));
        _event = @event;
        _ways = [.. Table.Rows.Where(row => row.Event == @event).Select(row => new Way(row, Text(row, row.Next), Text(row, row.OnFailure ?? row.State)))];
    }

    /// <summary>The protocol.</summary>
    public ProtocolTable Table { get; }

    /// <summary>The event of this name.</summary>
    [SuppressMessage("IrqSafety.Locks", "IRQ0166", Justification = "It remembers what was looked up in a table of rules: the model does that, not the kernel.")]
    public static ProtocolEvents Of(string protocol, string @event) => s_all.GetOrAdd((protocol, @event), static name => new ProtocolEvents(name.Protocol, name.Event));

    /// <summary>Where it leads in a state.</summary>
    public Way In(string state)
    {
        // States are those of the table: the same strings. An event mostly happens in one of them.
        return _last is { } last && ReferenceEquals(last.Row.State, state) ? last : _last = Find(state);
    }

    private Way Find(string state)
    {
        foreach (Way way in _ways)
        {
            if (way.Row.State == state)
            {
                return way;
            }
        }

        throw new ArgumentException($"protocol '{Table.Name}' has no row for state '{state}' and event '{_event}'", nameof(state));
    }

    private string? Text(ProtocolRow row, string to) => row.State == to ? null : $"{Table.Name}: {row.State} → {to}";

    /// <summary>One row.</summary>
    /// <param name="Row">The row.</param>
    /// <param name="OnSuccess">How a trace shows the move; null when the state stays.</param>
    /// <param name="OnFailure">The same for an operation that failed.</param>
    internal sealed record Way(ProtocolRow Row, string? OnSuccess, string? OnFailure);
}
