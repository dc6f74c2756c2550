using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using IrqSafety.Runtime;

namespace IrqSafety.Simulator;

/// <summary>A spontaneous source during one execution.</summary>
internal sealed class SimSource(SourceDeclaration declaration, int number)
{
    private InterruptState? _line;

    public string Name => declaration.Name;

    public IntId IntId => declaration.IntId;

    /// <summary>The CPU it was declared for: whose line it is, for a private interrupt.</summary>
    public CpuId DeclaredFor => declaration.Cpu;

    public Trigger Trigger => declaration.Trigger;

    /// <summary>Index among the sources of the scenario.</summary>
    public int Number { get; } = number;

    /// <summary>How often it may still arrive.</summary>
    public int Left { get; set; } = declaration.Arrivals;

    /// <summary>An execution begins.</summary>
    public void MakeNew()
    {
        Left = declaration.Arrivals;
        _line = null;
    }

    /// <summary>Its line, at the CPU it was declared for. What messages raise has none that lasts, and is looked up.</summary>
    public InterruptState LineOn(Machine machine) => _line ?? Find(machine);

    private InterruptState Find(Machine machine)
    {
        InterruptState line = machine.Gic.StateOf(IntId, DeclaredFor);
        _line = IntId.IsLpi ? null : line;
        return line;
    }

    /// <summary>The CPU it interrupts now: a shared line goes where it is routed.</summary>
    public int CpuOn(Machine machine)
    {
        if (!IntId.IsSpi || machine.Unlatched is not null)
        {
            return DeclaredFor.Value;
        }

        InterruptState line = LineOn(machine);
        return line.RoutedToAny || line.Targets.IsEmpty || line.Targets.Contains(DeclaredFor) ? DeclaredFor.Value : line.Targets.First.Value;
    }
}

/// <summary>The spontaneous sources of one execution.</summary>
internal sealed class SourceSet
{
    private readonly List<SourceDeclaration> _declared = [];
    private SimSource[] _sources = [];

    /// <summary>An execution begins. Sources that are declared as they were in the last one are taken over.</summary>
    public void MakeNew(List<SourceDeclaration> declarations)
    {
        IsAsserting = false;
        if (CollectionsMarshal.AsSpan(_declared).SequenceEqual(CollectionsMarshal.AsSpan(declarations)))
        {
            foreach (SimSource source in _sources)
            {
                source.MakeNew();
            }

            return;
        }

        _declared.Clear();
        _declared.AddRange(declarations);
        _sources = new SimSource[declarations.Count];
        for (int number = 0; number < _sources.Length; number++)
        {
            _sources[number] = new SimSource(declarations[number], number);
        }
    }

    /// <summary>All of them.</summary>
    public SimSource[] All => _sources;

    /// <summary>A source raises its line just now: the event is not the program's.</summary>
    public bool IsAsserting { get; set; }

    /// <summary>The source of this index.</summary>
    public SimSource this[int number] => _sources[number];
}
