using System.Collections.Generic;

namespace IrqSafety.Runtime;

/// <summary>A GICv3: distributor, one redistributor and one CPU interface per CPU. Source: Arm IHI 0069.</summary>
/// <remarks>
/// Priorities are kept as the comparison uses them. Where Non-secure software sees the distributor shifted but PMR unshifted (two security states,
/// SCR_EL3.FIQ = 0), what is written to IPRIORITYR is converted, as <see cref="Programmed"/> shows; in the other cases both views agree.
/// </remarks>
public sealed class Gic
{
    private readonly Machine _machine;
    private readonly Redistributor[] _redistributors;

    internal Gic(Machine machine, int cpus)
    {
        _machine = machine;
        _redistributors = new Redistributor[cpus];
        for (int i = 0; i < cpus; i++)
        {
            _redistributors[i] = new Redistributor();
        }
    }

    /// <summary>The shared interrupts.</summary>
    public Distributor Distributor { get; } = new();

    /// <summary>The private interrupts, by CPU.</summary>
    public IReadOnlyList<Redistributor> Redistributors => _redistributors;

    /// <summary>The distributor shows Non-secure software a shifted view of priorities while PMR and RPR are unshifted.</summary>
    public bool ShiftedView => !_machine.Profile.SecurityDisabled && !_machine.Profile.ScrEl3Fiq;

    /// <summary>The state of an interrupt as a CPU sees it.</summary>
    public InterruptState StateOf(IntId irq, CpuId cpu) => irq.IsPrivate ? _redistributors[cpu.Value][irq] : Distributor[irq];

    /// <summary>What the driver writes to IPRIORITYR so that interrupts of this priority are compared as such.</summary>
    public Priority Programmed(Priority wanted) => ShiftedView ? wanted.ToNonSecureView() : wanted;

    /// <summary>Writes IPRIORITYR as Non-secure software does. Five bits are implemented; the others stay 0.</summary>
    public void WritePriority(IntId irq, CpuId cpu, Priority written) =>
        StateOf(irq, cpu).Priority = (ShiftedView ? written.FromNonSecureView() : written).Implemented();

    /// <summary>
    /// A source asserts: an edge is latched, a level line goes high. <paramref name="cpu"/> says whose line a private interrupt is; a shared one goes
    /// to its target.
    /// </summary>
    public void Assert(IntId irq, CpuId cpu)
    {
        InterruptState state = StateOf(irq, cpu);
        state.Raise();
        Asserted(irq, irq.IsPrivate ? cpu : state.Target);
    }

    /// <summary>A level source goes low.</summary>
    public void Deassert(IntId irq, CpuId cpu) => StateOf(irq, cpu).Lower();

    /// <summary>A write of ICC_SGI1R_EL1: the SGI becomes pending on each target, also where the redistributor sleeps.</summary>
    public void SendSgi(IntId sgi, CpuMask targets)
    {
        foreach (CpuId cpu in targets)
        {
            _redistributors[cpu.Value][sgi].SetPending(true);
            Asserted(sgi, cpu);
        }
    }

    /// <summary>A write of ICC_SGI1R_EL1 with IRM set: the SGI becomes pending on every CPU but the sender.</summary>
    public void BroadcastSgi(IntId sgi, CpuId sender) => SendSgi(sgi, CpuMask.All(_redistributors.Length).Without(sender));

    /// <summary>Writes ISPENDR or ICPENDR.</summary>
    public void SetPending(IntId irq, CpuId cpu, bool pending)
    {
        InterruptState state = StateOf(irq, cpu);
        state.SetPending(pending);
        if (pending)
        {
            Asserted(irq, irq.IsPrivate ? cpu : state.Target);
        }
    }

    private void Asserted(IntId irq, CpuId cpu) =>
        _machine.Execution.Publish(new MachineEvent(MachineEventKind.InterruptAsserted, KernelTask.CurrentOrNull?.Cpu ?? cpu, irq, irq.Value, cpu.Value));

    /// <inheritdoc/>
    public override string ToString() => "GIC";
}
