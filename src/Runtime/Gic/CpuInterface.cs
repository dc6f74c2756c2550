namespace IrqSafety.Runtime;

/// <summary>
/// The CPU interface of one CPU: it compares priorities with PMR and the running priority, and hands interrupts over. Source: Arm IHI 0069, ICC_*.
/// </summary>
/// <remarks>These are the registers, not operations: they have no point of their own. The flow handlers of the model use them.</remarks>
public sealed class CpuInterface
{
    private readonly Gic _gic;
    private readonly Cpu _cpu;
    private readonly ActivePriorities _active = new();

    internal CpuInterface(Gic gic, Cpu cpu)
    {
        _gic = gic;
        _cpu = cpu;
    }

    /// <summary>
    /// ICC_PMR_EL1, which a context switch and exception entry and exit exchange. Written raw here: kernel code masks with <see cref="LocalIrq"/> and
    /// <see cref="LocalDaif"/>.
    /// </summary>
    public Pmr Pmr
    {
        get => _cpu.State.Pmr;
        set
        {
            _cpu.State.Pmr = value;
            _cpu.MaskChanged();
        }
    }

    /// <summary>ICC_IGRPEN0_EL1: Group 0 interrupts are signalled.</summary>
    public bool Group0Enabled { get; set; }

    /// <summary>ICC_IGRPEN1_EL1: Group 1 interrupts are signalled.</summary>
    public bool Group1Enabled { get; internal set; } = true;

    /// <summary>ICC_CTLR_EL1.EOImode.</summary>
    public EoiMode EoiMode => _cpu.Machine.Profile.EoiMode;

    /// <summary>ICC_BPR0_EL1, ICC_BPR1_EL1 and ICC_CTLR_EL1.CBPR.</summary>
    public BinaryPoint BinaryPoint { get; } = new();

    /// <summary>ICC_RPR_EL1: the group priority of the innermost interrupt acknowledged and not dropped; idle when there is none.</summary>
    public Priority RunningPriority => _active.Running;

    /// <summary>ICC_AP1R0_EL1: a bit for each group priority of Group 1 that is active. Written when a CPU comes back from a power-down.</summary>
    public uint ActivePriorities1
    {
        get => _active.Read(InterruptGroup.Group1);
        set => _active.Write(InterruptGroup.Group1, value);
    }

    /// <summary>
    /// ICC_HPPIR1_EL1: the most urgent pending interrupt for this CPU, whatever PMR and the running priority. Equal priorities: the lowest INTID. 1023
    /// where that is one of Group 0.
    /// </summary>
    public IntId HighestPending => FindHighest(out Candidate highest) && highest.Group == InterruptGroup.Group1 ? highest.Irq : IntId.Spurious;

    /// <summary>
    /// An interrupt of Group 1 is signalled to the PE as IRQ: pending, passed by PMR, and its group priority more urgent than the running one. PSTATE
    /// does not matter here.
    /// </summary>
    public bool Signals => Signalled(InterruptGroup.Group1, out _);

    /// <summary>An interrupt of Group 0 is signalled to the PE as FIQ.</summary>
    public bool SignalsFiq => Signalled(InterruptGroup.Group0, out _);

    /// <summary>Reads ICC_IAR1_EL1: selects and activates the most urgent signalled interrupt of Group 1 now, or returns 1023.</summary>
    public IntId Acknowledge() => Acknowledge(InterruptGroup.Group1);

    /// <summary>Reads ICC_IAR0_EL1: the same for Group 0.</summary>
    public IntId AcknowledgeGroup0() => Acknowledge(InterruptGroup.Group0);

    /// <summary>
    /// Writes ICC_EOIR1_EL1: priority drop, and deactivation in mode 0. Must follow the acknowledges in reverse order. A special INTID is ignored.
    /// </summary>
    public void EndOfInterrupt(IntId irq)
    {
        if (irq.IsSpecial)
        {
            return;
        }

        if (_active.IsEmpty || (_active.Innermost is { } innermost && innermost != irq))
        {
            string state = _active.IsEmpty ? "no interrupt is running" : $"{_active.Innermost} is the innermost";
            _cpu.Machine.Execution.Fail($"EOIR1 written with {irq}, but {state}");
        }

        _active.Drop();
        _cpu.Publish(MachineEventKind.InterruptEnded, irq, irq.Value, text: "priority drop");
        if (EoiMode == EoiMode.DropAndDeactivate)
        {
            Deactivated(irq);
        }
    }

    /// <summary>Writes ICC_DIR_EL1: deactivation in mode 1, on whatever CPU it was acknowledged. Unpredictable in mode 0.</summary>
    public void Deactivate(IntId irq)
    {
        if (EoiMode == EoiMode.DropAndDeactivate)
        {
            _cpu.Machine.Execution.Fail($"DIR written with {irq} in EOImode 0, where EOIR deactivates");
        }

        Deactivated(irq);
    }

    internal void Reset() => _active.Clear();

    private IntId Acknowledge(InterruptGroup group)
    {
        IntId irq = IntId.Spurious;
        if (Signalled(group, out Candidate highest))
        {
            irq = highest.Irq;
            _gic.StateOf(irq, _cpu.Id).Acknowledge();
            _active.Push(BinaryPoint.GroupPriority(highest.Priority, group), group, irq);
        }

        _cpu.Publish(MachineEventKind.InterruptAcknowledged, irq, irq.Value);
        return irq;
    }

    private void Deactivated(IntId irq)
    {
        _gic.StateOf(irq, _cpu.Id).Active = false;
        _cpu.Publish(MachineEventKind.InterruptEnded, irq, irq.Value, text: "deactivated");
    }

    // PMR is compared with the whole priority, the running priority with the group priority only: sub-priorities never preempt.
    private bool Signalled(InterruptGroup group, out Candidate highest) =>
        FindHighest(out highest)
        && highest.Group == group
        && Pmr.Passes(highest.Priority)
        && BinaryPoint.GroupPriority(highest.Priority, group).IsMoreUrgentThan(RunningPriority);

    private bool FindHighest(out Candidate highest)
    {
        highest = Candidate.None;
        if (_cpu.Redistributor.Awake)
        {
            _cpu.Redistributor.HighestPending(this, ref highest);
        }

        _gic.Distributor.HighestPending(this, _cpu.Id, ref highest);
        return highest.Irq != IntId.Spurious;
    }

    /// <summary>The group is enabled here; interrupts of another one are not even selected.</summary>
    internal bool Enables(InterruptGroup group) => group == InterruptGroup.Group0 ? Group0Enabled : Group1Enabled;
}

/// <summary>A pending interrupt that may be signalled.</summary>
internal readonly record struct Candidate(IntId Irq, Priority Priority, InterruptGroup Group)
{
    public static Candidate None => new(IntId.Spurious, Priority.Idle, InterruptGroup.Group1);
}
