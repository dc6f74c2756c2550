using System.Collections.Generic;
using System.Numerics;
using IrqSafety.Runtime;

namespace IrqSafety.Simulator;

/// <summary>
/// What is known of who touches what, learned over the executions of a scenario. A step is worth a decision only where it does not commute
/// with everything another CPU, another task or a handler does; when something new is learned, a search that relied on less starts again.
/// </summary>
internal sealed class SharedLocations
{
    private readonly Dictionary<string, int> _numbers = [];
    private readonly Dictionary<object, int> _seen = new(ReferenceEqualityComparer.Instance);
    private readonly List<Users> _users = [];
    private readonly Dictionary<(int Cpu, int IntId), Footprint> _footprints = [];
    private readonly Dictionary<int, Footprint> _anyHandler = [];
    private readonly Dictionary<(int Cpu, int IntId), Footprint> _withOthers = [];
    private int _withOthersVersion;

    /// <summary>Grows with everything learned.</summary>
    public int Version { get; private set; }

    /// <summary>The program looks at what is pending, or changes it: that an interrupt asserts and that it is taken are then two events.</summary>
    public bool PendingIsSeen { get; private set; }

    /// <summary>Forgets the objects of the last execution; what is known of their classes stays.</summary>
    public void BeginExecution() => _seen.Clear();

    /// <summary>Records a step.</summary>
    public void Record(SimTask task, int cpu, in Step step)
    {
        if (LocationOf(step) is not { } location)
        {
            return;
        }

        LearnOfPending(step);
        int number = NumberOf(location);
        ulong cpuBit = 1UL << cpu;
        ulong taskBit = task.Top is null ? 1UL << (task.Number & 63) : 0;
        Users users = _users[number];
        var next = new Users(users.Cpus | cpuBit, users.Tasks | taskBit, users.Written || step.Access == Access.Write);
        if (next != users)
        {
            _users[number] = next;
            Version++;
        }

        for (Frame? frame = task.Top; frame is not null; frame = frame.Parent)
        {
            if (frame.Signalled >= 0 && FootprintOf(cpu, frame.Signalled).Add(number, step.Access == Access.Write))
            {
                _ = AnyOn(cpu).Add(number, step.Access == Access.Write);
                Version++;
            }
        }
    }

    /// <summary>A handler stopped its CPU, or gave it to another task: it does not commute with anything its host does that others see.</summary>
    public void RecordNeverReturns(SimTask task, int cpu)
    {
        for (Frame? frame = task.Top; frame is not null; frame = frame.Parent)
        {
            if (frame.Signalled >= 0 && !FootprintOf(cpu, frame.Signalled).TakesCpu)
            {
                FootprintOf(cpu, frame.Signalled).TakesCpu = true;
                AnyOn(cpu).TakesCpu = true;
                Version++;
            }
        }
    }

    /// <summary>True when another CPU or task touches the step's location and one of them writes.</summary>
    public bool IsVisible(in Step step)
    {
        if (LocationOf(step) is not { } location)
        {
            return false;
        }

        Users users = _users[NumberOf(location)];
        return users.Written && (BitOperations.PopCount(users.Cpus) > 1 || BitOperations.PopCount(users.Tasks) > 1);
    }

    /// <summary>True when it matters whether this interrupt comes before the step or after it. An INTID of -1 stands for any.</summary>
    public bool Conflicts(int cpu, int intId, in Step step)
    {
        Footprint? footprint = intId >= 0 ? WithOthers(cpu, intId) : _anyHandler.GetValueOrDefault(cpu);
        if (footprint is null || LocationOf(step) is not { } location)
        {
            return false;
        }

        return footprint.Touches(NumberOf(location), step.Access == Access.Write)
            || ((footprint.TakesCpu || IsSeenByOthers(footprint)) && IsVisible(step));
    }

    /// <summary>True when other CPUs see what this handler does.</summary>
    public bool IsSeenByOthers(int cpu, int intId) =>
        _footprints.TryGetValue((cpu, intId), out Footprint? footprint) && (footprint.TakesCpu || IsSeenByOthers(footprint));

    // What a handler does may decide what another one does at the step, or whether it comes at all: its footprint and, transitively, those of the
    // CPU's handlers that depend on it.
    private Footprint? WithOthers(int cpu, int intId)
    {
        if (!_footprints.TryGetValue((cpu, intId), out Footprint? own))
        {
            return null;
        }

        if (_withOthersVersion != Version)
        {
            _withOthers.Clear();
            _withOthersVersion = Version;
        }

        if (!_withOthers.TryGetValue((cpu, intId), out Footprint? union))
        {
            _withOthers[(cpu, intId)] = union = new Footprint();
            var left = new List<Footprint>(_anyHandler.ContainsKey(cpu) ? HandlersOf(cpu) : []);
            for (Footprint? next = own; next is not null; next = left.Find(other => other.DependsOn(union)))
            {
                union.Include(next);
                _ = left.Remove(next);
            }
        }

        return union;
    }

    private IEnumerable<Footprint> HandlersOf(int cpu)
    {
        foreach (((int each, int _), Footprint footprint) in _footprints)
        {
            if (each == cpu)
            {
                yield return footprint;
            }
        }
    }

    private bool IsSeenByOthers(Footprint footprint)
    {
        foreach (int number in footprint.Numbers)
        {
            if (_users[number].Written && BitOperations.PopCount(_users[number].Cpus) > 1)
            {
                return true;
            }
        }

        return false;
    }

    private void LearnOfPending(in Step step)
    {
        if (!PendingIsSeen && (step.Location is InterruptState || OperationTraits.IsRegister(step.Operation)))
        {
            PendingIsSeen = true;
            Version++;
        }
    }

    // A register of the CPU's own part of the interrupt controller is no location, but others change what it shows.
    private static object? LocationOf(in Step step) => step.Location ?? (OperationTraits.IsRegister(step.Operation) ? LocationName.Controller : null);

    private int NumberOf(object location)
    {
        if (_seen.TryGetValue(location, out int number))
        {
            return number;
        }

        string key = LocationName.Of(location);
        if (!_numbers.TryGetValue(key, out number))
        {
            number = _numbers[key] = _users.Count;
            _users.Add(default);
        }

        _seen.Add(location, number);
        return number;
    }

    private Footprint FootprintOf(int cpu, int intId) =>
        _footprints.TryGetValue((cpu, intId), out Footprint? known) ? known : _footprints[(cpu, intId)] = new Footprint();

    private Footprint AnyOn(int cpu) => _anyHandler.TryGetValue(cpu, out Footprint? known) ? known : _anyHandler[cpu] = new Footprint();

    private readonly record struct Users(ulong Cpus, ulong Tasks, bool Written);

    private sealed class Footprint
    {
        private readonly HashSet<int> _read = [];
        private readonly HashSet<int> _written = [];

        public bool TakesCpu { get; set; }

        public IEnumerable<int> Numbers => _read;

        // Every location touched is in the first set, so that a writer asks one set only.
        public bool Add(int number, bool write)
        {
            bool added = _read.Add(number);
            return (write && _written.Add(number)) || added;
        }

        public void Include(Footprint other)
        {
            _read.UnionWith(other._read);
            _written.UnionWith(other._written);
            TakesCpu |= other.TakesCpu;
        }

        public bool DependsOn(Footprint other) => _written.Overlaps(other._read) || other._written.Overlaps(_read);

        public bool Touches(int number, bool write) => write ? _read.Contains(number) : _written.Contains(number);
    }
}
