using System.Collections.Generic;
using System;
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
    private readonly Dictionary<(string Protocol, object Key), string[]> _states = [];

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
        foreach (TransitionContract transition in operation.Contract.Transitions)
        {
            Argument[] actual = arguments.ToArray();
            if ((protocol is not null && transition.Protocol != protocol) || (transition.When is not null && transition.When.Holds(name => Constant(actual, name)) != true))
            {
                continue;
            }

            object? key = Key(transition, location, actual);
            ProtocolTable table = Table(transition.Protocol);
            var move = new ProtocolMove(this, table, transition.Event, key, transition.Per == Scope.Cpu ? cpu.Id : null, cpu.Id);
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
        var move = new ProtocolMove(this, Table(protocol), @event, key, cpu: null, KernelTask.Current.Cpu);
        move.Commit(succeeded: true);
    }

    /// <summary>What happened to an object on one CPU by other means than an operation of the protocol.</summary>
    internal void Force(string protocol, object? key, string @event, CpuId cpu)
    {
        ProtocolTable table = Table(protocol);
        if (table[States(table, key)[cpu.Value], @event].Law is null)
        {
            new ProtocolMove(this, table, @event, key, cpu, cpu).Commit(succeeded: true);
        }
    }

    internal string[] States(ProtocolTable table, object? key)
    {
        (string, object) index = (table.Name, key ?? table);
        if (!_states.TryGetValue(index, out string[]? states))
        {
            states = new string[_machine.Cpus.Count];
            Array.Fill(states, table.Initial);
            _states.Add(index, states);
        }

        return states;
    }

    internal void Moved(ProtocolTable table, object? key, CpuId actor, int cpu, string from, string to)
    {
        if (from != to)
        {
            _machine.Execution.Publish(new MachineEvent(MachineEventKind.ProtocolMoved, actor, key, TargetCpu: cpu, Text: $"{table.Name}: {from} → {to}"));
        }
    }

    private static ProtocolTable Table(string name) => Protocols.Find(name) ?? throw new ArgumentException($"there is no protocol '{name}'", nameof(name));

    private static object? Key(TransitionContract transition, object? location, Argument[] arguments)
    {
        if (transition.Of is null)
        {
            return null;
        }

        return transition.Of == "this" ? location : Array.Find(arguments, argument => argument.Name == transition.Of).Value;
    }

    private static string? Constant(Argument[] arguments, string name) => Array.Find(arguments, argument => argument.Name == name) is { Name: not null } found ? found.AsConstant() : null;
}

/// <summary>A step of a protocol that an operation is about to make.</summary>
internal readonly struct ProtocolMove
{
    private readonly ProtocolStates? _owner;
    private readonly ProtocolTable _table;
    private readonly string _event;
    private readonly object? _key;
    private readonly CpuId? _cpu;
    private readonly CpuId _actor;

    internal ProtocolMove(ProtocolStates owner, ProtocolTable table, string @event, object? key, CpuId? cpu, CpuId actor)
    {
        _owner = owner;
        _table = table;
        _event = @event;
        _key = key;
        _cpu = cpu;
        _actor = actor;
        string[] states = owner.States(table, key);
        for (int i = 0; i < states.Length && Broken is null; i++)
        {
            if (Concerns(i) && table[states[i], @event] is { Law: not null } row)
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

        string[] states = _owner.States(_table, _key);
        for (int i = 0; i < states.Length; i++)
        {
            if (Concerns(i))
            {
                ProtocolRow row = _table[states[i], _event];
                string next = succeeded ? row.Next : row.OnFailure ?? row.State;
                _owner.Moved(_table, _key, _actor, i, states[i], next);
                states[i] = next;
            }
        }
    }

    private bool Concerns(int cpu) => _cpu is null || _cpu.Value.Value == cpu;
}
