using System;
using System.Collections;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.Numerics;

namespace IrqSafety.Runtime;

/// <summary>A set of CPUs (<c>struct cpumask</c>), by value. Up to 64 CPUs.</summary>
public readonly record struct CpuMask : IEnumerable<CpuId>
{
    private readonly ulong _bits;

    private CpuMask(ulong bits) => _bits = bits;

    /// <summary>No CPU.</summary>
    public static CpuMask None => default;

    /// <summary>True when the set is empty.</summary>
    public bool IsEmpty => _bits == 0;

    /// <summary>The set as a word: bit n is CPU n.</summary>
    public ulong Bits => _bits;

    /// <summary>How many CPUs are in the set.</summary>
    public int Count => BitOperations.PopCount(_bits);

    /// <summary>The lowest CPU of the set; CPU 0 when there is none.</summary>
    public CpuId First => new(_bits == 0 ? 0 : BitOperations.TrailingZeroCount(_bits));

    /// <summary>The set of these CPUs.</summary>
    public static CpuMask Of(params ReadOnlySpan<CpuId> cpus)
    {
        ulong bits = 0;
        foreach (CpuId cpu in cpus)
        {
            bits |= Bit(cpu);
        }

        return new CpuMask(bits);
    }

    /// <summary>The set whose bits these are: bit n is CPU n.</summary>
    public static CpuMask FromBits(ulong bits) => new(bits);

    /// <summary>CPUs 0 to <paramref name="count"/> - 1.</summary>
    public static CpuMask All(int count) => new(count >= 64 ? ulong.MaxValue : (1UL << count) - 1);

    /// <summary>True when the CPU is in the set.</summary>
    public bool Contains(CpuId cpu) => (_bits & Bit(cpu)) != 0;

    /// <summary>The set with this CPU.</summary>
    public CpuMask With(CpuId cpu) => new(_bits | Bit(cpu));

    /// <summary>The set without this CPU.</summary>
    public CpuMask Without(CpuId cpu) => new(_bits & ~Bit(cpu));

    /// <summary>CPUs in both.</summary>
    public static CpuMask operator &(CpuMask left, CpuMask right) => new(left._bits & right._bits);

    /// <summary>CPUs in either.</summary>
    public static CpuMask operator |(CpuMask left, CpuMask right) => new(left._bits | right._bits);

    /// <summary>CPUs in the first and not in the second.</summary>
    public static CpuMask operator -(CpuMask left, CpuMask right) => new(left._bits & ~right._bits);

    /// <summary>The set without this CPU.</summary>
    public static CpuMask operator -(CpuMask left, CpuId cpu) => left.Without(cpu);

    /// <summary>The CPUs, lowest first.</summary>
    public Enumerator GetEnumerator() => new(_bits);

    /// <inheritdoc/>
    IEnumerator<CpuId> IEnumerable<CpuId>.GetEnumerator() => GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <inheritdoc/>
    public override string ToString() => IsEmpty ? "no CPU" : string.Join(",", this);

    private static ulong Bit(CpuId cpu) => cpu.Value is >= 0 and < 64
        ? 1UL << cpu.Value
        : throw new ArgumentOutOfRangeException(nameof(cpu), cpu.Value, "a CPU number is 0 to 63");

    /// <summary>Goes over the set without allocating.</summary>
    [SuppressMessage("Design", "CA1034", Justification = "It is the enumerator of this type, as those of the collections are.")]
    public struct Enumerator : IEnumerator<CpuId>
    {
        private ulong _rest;

        internal Enumerator(ulong bits) => _rest = bits;

        /// <inheritdoc/>
        public CpuId Current { get; private set; }

        /// <inheritdoc/>
        readonly object IEnumerator.Current => Current;

        /// <inheritdoc/>
        public bool MoveNext()
        {
            if (_rest == 0)
            {
                return false;
            }

            Current = new CpuId(BitOperations.TrailingZeroCount(_rest));
            _rest &= _rest - 1;
            return true;
        }

        /// <inheritdoc/>
        readonly void IEnumerator.Reset() => throw new NotSupportedException();

        /// <inheritdoc/>
        public readonly void Dispose()
        {
        }
    }
}
