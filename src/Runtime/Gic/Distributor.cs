using System;
using System.Collections.Generic;

namespace IrqSafety.Runtime;

/// <summary>The distributor: the shared peripheral interrupts, and who gets them. Source: Arm IHI 0069, GICD_*.</summary>
/// <remarks>
/// These are the registers, as hardware has them; <see cref="Gicd"/> are the operations of code that programs them. It starts as <c>gic_dist_init</c> leaves it.
/// </remarks>
public sealed class Distributor
{
    private readonly InterruptBank _spis;
    private readonly InterruptBank _extendedSpis;
    private readonly Machine _machine;

    internal Distributor(Machine machine, Priority initial)
    {
        _machine = machine;
        _spis = new InterruptBank(new IntId(IntId.FirstSpi), machine.Profile.SpiCount, initial);
        _extendedSpis = new InterruptBank(new IntId(IntId.FirstExtendedSpi), machine.Profile.ExtendedRanges ? IntId.ExtendedSpiCount : 0, initial);
        Registers = new DistributorFrame(machine, this);
    }

    internal void MakeNew()
    {
        _spis.MakeNew();
        _extendedSpis.MakeNew();
        (Group0Enabled, Group1Enabled, SecureGroup1Enabled, RegisterWritePending) = (true, true, true, false);
    }

    /// <summary>The registers as a memory-mapped frame.</summary>
    public DistributorFrame Registers { get; }

    /// <summary>GICD_CTLR.EnableGrp0.</summary>
    public bool Group0Enabled { get; internal set; } = true;

    /// <summary>GICD_CTLR.EnableGrp1, of Non-secure Group 1 where there are two security states.</summary>
    public bool Group1Enabled { get; internal set; } = true;

    /// <summary>GICD_CTLR.EnableGrp1S.</summary>
    public bool SecureGroup1Enabled { get; internal set; } = true;

    /// <summary>GICD_CTLR.ARE_NS: affinity routing. GICv2 has none.</summary>
    public bool AffinityRouting => _machine.Profile.GicVersion >= 3;

    /// <summary>GICD_CTLR.RWP: a disable or a change of GICD_CTLR has not reached every CPU.</summary>
    public bool RegisterWritePending { get; internal set; }

    /// <summary>The INTIDs of shared interrupts end here: the first that is not implemented, 1020 at most.</summary>
    public int Limit => IntId.FirstSpi + _spis.Count;

    /// <summary>The state of an SPI.</summary>
    public InterruptState this[IntId irq] => Find(irq)
        ?? throw new ArgumentOutOfRangeException(nameof(irq), irq, $"the distributor holds SPIs, INTID 32 to {Limit - 1}{(_extendedSpis.Count > 0 ? " and 4096 to 5119" : "")}");

    internal bool HasCandidates => _spis.HasCandidates || _extendedSpis.HasCandidates;

    internal InterruptState? Find(IntId irq) => _spis.Contains(irq)
        ? _spis[irq.Value - IntId.FirstSpi]
        : _extendedSpis.Contains(irq) ? _extendedSpis[irq.Value - IntId.FirstExtendedSpi] : null;

    /// <summary>IROUTER with the routing mode set: of the CPUs that can take it, one is chosen each time it becomes pending. The choice is the environment's.</summary>
    internal void Route(InterruptState state)
    {
        if (!state.RoutedToAny)
        {
            return;
        }

        CpuMask able = CpuMask.None;
        foreach (Cpu cpu in _machine.Cpus)
        {
            if (cpu.Redistributor.Awake && cpu.Interface.Enables(state.Group))
            {
                able = able.With(cpu.Id);
            }
        }

        int chosen = able.Count > 1 ? _machine.Execution.Choose($"{state.Irq} goes to one of CPUs {able}", able.Count) : 0;
        foreach (CpuId cpu in able)
        {
            if (chosen-- == 0)
            {
                state.Targets = CpuMask.Of(cpu);
            }
        }
    }

    internal void Select(CpuInterface target, ref Candidate highest)
    {
        _spis.Select(target, shared: true, ref highest);
        _extendedSpis.Select(target, shared: true, ref highest);
    }

    internal IEnumerable<InterruptState> Used()
    {
        foreach (InterruptState state in _spis.Used())
        {
            yield return state;
        }

        foreach (InterruptState state in _extendedSpis.Used())
        {
            yield return state;
        }
    }

    internal void Restore(ReadOnlySpan<InterruptRecord> saved)
    {
        _spis.Restore(saved);
        _extendedSpis.Restore(saved);
    }
}
