using System.Collections.Generic;
using IrqSafety.Runtime;

namespace IrqSafety.Simulator;

/// <summary>
/// What stands between the raising of an interrupt and the CPU that takes it, as things that events touch: the configuration of its line, what is pending at the CPU, the
/// CPU's gates. Says too which events an interrupt could have come before, though it is after them: those that held it off.
/// </summary>
internal sealed class InterruptPath(HappensBefore order, Dependence dependence)
{
    private readonly Dictionary<InterruptState, int> _configurations = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<(int Cpu, int IntId), int> _raisedBy = [];
    private readonly List<(int Happened, int Cpu)> _raises = [];
    private readonly List<Change> _changes = [];
    private Machine _machine = null!;

    // What lets interrupts through to a CPU.
    private int[] _gates = [];

    // What is pending for a CPU, as IAR and HPPIR show it; its own interrupts, as its redistributor's registers show them.
    private int[] _pending = [];
    private int[] _private = [];

    /// <summary>CPUs of the machine.</summary>
    public int Cpus => _gates.Length;

    /// <summary>An execution begins.</summary>
    public void Begin(Machine machine)
    {
        _machine = machine;
        _configurations.Clear();
        _raisedBy.Clear();
        _raises.Clear();
        _changes.Clear();
        int cpus = machine.Cpus.Count;
        if (_gates.Length != cpus)
        {
            (_gates, _pending, _private) = (new int[cpus], new int[cpus], new int[cpus]);
        }

        for (int cpu = 0; cpu < cpus; cpu++)
        {
            _gates[cpu] = dependence.NewThing();
            _pending[cpu] = dependence.NewThing(isPending: true);
            _private[cpu] = dependence.NewThing(isPending: true);
        }
    }

    /// <summary>A step reads or writes a register, or does something to a descriptor. What it says of itself is the descriptor, or nothing where it is a register of its own CPU.</summary>
    public void Touched(int happened, CpuId cpu, in Step step)
    {
        bool writes = step.Access == Access.Write;
        if (step.Location is InterruptState state)
        {
            Configure(happened, ConfigurationOf(state), writes);
        }
        else if (step.Location is IrqDescriptor descriptor && _machine.Gic.Find(descriptor.Irq, cpu) is { } line)
        {
            Configure(happened, ConfigurationOf(line), writes);
            if (line.Irq.IsPrivate)
            {
                dependence.Touch(happened, _private[cpu.Value], writes: false);
            }
        }
        else if (OperationTraits.IsRedistributor(step.Operation))
        {
            Configure(happened, _private[cpu.Value], writes: true);
        }
        else if (OperationTraits.IsInterface(step.Operation) && !writes)
        {
            dependence.Touch(happened, _pending[cpu.Value], writes: false);
        }
    }

    /// <summary>A line is asserted.</summary>
    public void Asserted(int happened, InterruptState line, int cpu)
    {
        WritePending(happened, line, cpu);
        _ = _raisedBy.TryAdd(Line(cpu, line.Irq), happened);
        _raises.Add((happened, cpu));
    }

    /// <summary>What was pending is taken back.</summary>
    public void Withdrawn(int happened, InterruptState line, int cpu)
    {
        WritePending(happened, line, cpu);
        _ = !line.Pending && _raisedBy.Remove(Line(cpu, line.Irq));
    }

    /// <summary>The CPU acknowledges.</summary>
    /// <param name="happened">The event that reads IAR.</param>
    /// <param name="cpu">On which CPU.</param>
    /// <param name="line">What it got; null for a special INTID.</param>
    public void Acknowledged(int happened, int cpu, InterruptState? line)
    {
        dependence.Touch(happened, _pending[cpu], writes: true);
        if (line is not null)
        {
            dependence.Touch(happened, dependence.Of(line), writes: true);
        }
    }

    /// <summary>An interrupt is ended: it may come again.</summary>
    public void Ended(int happened, InterruptState line) => dependence.Touch(happened, ConfigurationOf(line), writes: true);

