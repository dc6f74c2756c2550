using System;
using System.Collections.Generic;
using IrqSafety.Runtime;

namespace IrqSafety.Simulator;

/// <summary>Records every access to shared data of one execution, in order.</summary>
/// <param name="place">Names the place of the access that is made just now.</param>
internal sealed class AccessObserver(Func<string> place)
{
    private readonly List<MemoryAccess> _accesses = [];

    /// <summary>The accesses so far.</summary>
    public IReadOnlyList<MemoryAccess> Accesses => _accesses;

    /// <summary>Follows the machine.</summary>
    public void Observe(SimTask task, in MachineEvent happened)
    {
        if (happened.Kind is MachineEventKind.Read or MachineEventKind.Written && happened.Subject is { } location)
        {
            bool writes = happened.Kind == MachineEventKind.Written;
            _accesses.Add(new MemoryAccess(location, writes, (MemoryOrder)happened.Value, happened.Text == MachineEvent.OfUpdate, task.Frame, place()));
        }
    }
}
