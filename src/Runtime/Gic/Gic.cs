using System;
using System.Collections.Generic;
using IrqSafety.Contracts;

namespace IrqSafety.Runtime;

/// <summary>
/// The interrupt controller: distributor, one redistributor and one CPU interface per CPU, and an ITS. Source: Arm IHI 0069 (GICv3), IHI 0048 (GICv2).
/// </summary>
/// <remarks>
/// An interrupt passes through in one direction: its line is raised at the distributor or a redistributor, its state becomes pending, the CPU interface of a
/// CPU selects it and signals, the CPU takes an exception and acknowledges, a flow handler runs the handlers and ends it.
/// <para>
/// Priorities are stored as the comparison uses them, which with two security states is the Secure view. Non-secure software sees the distributor's shifted,
/// and PMR and RPR as well where SCR_EL3.FIQ is set (<see cref="ShiftsMask"/>). Where only the distributor is shifted, the driver converts what it
/// writes (<see cref="Programmed"/>).
/// </para>
/// </remarks>
public sealed class Gic
{
    private readonly Machine _machine;
    private readonly Redistributor[] _redistributors;
    private Its? _its;
    private LpiConfigurationTable? _lpiConfiguration;

    internal Gic(Machine machine, int cpus)
    {
        _machine = machine;
        ShiftedView = machine.Profile is { SecurityDisabled: false, ScrEl3Fiq: false };
        ShiftsMask = machine.Profile is { SecurityDisabled: false, ScrEl3Fiq: true };
        InitialPriority = Stored(Programmed(Priority.Irq));
        Distributor = new Distributor(machine, InitialPriority);
        _redistributors = new Redistributor[cpus];
        for (int i = 0; i < cpus; i++)
        {
            _redistributors[i] = new Redistributor(this, new CpuId(i));
        }
    }

    internal void MakeNew()
    {
        Distributor.MakeNew();
        foreach (Redistributor redistributor in _redistributors)
        {
            redistributor.MakeNew();
        }

        (_its, _lpiConfiguration) = (null, null);
    }

    /// <summary>The shared interrupts.</summary>
    public Distributor Distributor { get; }

    /// <summary>The private interrupts, by CPU.</summary>
    public IReadOnlyList<Redistributor> Redistributors => _redistributors;

    /// <summary>The translation service for messages.</summary>
    public Its Its => _its ??= new(this);

    /// <summary>The LPI configuration table in memory.</summary>
    public LpiConfigurationTable LpiConfiguration => _lpiConfiguration ??= new();

    /// <summary>The distributor shows Non-secure software a shifted view of priorities while PMR and RPR are unshifted.</summary>
    public bool ShiftedView { get; }

    /// <summary>PMR and RPR show Non-secure software the shifted view too.</summary>
    public bool ShiftsMask { get; }

    internal Machine Machine => _machine;

    internal MachineProfile Profile => _machine.Profile;

    /// <summary>What an ordinary interrupt’s priority is stored as, after the driver’s initialisation.</summary>
    internal Priority InitialPriority { get; }

    /// <summary>The state of an interrupt as a CPU sees it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such interrupt.</exception>
    public InterruptState StateOf(IntId irq, CpuId cpu) => irq.IsPrivate || irq.IsLpi ? _redistributors[cpu.Value][irq] : Distributor[irq];

    /// <summary>The same; null where there is no such interrupt.</summary>
    public InterruptState? Find(IntId irq, CpuId cpu) => irq.IsPrivate || irq.IsLpi ? _redistributors[cpu.Value].Find(irq) : Distributor.Find(irq);

    /// <summary>What the driver writes to IPRIORITYR so that interrupts of this priority are compared as such.</summary>
    [ProgramsPriority(nameof(wanted), Absolute = true, IrqOff = 0xc0, IrqOn = 0xe0)]
    [Expresses(nameof(wanted))]
    public Priority Programmed(Priority wanted) => ShiftedView ? wanted.ToNonSecureView() : wanted;

    /// <summary>Writes IPRIORITYR as Non-secure software does. Five bits are implemented; the others stay 0.</summary>
    public void WritePriority(IntId irq, CpuId cpu, Priority written) => StateOf(irq, cpu).Priority = Stored(written);

    /// <summary>Reads IPRIORITYR as Non-secure software does.</summary>
    public Priority ReadPriority(IntId irq, CpuId cpu) => Profile.SecurityDisabled ? StateOf(irq, cpu).Priority : StateOf(irq, cpu).Priority.ToNonSecureView();

