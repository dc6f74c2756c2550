using System;
using System.Collections.Generic;

namespace IrqSafety.Runtime;

/// <summary>A CPU's redistributor: its SGIs, PPIs and LPIs. Source: Arm IHI 0069, GICR_*.</summary>
/// <remarks>These are the registers, as hardware has them; <see cref="Gicr"/> are the operations of code that programs them.</remarks>
public sealed class Redistributor
{
    private readonly InterruptBank _private;
    private readonly InterruptBank _extended;
    private readonly Gic _gic;
    private RedistributorLpis? _lpis;

    // What a disabled redistributor keeps: the LPI pending table in memory (GICR_PENDBASER).
    private HashSet<IntId>? _pendingTable;

    internal Redistributor(Gic gic, CpuId cpu)
    {
        Cpu = cpu;
        _private = new InterruptBank(new IntId(0), 32, gic.InitialPriority);
        _extended = new InterruptBank(new IntId(IntId.FirstExtendedPpi), gic.Profile.ExtendedRanges ? IntId.ExtendedPpiCount : 0, gic.InitialPriority);
        _gic = gic;
        Registers = new RedistributorFrame(gic, this);
    }

    internal void MakeNew()
    {
        _private.MakeNew();
        _extended.MakeNew();
        (_lpis, _pendingTable) = (null, null);
        (Awake, ChildrenAsleep, RegisterWritePending, LpisEnabled) = (true, false, false, false);
    }

    private RedistributorLpis Lpis => _lpis ??= new RedistributorLpis(_gic.LpiConfiguration, _gic.Stored);

    private HashSet<IntId> PendingTable => _pendingTable ??= [];

    /// <summary>Whose it is.</summary>
    public CpuId Cpu { get; }

    /// <summary>The registers as a memory-mapped frame.</summary>
    public RedistributorFrame Registers { get; }

    /// <summary>GICR_WAKER.ProcessorSleep is clear: the redistributor forwards interrupts.</summary>
    public bool Awake { get; private set; } = true;

    /// <summary>GICR_WAKER.ChildrenAsleep: nothing is on its way to the CPU interface any more. Follows <see cref="Awake"/>.</summary>
    public bool ChildrenAsleep { get; private set; }

    /// <summary>GICR_CTLR.RWP (bit 3, not the distributor's 31): a disable of a private interrupt has not taken effect.</summary>
    public bool RegisterWritePending { get; internal set; }

    /// <summary>GICR_CTLR.EnableLPIs. Set: the pending table in memory is read. Clear: what is pending is written to it.</summary>
    public bool LpisEnabled { get; private set; }

    /// <summary>The state of an SGI or PPI on this CPU.</summary>
    public InterruptState this[IntId irq] => Find(irq)
        ?? throw new ArgumentOutOfRangeException(nameof(irq), irq, $"a redistributor holds SGIs and PPIs, INTID 0 to 31{(_extended.Count > 0 ? " and 1056 to 1119" : "")}");

    internal bool HasCandidates => _private.HasCandidates || _extended.HasCandidates || (LpisEnabled && Lpis.HasCandidates);

    /// <summary>True when an LPI is pending here.</summary>
    public bool IsLpiPending(IntId lpi) => LpisEnabled ? Lpis[lpi].Pending : PendingTable.Contains(lpi);

    /// <summary>Clears GICR_WAKER.ProcessorSleep.</summary>
    internal void Wake() => (Awake, ChildrenAsleep) = (true, false);

    /// <summary>Sets GICR_WAKER.ProcessorSleep: what becomes pending from now on only asks for a wake-up.</summary>
    internal void Sleep() => (Awake, ChildrenAsleep) = (false, true);

    /// <summary>Writes GICR_CTLR.EnableLPIs.</summary>
    /// <param name="enabled">The bit.</param>
    /// <param name="pendingTableIsZero">GICR_PENDBASER.PTZ: the table is known to hold nothing, and is not read.</param>
    internal void EnableLpis(bool enabled, bool pendingTableIsZero = false)
    {
        if (enabled == LpisEnabled)
        {
            return;
        }

        LpisEnabled = enabled;
        if (enabled)
        {
            foreach (IntId lpi in PendingTable)
            {
                Lpis[lpi].SetPending(!pendingTableIsZero);
            }

            PendingTable.Clear();
            return;
        }

        foreach (InterruptState state in Lpis.Used())
        {
            if (state.Pending)
            {
                _ = PendingTable.Add(state.Irq);
                state.SetPending(false);
            }
        }
    }

    /// <summary>A bit of the LPI pending table in memory, which counts when LPIs are enabled next.</summary>
    internal void WritePendingTable(IntId lpi, bool pending) => _ = pending ? PendingTable.Add(lpi) : PendingTable.Remove(lpi);

    /// <summary>GICR_SETLPIR, GICR_CLRLPIR, or what the ITS sends. Without EnableLPIs the message is lost.</summary>
    internal void SetLpiPending(IntId lpi, bool pending)
    {
        if (LpisEnabled)
        {
            Lpis[lpi].SetPending(pending);
        }
    }

    /// <summary>GICR_INVLPIR: the configuration of an LPI is read again.</summary>
    internal void InvalidateLpi(IntId lpi) => Lpis.Invalidate(lpi);

    /// <summary>GICR_INVALLR: the configuration of every LPI is read again.</summary>
    internal void InvalidateAllLpis() => Lpis.InvalidateAll();

    internal InterruptState? Find(IntId irq) => _private.Contains(irq)
        ? _private[irq.Value]
        : _extended.Contains(irq) ? _extended[irq.Value - IntId.FirstExtendedPpi] : irq.IsLpi ? Lpis[irq] : null;

    internal void Select(CpuInterface target, ref Candidate highest)
    {
        _private.Select(target, shared: false, ref highest);
        _extended.Select(target, shared: false, ref highest);
        if (LpisEnabled)
        {
            Lpis.Select(target, ref highest);
        }
    }

    internal IEnumerable<InterruptState> Used()
    {
        foreach (InterruptState state in _private.Used())
        {
            yield return state;
        }

        foreach (InterruptState state in _extended.Used())
        {
            yield return state;
        }
    }

    internal IEnumerable<IntId> PendingLpis()
    {
        foreach (IntId lpi in PendingTable)
        {
            yield return lpi;
        }

        foreach (InterruptState state in Lpis.Used())
        {
            if (state.Pending)
            {
                yield return state.Irq;
            }
        }
    }

    internal void Restore(ReadOnlySpan<InterruptRecord> saved)
    {
        _private.Restore(saved);
        _extended.Restore(saved);
    }

    /// <summary>What <c>gic_cpu_config</c> does when the CPU comes up: everything disabled, inactive and of ordinary priority, SGIs enabled by software later.</summary>
    internal void Reset(Priority irq)
    {
        foreach (InterruptState state in Used())
        {
            state.Enabled = false;
            state.Active = false;
            state.Priority = irq;
        }
    }
}
