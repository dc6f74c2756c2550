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
    private readonly Dictionary<(ProtocolTable Protocol, object Key), string[]> _states = [];

    internal ProtocolStates(Machine machine) => _machine = machine;

    internal void MakeNew() => _states.Clear();

    /// <summary>The state of <paramref name="key"/> (null for the one object of a system-wide protocol) as <paramref name="cpu"/> sees it.</summary>
    public string StateOf(string protocol, object? key, CpuId cpu) => States(Table(protocol), key)[cpu.Value];

    /// <summary>
    /// The move that an operation makes with these arguments. Breaks of the protocol are reported here; the state changes when the move is
    /// committed.
    /// </summary>
    internal ProtocolMove Begin(Operation operation, Cpu cpu, object? location, params ReadOnlySpan<Argument> arguments) => Begin(operation, protocol: null, cpu, location, arguments);

    /// <summary>The same for an operation that is an event of several protocols: the move in one of them.</summary>
    internal ProtocolMove Begin(Operation operation, string? protocol, Cpu cpu, object? location, params ReadOnlySpan<Argument> arguments)
    {
        foreach (ProtocolStep step in operation.ProtocolSteps)
        {
            TransitionContract transition = step.Contract;
            if ((protocol is not null && transition.Protocol != protocol) || (transition.When is not null && !Holds(transition.When, arguments)))
            {
                continue;
            }

            object? key = Key(transition, location, arguments);
            ProtocolTable table = step.Event.Table;
            var move = new ProtocolMove(this, step.Event, key, transition.Per == Scope.Cpu ? cpu.Id : null, cpu.Id);
            if (move.Broken is { Law: { } law } row)
            {
                _machine.Execution.Breach(new Breach(law, $"state '{row.State}' of {key ?? table.Name}", row.Problem ?? "is out of order"), new Step(operation, location, Access.Write));
            }

            return move;
        }

        return default;
    }

    internal void Force(string protocol, object? key, string @event)
    {
        var move = new ProtocolMove(this, ProtocolEvents.Of(protocol, @event), key, cpu: null, KernelTask.Current.Cpu);
        move.Commit(succeeded: true);
    }

    /// <summary>What happened to an object on one CPU by other means than an operation of the protocol.</summary>
    internal void Force(string protocol, object? key, string @event, CpuId cpu)
    {
        ProtocolEvents events = ProtocolEvents.Of(protocol, @event);
        if (events.In(States(events.Table, key)[cpu.Value]).Row.Law is null)
        {
            new ProtocolMove(this, events, key, cpu, cpu).Commit(succeeded: true);
        }
    }

    internal string[] States(ProtocolTable table, object? key)
    {
        (ProtocolTable, object) index = (table, key ?? table);
        if (!_states.TryGetValue(index, out string[]? states))
        {
            states = new string[_machine.Cpus.Count];
            Array.Fill(states, table.Initial);
            _states.Add(index, states);
        }

        return states;
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

/// <summary>A step of a protocol that an operation is about to make.</summary>
internal readonly struct ProtocolMove
{
    private readonly ProtocolStates? _owner;
    private readonly ProtocolEvents _events;
    private readonly string[] _states;
    private readonly object? _key;
    private readonly CpuId? _cpu;
    private readonly CpuId _actor;

    internal ProtocolMove(ProtocolStates owner, ProtocolEvents events, object? key, CpuId? cpu, CpuId actor)
    {
        _owner = owner;
        _events = events;
        _key = key;
        _cpu = cpu;
        _actor = actor;
        string[] states = _states = owner.States(events.Table, key);
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

        string[] states = _states;
        for (int i = 0; i < states.Length; i++)
        {
            if (Concerns(i))
            {
                ProtocolEvents.Way way = _events.In(states[i]);
                states[i] = succeeded ? way.Row.Next : way.Row.OnFailure ?? way.Row.State;
                if ((succeeded ? way.OnSuccess : way.OnFailure) is { } how)
                {
                    _owner.Moved(_key, _actor, i, how);
                }
            }
        }
    }

    private bool Concerns(int cpu) => _cpu is null || _cpu.Value.Value == cpu;
}

/// <summary>What an operation does to a protocol.</summary>
/// <param name="Contract">As its contract says.</param>
/// <param name="Event">The event, looked up.</param>
internal sealed record ProtocolStep(TransitionContract Contract, ProtocolEvents Event);

/// <summary>Where one event of a protocol leads from each state: the rows of the table, looked up once.</summary>
internal sealed class ProtocolEvents
{
    private static readonly ConcurrentDictionary<(string Protocol, string Event), ProtocolEvents> s_all = new();
    private readonly Way[] _ways;
    private readonly string _event;

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
