using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using IrqSafety.Runtime;

namespace IrqSafety.Simulator;

/// <summary>
/// What the events of an execution read and write, of the model and of the checkers: two events that touch one thing, one of them writing, are
/// dependent. Reports each event that is dependent on an earlier one of another process and not after it by something in between.
/// </summary>
internal sealed class Dependence(HappensBefore order)
{
    private readonly Dictionary<object, int> _objects = new(Identity.Instance);
    private readonly List<Users> _things = [];
    private readonly List<Race> _races = [];
    private int _used;
    private int _machineWrite;

    /// <summary>The races of the current event, earliest found first.</summary>
    public IReadOnlyList<Race> Races => _races;

    /// <summary>Forgets the last execution.</summary>
    public void Clear()
    {
        _objects.Clear();
        _races.Clear();
        _used = 0;
        _machineWrite = -1;
    }

    /// <summary>The races of the current event were used.</summary>
    public void ClearRaces() => _races.Clear();

    /// <summary>A thing that is no object of the model.</summary>
    /// <param name="isPending">It is what is pending in the interrupt controller.</param>
    public int NewThing(bool isPending = false)
    {
        if (_used == _things.Count)
        {
            _things.Add(new Users());
        }

        _things[_used].Clear(isPending);
        return _used++;
    }

    /// <summary>The thing that this object of the model is.</summary>
    public int Of(object location)
    {
        if (!_objects.TryGetValue(location, out int thing))
        {
            _objects[location] = thing = NewThing(location is InterruptState);
        }

        return thing;
    }

    /// <summary>The event touches a thing.</summary>
    public void Touch(int happened, int thing, bool writes)
    {
        Users users = _things[thing];
        if (writes)
        {
            for (int index = users.Reads.Count - 1; index >= 0; index--)
            {
                Meet(users.Reads[index], happened, users.IsPending);
            }
        }

        Meet(users.Write, happened, users.IsPending);
        if (writes)
        {
            users.Write = happened;
            users.Reads.Clear();
        }
        else
        {
            users.Read(happened, order);
        }
    }

    /// <summary>The event could also have come before one that it is after already: what is in between opened again what that one closed.</summary>
    public void MayPrecede(int happened, int closed) => _races.Add(new Race(closed, happened, OfPending: false));

    /// <summary>Every event reads what is true of the whole machine: a crash in progress, the CPUs that are online.</summary>
    public void ReadMachine(int happened) => Meet(_machineWrite, happened);

    /// <summary>The event changes something that every other event may notice.</summary>
    public void WriteMachine(int happened)
    {
        for (int process = 0; process < order.Processes; process++)
        {
            Meet(order.LastOf(process), happened);
        }

        _machineWrite = happened;
    }

    private void Meet(int earlier, int happened, bool ofPending = false)
    {
        if (earlier >= 0 && earlier != happened && !order.IsBefore(earlier, happened))
        {
            _races.Add(new Race(earlier, happened, ofPending));
            order.Order(earlier, happened);
        }
    }

    private sealed class Users
    {
        public int Write { get; set; } = -1;

        public List<int> Reads { get; } = [];

        public bool IsPending { get; private set; }

        public void Clear(bool isPending)
        {
            IsPending = isPending;
            Write = -1;
            Reads.Clear();
        }

        // The last read of a process is after its others.
        public void Read(int happened, HappensBefore order)
        {
            int process = order.ProcessOf(happened);
            for (int index = 0; index < Reads.Count; index++)
            {
                if (order.ProcessOf(Reads[index]) == process)
                {
                    Reads.RemoveAt(index);
                    break;
                }
            }

            Reads.Add(happened);
        }
    }

    // Locations are objects of the model, each itself, or names.
    private sealed class Identity : IEqualityComparer<object>
    {
        public static readonly Identity Instance = new();

        bool IEqualityComparer<object>.Equals(object? x, object? y) => ReferenceEquals(x, y) || (x is string first && y is string second && first == second);

        public int GetHashCode(object obj) => obj is string text ? text.GetHashCode(StringComparison.Ordinal) : RuntimeHelpers.GetHashCode(obj);
    }
}

/// <summary>Two events that could have come in the other order.</summary>
/// <param name="First">The earlier.</param>
/// <param name="Second">The later.</param>
/// <param name="OfPending">They meet in what is pending in the interrupt controller.</param>
internal readonly record struct Race(int First, int Second, bool OfPending);