    /// <summary>
    /// A source asserts: an edge is latched, a level line goes high. <paramref name="cpu"/> says whose line a private interrupt is; a shared one goes
    /// to its target.
    /// </summary>
    public void Assert(IntId irq, CpuId cpu)
    {
        InterruptState state = StateOf(irq, cpu);
        state.Raise();
        BecamePending(state, cpu);
    }

    /// <summary>A level source goes low.</summary>
    public void Deassert(IntId irq, CpuId cpu)
    {
        InterruptState state = StateOf(irq, cpu);
        state.Lower();
        Withdrawn(state, cpu);
    }

    /// <summary>A message-based SPI: a write of GICD_SETSPI_NSR.</summary>
    public void SetSpi(IntId spi)
    {
        InterruptState state = Distributor[spi];
        state.SetPending(true);
        BecamePending(state, state.Target);
    }

    /// <summary>A write of ICC_SGI1R_EL1 or GICD_SGIR: the SGI becomes pending on each target, also where the redistributor sleeps.</summary>
    /// <remarks>The sender is the CPU this thread executes on; GICv2 tells it to the receiver.</remarks>
    public void SendSgi(IntId sgi, CpuMask targets) => SendSgi(sgi, targets, KernelTask.CurrentOrNull?.Cpu ?? targets.First);

    internal void SendSgi(IntId sgi, CpuMask targets, CpuId sender)
    {
        foreach (CpuId cpu in targets)
        {
            InterruptState state = _redistributors[cpu.Value][sgi];
            if (Profile.GicVersion < 3)
            {
                state.PendFrom(sender);
            }
            else
            {
                state.SetPending(true);
            }

            Asserted(state, cpu);
        }
    }

    /// <summary>A write of ICC_SGI1R_EL1 with IRM set: the SGI becomes pending on every CPU but the sender.</summary>
    public void BroadcastSgi(IntId sgi, CpuId sender) => SendSgi(sgi, CpuMask.All(_redistributors.Length).Without(sender), sender);

    /// <summary>Writes ISPENDR or ICPENDR.</summary>
    public void SetPending(IntId irq, CpuId cpu, bool pending)
    {
        InterruptState state = StateOf(irq, cpu);
        state.SetPending(pending);
        if (pending)
        {
            BecamePending(state, cpu);
        }
        else
        {
            Withdrawn(state, cpu);
        }
    }

    /// <summary>What is stored when Non-secure software writes a priority.</summary>
    internal Priority Stored(Priority written) => (Profile.SecurityDisabled ? written : written.FromNonSecureView()).Implemented();

    /// <summary>PMR as the comparison uses it.</summary>
    internal Priority StoredMask(Pmr written, bool secure)
    {
        var mask = new Priority(written.Value);
        return ShiftsMask && !secure ? mask.FromNonSecureView() : mask;
    }

    /// <summary>A running priority as RPR shows it.</summary>
    internal Priority InView(Priority stored, bool secure)
    {
        if (!ShiftsMask || secure || stored == Priority.Idle)
        {
            return stored;
        }

        return stored.Value < 0x80 ? new Priority(0) : stored.ToNonSecureView();
    }

    /// <summary>An NMI has the highest priority of its security state.</summary>
    internal Priority NmiPriority(InterruptGroup group) => new((byte)(!Profile.SecurityDisabled && group == InterruptGroup.Group1 ? 0x80 : 0));

    internal void Withdrawn(InterruptState state, CpuId cpu) =>
        Publish(MachineEventKind.InterruptWithdrawn, state, state.Irq.IsSpi ? state.Target : cpu);

    internal void Asserted(IntId irq, CpuId cpu) => Asserted(StateOf(irq, cpu), cpu);

    private void BecamePending(InterruptState state, CpuId cpu)
    {
        if (state.Irq.IsSpi)
        {
            Distributor.Route(state);
            cpu = state.Target;
        }

        Asserted(state, cpu);
    }

    private void Asserted(InterruptState state, CpuId cpu) => Publish(MachineEventKind.InterruptAsserted, state, cpu);

    private void Publish(MachineEventKind kind, InterruptState state, CpuId cpu) =>
        _machine.Execution.Publish(new MachineEvent(kind, KernelTask.CurrentOrNull?.Cpu ?? cpu, state, state.Irq.Value, cpu.Value));

    /// <inheritdoc/>
    public override string ToString() => "GIC";
}
