using System.Collections.Generic;

namespace IrqSafety.Runtime;

/// <summary>The active priorities registers (ICC_AP0R0_EL1, ICC_AP1R0_EL1): what was acknowledged and not dropped, most urgent last.</summary>
/// <remarks>The registers keep a bit for each group priority. Which INTID set it is kept too, to see an end of interrupt out of order.</remarks>
internal sealed class ActivePriorities
{
    private readonly List<Entry> _entries = [];

    private readonly record struct Entry(Priority Priority, InterruptGroup Group, IntId? Irq);

    /// <summary>ICC_RPR_EL1.</summary>
    public Priority Running => _entries.Count == 0 ? Priority.Idle : _entries[^1].Priority;

    /// <summary>The innermost interrupt; null when none is running, or when the register was restored and does not say.</summary>
    public IntId? Innermost => _entries.Count == 0 ? null : _entries[^1].Irq;

    public bool IsEmpty => _entries.Count == 0;

    public void Push(Priority priority, InterruptGroup group, IntId irq) => _entries.Add(new Entry(priority, group, irq));

    public void Drop() => _entries.RemoveAt(_entries.Count - 1);

    public void Clear() => _entries.Clear();

    /// <summary>The register of a group: bit n is group priority 8 n.</summary>
    public uint Read(InterruptGroup group)
    {
        uint bits = 0;
        foreach (Entry entry in _entries)
        {
            bits |= entry.Group == group ? 1u << (entry.Priority.Value >> 3) : 0;
        }

        return bits;
    }

    /// <summary>What a write of the register makes active, as after a power-down.</summary>
    public void Write(InterruptGroup group, uint bits)
    {
        _entries.RemoveAll(entry => entry.Group == group);
        for (int bit = 0; bit < 32; bit++)
        {
            if ((bits & (1u << bit)) != 0)
            {
                _entries.Add(new Entry(new Priority((byte)(bit << 3)), group, null));
            }
        }

        _entries.Sort(static (left, right) => right.Priority.Value.CompareTo(left.Priority.Value));
    }
}
