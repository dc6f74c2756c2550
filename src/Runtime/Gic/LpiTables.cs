using System;
using System.Collections.Generic;

namespace IrqSafety.Runtime;

/// <summary>
/// The LPI configuration table (GICR_PROPBASER): a byte of memory for each LPI, its priority and whether it is enabled. Redistributors cache what they read, so
/// that a change counts only after an invalidation. Source: Arm IHI 0069, 5.1 "LPI Configuration tables".
/// </summary>
public sealed class LpiConfigurationTable
{
    private readonly Dictionary<int, byte> _bytes = [];

    /// <summary>LPI_PROP_ENABLED.</summary>
    public const byte EnabledBit = 1;

    /// <summary>The byte of an LPI: priority in bits 7 to 2, bit 0 enables.</summary>
    public byte this[IntId lpi]
    {
        get => _bytes.GetValueOrDefault(Checked(lpi));
        set => _bytes[Checked(lpi)] = value;
    }

    internal void CopyFrom(LpiConfigurationTable other)
    {
        foreach ((int lpi, byte configured) in other._bytes)
        {
            _bytes[lpi] = configured;
        }
    }

    private static int Checked(IntId lpi) => lpi.IsLpi ? lpi.Value : throw new ArgumentOutOfRangeException(nameof(lpi), lpi, "an LPI is INTID 8192 to 65535");
}

/// <summary>A redistributor's LPIs: pending or not, with the configuration it cached. Source: Arm IHI 0069, chapter 5.</summary>
internal sealed class RedistributorLpis(LpiConfigurationTable configuration, Func<Priority, Priority> storedPriority)
{
    private const int BankSize = 256;
    private readonly List<InterruptBank> _used = [];
    private readonly InterruptBank?[] _banks = new InterruptBank?[(IntId.LpiLimit - IntId.FirstLpi) / BankSize];

    public bool HasCandidates
    {
        get
        {
            foreach (InterruptBank bank in _used)
            {
                if (bank.HasCandidates)
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>The LPI, its configuration read when it is first needed.</summary>
    public InterruptState this[IntId lpi]
    {
        get
        {
            int number = lpi.Value - IntId.FirstLpi;
            InterruptBank? bank = _banks[number / BankSize];
            if (bank is null)
            {
                bank = _banks[number / BankSize] = new InterruptBank(IntId.Lpi(number / BankSize * BankSize), BankSize, default);
                _used.Add(bank);
            }

            if (bank.FindUsed(number % BankSize) is { } known)
            {
                return known;
            }

            InterruptState state = bank[number % BankSize];
            Invalidate(state);
            return state;
        }
    }

    /// <summary>GICR_INVLPIR, or INV: what is cached is read again.</summary>
    public void Invalidate(IntId lpi) => Invalidate(this[lpi]);

    /// <summary>GICR_INVALLR, or INVALL.</summary>
    public void InvalidateAll()
    {
        foreach (InterruptState state in Used())
        {
            Invalidate(state);
        }
    }

    public void Select(CpuInterface target, ref Candidate highest)
    {
        foreach (InterruptBank bank in _used)
        {
            bank.Select(target, shared: false, ref highest);
        }
    }

    public IEnumerable<InterruptState> Used()
    {
        foreach (InterruptBank bank in _used)
        {
            foreach (InterruptState state in bank.Used())
            {
                yield return state;
            }
        }
    }

    private void Invalidate(InterruptState state)
    {
        byte configured = configuration[state.Irq];
        state.Priority = storedPriority(new Priority((byte)(configured & 0xfc)));
        state.Enabled = (configured & LpiConfigurationTable.EnabledBit) != 0;
    }
}