    /// <summary>The CPU takes an interrupt, and acknowledges it if its configuration and its descriptor let it come so far.</summary>
    public void Taken(int happened, int cpu, IntId irq)
    {
        if (_raisedBy.Remove(Line(cpu, irq), out int raised))
        {
            order.Order(raised, happened);
            ComeBeforeRaised(happened, cpu, raised);
        }

        if (_machine.Gic.Find(irq, new CpuId(cpu)) is { } line)
        {
            WritePending(happened, line, cpu);
            dependence.Touch(happened, ConfigurationOf(line), writes: false);
            ComeBeforeClosed(happened, cpu, line);
            dependence.Touch(happened, dependence.Of(_machine.Irqs[irq]), writes: irq.IsSpi);
            dependence.Touch(happened, dependence.Of(_machine.Irqs), writes: false);
        }

        dependence.Touch(happened, _gates[cpu], writes: false);
        if (_machine.Unlatched is { } unlatched)
        {
            // Whether it arrives depends on its enable bit: it does not commute with what sets that.
            dependence.Touch(happened, dependence.Of(unlatched), writes: false);
        }
    }

    /// <summary>The gates of a CPU change.</summary>
    public void GatesChanged(int happened, int cpu, in Gates before, in Gates after)
    {
        dependence.Touch(happened, _gates[cpu], writes: true);
        _changes.Add(new Change(happened, _gates[cpu], before, after));
    }

    /// <summary>Another CPU would take the next arrival of a source, or none would; −1 for none.</summary>
    public void TakerChanged(int happened, int before, int after)
    {
        if (before >= 0)
        {
            dependence.Touch(happened, _gates[before], writes: true);
        }

        if (after >= 0)
        {
            dependence.Touch(happened, _gates[after], writes: true);
        }
    }

    /// <summary>A line goes to another CPU.</summary>
    public void Rerouted(int happened, InterruptState line) => Configure(happened, ConfigurationOf(line), writes: true);

    /// <summary>What a CPU has pending first is something else.</summary>
    public void HighestChanged(int happened, int cpu) => dependence.Touch(happened, _pending[cpu], writes: true);

    // What was raised after it and taken before it held it off.
    private void ComeBeforeRaised(int happened, int cpu, int raised)
    {
        for (int index = _raises.Count - 1; index >= 0 && _raises[index].Happened > raised; index--)
        {
            if (_raises[index].Cpu == cpu)
            {
                dependence.MayPrecede(happened, _raises[index].Happened);
            }
        }
    }

    // An interrupt that was held off comes after what let it through, and so after what held it off. It could have come before that: with whatever raised it, which
    // nothing orders after that.
    private void ComeBeforeClosed(int happened, int cpu, InterruptState line)
    {
        int configuration = ConfigurationOf(line);
        Gates? now = null;
        bool isMaskPassed = false;
        for (int index = _changes.Count - 1; index >= 0; index--)
        {
            Change change = _changes[index];
            if (change.Thing == _gates[cpu] && !isMaskPassed)
            {
                now ??= change.After;
                isMaskPassed = change.Before == now;
                dependence.MayPrecede(happened, change.Happened);
            }
            else if (change.Thing == configuration || (change.Thing == _private[cpu] && line.Irq.IsPrivate))
            {
                dependence.MayPrecede(happened, change.Happened);
            }
        }
    }

    private void Configure(int happened, int thing, bool writes)
    {
        dependence.Touch(happened, thing, writes);
        if (writes)
        {
            _changes.Add(new Change(happened, thing, default, default));
        }
    }

    private void WritePending(int happened, InterruptState line, int cpu)
    {
        dependence.Touch(happened, dependence.Of(line), writes: true);
        dependence.Touch(happened, _pending[cpu], writes: true);
        if (!line.Irq.IsSpi)
        {
            dependence.Touch(happened, _private[cpu], writes: false);
        }
    }

    private int ConfigurationOf(InterruptState line)
    {
        if (!_configurations.TryGetValue(line, out int thing))
        {
            _configurations[line] = thing = dependence.NewThing();
        }

        return thing;
    }

    // A shared interrupt is one line, wherever it goes.
    private static (int Cpu, int IntId) Line(int cpu, IntId irq) => (irq.IsSpi ? -1 : cpu, irq.Value);

    // A change of what lets interrupts through: by which event, and for a CPU from what to what.
    private readonly record struct Change(int Happened, int Thing, Gates Before, Gates After);
}
