using System.Collections.Generic;

namespace IrqSafety.Runtime;

/// <summary>The active priorities registers (ICC_AP0R0_EL1, ICC_AP1R0_EL1): what was acknowledged and not dropped, most urgent last.</summary>
/// <remarks>The registers keep a bit for each group priority. Which INTID set it is kept too, to see an end of interrupt out of order.</remarks>
internal sealed class ActivePriorities
{
    private readonly List<Entry> _entries = new(4);

    /// <summary>One acknowledged interrupt: null in <paramref name="Irq"/> when the register was restored and does not say which.</summary>
    internal readonly record struct Entry(Priority Priority, InterruptGroup Group, bool IsNmi, IntId? Irq, CpuId Sender);

    /// <summary>The group priority of the innermost, as the comparison uses it.</summary>
    public Priority Running => _entries.Count == 0 ? Priority.Idle : _entries[^1].Priority;

    /// <summary>The innermost interrupt.</summary>
    public Entry Innermost => _entries[^1];

    public IReadOnlyList<Entry> Entries => _entries;

    public bool IsEmpty => _entries.Count == 0;

    public void Push(in Entry entry) => _entries.Add(entry);

    public void Drop() => _entries.RemoveAt(_entries.Count - 1);

    public void Clear() => _entries.Clear();

    public void Restore(IReadOnlyList<Entry> saved)
    {
        _entries.Clear();
        _entries.AddRange(saved);
    }

    /// <summary>An NMI of the group was acknowledged and not dropped.</summary>
    public bool HasNmi(InterruptGroup group)
    {
        foreach (Entry entry in _entries)
        {
            if (entry.IsNmi && entry.Group == group)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The interrupt was acknowledged here and its priority not dropped.</summary>
    public bool Holds(IntId irq)
    {
        foreach (Entry entry in _entries)
        {
            if (entry.Irq == irq)
            {
                return true;
            }
        }

        return false;
    }

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
        _ = _entries.RemoveAll(entry => entry.Group == group);
        for (int bit = 0; bit < 32; bit++)
        {
            if ((bits & (1u << bit)) != 0)
            {
                _entries.Add(new Entry(new Priority((byte)(bit << 3)), group, IsNmi: false, Irq: null, Sender: default));
            }
        }

        _entries.Sort(static (left, right) => right.Priority.Value.CompareTo(left.Priority.Value));
    }
}
