using System;
using System.Collections.Generic;
using System.Numerics;

namespace IrqSafety.Runtime;

/// <summary>
/// Interrupts of consecutive INTIDs. A bit for each that may be signalled answers the question of every step, whether there is one at all.
/// </summary>
internal sealed class InterruptBank(IntId first, int count, Priority initial)
{
    // Most machines use few of their lines: a line is made when something first asks for it.
    private InterruptState?[] _states = [];
    private ulong[] _candidates = [];
    private int _candidateCount;
    private readonly List<InterruptState> _used = [];

    public int Count => count;

    public IntId First => first;

    public bool HasCandidates => _candidateCount != 0;

    public InterruptState this[int index]
    {
        get
        {
            if (_states.Length == 0)
            {
                _states = new InterruptState?[count];
                _candidates = new ulong[(count + 63) / 64];
            }

            InterruptState state = _states[index] ??= new InterruptState(this, index, first + index, initial);
            if (!state.IsUsed)
            {
                state.IsUsed = true;
                _used.Add(state);
            }

            return state;
        }
    }

    public InterruptState? FindUsed(int index) => _states.Length != 0 && _states[index] is { IsUsed: true } used ? used : null;

    public void MakeNew()
    {
        foreach (InterruptState state in _used)
        {
            state.MakeNew(initial);
        }

        _used.Clear();
    }

    public bool Contains(IntId irq) => (uint)(irq.Value - first.Value) < (uint)count;

    public void Changed(InterruptState state)
    {
        ref ulong word = ref _candidates[state.Index >> 6];
        ulong bit = 1UL << (state.Index & 63);
        if (state.IsCandidate == ((word & bit) != 0))
        {
            return;
        }

        word ^= bit;
        _candidateCount += (word & bit) != 0 ? 1 : -1;
    }

    /// <summary>Compares what may be signalled to a CPU with the most urgent so far. Equal priorities: an NMI, then the lowest INTID.</summary>
    public void Select(CpuInterface target, bool shared, ref Candidate highest)
    {
        for (int i = 0; i < _candidates.Length; i++)
        {
            for (ulong rest = _candidates[i]; rest != 0; rest &= rest - 1)
            {
                InterruptState state = _states[(i << 6) + BitOperations.TrailingZeroCount(rest)]!;
                if (!shared || state.Targets.Contains(target.Cpu))
                {
                    target.Consider(state, ref highest);
                }
            }
        }
    }

    /// <summary>The interrupts anything ever asked for.</summary>
    public IEnumerable<InterruptState> Used()
    {
        foreach (InterruptState? state in _states)
        {
            if (state is { IsUsed: true })
            {
                yield return state;
            }
        }
    }

    public void Restore(ReadOnlySpan<InterruptRecord> saved)
    {
        foreach (ref readonly InterruptRecord record in saved)
        {
            if (Contains(record.Irq))
            {
                this[record.Irq - first].Restore(record);
            }
        }
    }
}
