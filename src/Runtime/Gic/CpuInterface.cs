namespace IrqSafety.Runtime;

/// <summary>What the CPU interface asserts to the PE.</summary>
public enum InterruptSignal
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>IRQ.</summary>
    Irq,

    /// <summary>FIQ.</summary>
    Fiq,

    /// <summary>IRQ with superpriority: PSTATE.ALLINT masks it, PSTATE.I does not.</summary>
    NmiIrq,

    /// <summary>FIQ with superpriority.</summary>
    NmiFiq,
}

/// <summary>
/// The CPU interface of one CPU: it compares priorities with PMR and the running priority, and hands interrupts over. Source: Arm IHI 0069, ICC_*; GICC_* of
/// IHI 0048 for GICv2.
/// </summary>
/// <remarks>
/// These are the registers, as hardware has them: they have no point of their own. The operations of code that reads and writes them are <see cref="Icc"/> and
/// <see cref="Gicc"/>.
/// </remarks>
public sealed class CpuInterface
{
    private static readonly object s_spurious = IntId.Spurious;

    private readonly Gic _gic;
    private readonly Cpu _cpu;
    private readonly ActivePriorities _active = new();

    internal CpuInterface(Gic gic, Cpu cpu)
    {
        _gic = gic;
        _cpu = cpu;
        ReadFirmware();
    }

    internal void MakeNew()
    {
        Reset();
        (SystemRegisters, IsSecure, LastSender) = (true, false, default);
        ReadFirmware();
    }

    // What firmware left in the registers.
    private void ReadFirmware()
    {
        Firmware firmware = _gic.Profile.Firmware;
        BinaryPoint.Group0 = firmware.BinaryPoint0;
        BinaryPoint.Common = firmware.CommonBinaryPoint;
    }

    /// <summary>Whose it is.</summary>
    public CpuId Cpu => _cpu.Id;

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
    public bool Group1Enabled { get; internal set; }

    /// <summary>ICC_IGRPEN1_EL1 in Secure state.</summary>
    public bool SecureGroup1Enabled { get; internal set; }

    /// <summary>ICC_SRE_EL1.SRE: the system registers are there.</summary>
    public bool SystemRegisters { get; internal set; } = true;

    /// <summary>ICC_CTLR_EL1.EOImode.</summary>
    public EoiMode EoiMode { get; internal set; }

    /// <summary>ICC_CTLR_EL1.PMHE: PMR is a hint to the distributor too, so a write of it needs a DSB.</summary>
    public bool PmrHint { get; internal set; }

    /// <summary>ICC_BPR0_EL1, ICC_BPR1_EL1 and ICC_CTLR_EL1.CBPR.</summary>
    public BinaryPoint BinaryPoint { get; } = new();

    /// <summary>The PE executes in Secure state. The kernel does not.</summary>
    public bool IsSecure { get; internal set; }

    /// <summary>
    /// ICC_RPR_EL1: the group priority of the innermost interrupt acknowledged and not dropped, in the caller's view; idle when there is none. What is more
    /// urgent than anything Non-secure shows as 0 there.
    /// </summary>
    public Priority RunningPriority => _gic.InView(_active.Running, IsSecure);

    /// <summary>ICC_AP1R0_EL1: a bit for each group priority of Group 1 that is active. Written when a CPU comes back from a power-down.</summary>
    public uint ActivePriorities1
    {
        get => _active.Read(InterruptGroup.Group1);
        set => _active.Write(InterruptGroup.Group1, value);
    }

    /// <summary>ICC_AP0R0_EL1: the same for Group 0.</summary>
    public uint ActivePriorities0
    {
        get => _active.Read(InterruptGroup.Group0);
        set => _active.Write(InterruptGroup.Group0, value);
    }

    /// <summary>GICv2: the CPU that sent the SGI acknowledged last, GICC_IAR.CPUID.</summary>
    public CpuId LastSender { get; private set; }

    /// <summary>
    /// ICC_HPPIR1_EL1: the most urgent pending interrupt for this CPU, whatever PMR and the running priority. Equal priorities: the lowest INTID. 1023
    /// where that is one of another group.
    /// </summary>
    public IntId HighestPending => FindHighest(out Candidate highest) && IsGroup1(highest.Group) ? highest.State!.Irq : IntId.Spurious;

    /// <summary>What is asserted to the PE as <see cref="Signal"/>, whichever group it is in: what an acknowledge would select now. 1023 when there is none.</summary>
    public IntId Signalled => IsSignalled(out Candidate highest) ? highest.State!.Irq : IntId.Spurious;

    /// <summary>
    /// What is asserted to the PE: the most urgent pending interrupt, if PMR passes it and its group priority is more urgent than the running one. PSTATE does
    /// not matter here.
    /// </summary>
    public InterruptSignal Signal
    {
        get
        {
            if (_cpu.Machine.Unlatched is { } unlatched)
            {
                return unlatched.Signals ? InterruptSignal.Irq : InterruptSignal.None;
            }

            return FindHighest(out Candidate highest) && CanSignal(highest) ? SignalOf(highest) : InterruptSignal.None;
        }
    }

    /// <summary>An interrupt is signalled to the PE as IRQ.</summary>
    public bool Signals => Signal is InterruptSignal.Irq or InterruptSignal.NmiIrq;

    /// <summary>An interrupt is signalled to the PE as FIQ.</summary>
    public bool SignalsFiq => Signal is InterruptSignal.Fiq or InterruptSignal.NmiFiq;

    /// <summary>
    /// Reads ICC_IAR1_EL1: selects and activates the most urgent signalled interrupt of Group 1 now, or returns 1023; 1022 when it is an NMI, which
    /// <see cref="AcknowledgeNmi"/> activates.
    /// </summary>
    public IntId Acknowledge()
    {
        if (!Remains(out Candidate highest) || !IsGroup1(highest.Group))
        {
            return Nothing(IntId.Spurious);
        }

        return highest.State!.IsNmi && _cpu.NmiEnabled ? Nothing(IntId.NmiPending) : Activate(highest);
    }

    /// <summary>Reads ICC_NMIAR1_EL1: activates the most urgent signalled interrupt of Group 1 if it is an NMI; otherwise returns 1023.</summary>
    public IntId AcknowledgeNmi() =>
        Remains(out Candidate highest) && IsGroup1(highest.Group) && highest.State!.IsNmi ? Activate(highest) : Nothing(IntId.Spurious);

    /// <summary>Reads ICC_IAR0_EL1: the same for Group 0.</summary>
    public IntId AcknowledgeGroup0() =>
        Remains(out Candidate highest) && highest.Group == InterruptGroup.Group0 ? Activate(highest) : Nothing(IntId.Spurious);

    /// <summary>
    /// Reads ICC_IAR0_EL1 at EL3. What belongs to another security state is not activated there: 1020 says Secure Group 1, 1021 Non-secure Group 1.
    /// </summary>
    public IntId AcknowledgeAtEl3()
    {
        if (!IsSignalled(out Candidate highest))
        {
            return Nothing(IntId.Spurious);
        }

        return highest.Group switch
        {
            InterruptGroup.Group0 => Activate(highest),
            InterruptGroup.SecureGroup1 => Nothing(IntId.SecureGroup1Pending),
            _ => Nothing(IntId.NonSecurePending),
        };
    }

    /// <summary>
    /// Writes ICC_EOIR1_EL1: priority drop, and deactivation in mode 0. Must follow the acknowledges in reverse order. A special INTID is ignored.
    /// </summary>
    public void EndOfInterrupt(IntId irq) => End(irq, InterruptGroup.Group1, "EOIR1");

    /// <summary>Writes GICC_EOIR of a GICv2: of an SGI with the CPU that sent it, as GICC_IAR returned it.</summary>
    public void EndOfInterrupt(IntId irq, CpuId sender)
    {
        if (irq.IsSgi && !_active.IsEmpty && _active.Innermost is { Irq: { } running } innermost && running == irq && innermost.Sender != sender)
        {
            _cpu.Machine.Execution.Fail($"EOIR written with {irq} of {sender}, but it was sent by {innermost.Sender}: write what IAR returned, the sender too");
        }

        EndOfInterrupt(irq);
    }

    /// <summary>Writes ICC_EOIR0_EL1: the same for Group 0.</summary>
    public void EndOfInterruptGroup0(IntId irq) => End(irq, InterruptGroup.Group0, "EOIR0");

    /// <summary>
    /// Writes ICC_DIR_EL1: deactivation in mode 1, on whatever CPU it was acknowledged, after the priority drop. Unpredictable in mode 0. A special INTID and an
    /// LPI are ignored.
    /// </summary>
    public void Deactivate(IntId irq)
    {
        if (irq.IsSpecial || irq.IsLpi)
        {
            return;
        }

        if (EoiMode == EoiMode.DropAndDeactivate)
        {
            _cpu.Machine.Execution.Fail($"DIR written with {irq} in EOImode 0, where EOIR deactivates");
        }

        if (_active.Holds(irq))
        {
            _cpu.Machine.Execution.Fail($"DIR written with {irq} before EOIR: its priority is not dropped");
        }

        Deactivated(irq);
    }

    /// <summary>The group is enabled here and at the distributor; interrupts of another one are not even selected.</summary>
    internal bool Enables(InterruptGroup group) => group switch
    {
        InterruptGroup.Group0 => Group0Enabled && _gic.Distributor.Group0Enabled,
        InterruptGroup.SecureGroup1 => SecureGroup1Enabled && _gic.Distributor.SecureGroup1Enabled,
        _ => Group1Enabled && _gic.Distributor.Group1Enabled,
    };

    /// <summary>Keeps the more urgent of a pending interrupt and the most urgent so far: by priority, then NMIs first, then the lowest INTID.</summary>
    internal void Consider(InterruptState state, ref Candidate highest)
    {
        if (!Enables(state.Group))
        {
            return;
        }

        Priority priority = PriorityOf(state);
        if (highest.State is not { } best
            || priority.IsMoreUrgentThan(highest.Priority)
            || (priority == highest.Priority && (state.IsNmi != best.IsNmi ? state.IsNmi : state.Irq.Value < best.Irq.Value)))
        {
            highest = new Candidate(state, priority);
        }
    }

    /// <summary>What would be asserted to the PE if this line were the only one pending.</summary>
    internal InterruptSignal SignalFor(InterruptState line)
    {
        var candidate = new Candidate(line, PriorityOf(line));
        return Enables(line.Group) && CanSignal(candidate) ? SignalOf(candidate) : InterruptSignal.None;
    }

    private Priority PriorityOf(InterruptState line) => line.IsNmi ? _gic.NmiPriority(line.Group) : line.Priority;

    /// <summary>The innermost interrupt that was acknowledged and not dropped, if the register says which.</summary>
    internal IntId? Running => _active.IsEmpty ? null : _active.Innermost.Irq;

    /// <summary>Ends the innermost interrupt with the EOIR of its group.</summary>
    internal void EndOfInnermost(IntId irq)
    {
        if (!_active.IsEmpty && _active.Innermost.Group == InterruptGroup.Group0)
        {
            EndOfInterruptGroup0(irq);
        }
        else
        {
            EndOfInterrupt(irq);
        }
    }

    /// <summary>What <c>gic_cpu_sys_reg_init</c> does on a CPU that comes up: the mode of EOI, the finest binary point, Group 1 on.</summary>
    internal void Initialise()
    {
        EoiMode = _gic.Profile.EoiMode;
        BinaryPoint.Group1 = 0;
        Group1Enabled = true;
        Group0Enabled = _cpu.TakesFiqs;
    }

    /// <summary>What a power-down of the CPU loses: everything here.</summary>
    internal void Reset()
    {
        _active.Clear();
        BinaryPoint.Reset();
        (Group0Enabled, Group1Enabled, SecureGroup1Enabled, PmrHint) = (false, false, false, false);
        EoiMode = EoiMode.DropAndDeactivate;
    }

    internal CpuInterfaceRecord Save() => new(
        Group0Enabled,
        Group1Enabled,
        SecureGroup1Enabled,
        EoiMode,
        PmrHint,
        BinaryPoint.Group0,
        BinaryPoint.Group1,
        BinaryPoint.Common,
        [.. _active.Entries]);

    internal void Restore(CpuInterfaceRecord saved)
    {
        (Group0Enabled, Group1Enabled, SecureGroup1Enabled) = (saved.Group0, saved.Group1, saved.SecureGroup1);
        (EoiMode, PmrHint) = (saved.EoiMode, saved.PmrHint);
        BinaryPoint.Common = false;
        (BinaryPoint.Group0, BinaryPoint.Group1, BinaryPoint.Common) = (saved.BinaryPoint0, saved.BinaryPoint1, saved.CommonBinaryPoint);
        _active.Restore(saved.Active);
    }

    private bool IsSignalled(out Candidate highest) => FindHighest(out highest) && CanSignal(highest);

    // IHI 0069, 4.8. PMR is compared with the whole priority, the running priority with the group priority only: sub-priorities never preempt. An NMI ignores
    // PMR, unless Secure software masks all of Non-secure with it, and preempts what is equally urgent and no NMI.
    private bool CanSignal(in Candidate highest)
    {
        InterruptGroup group = highest.Group;
        bool isNmi = highest.State!.IsNmi;
        Priority mask = _gic.StoredMask(_cpu.State.Pmr, IsSecure);
        if (isNmi)
        {
            if (!_gic.Profile.SecurityDisabled && group == InterruptGroup.Group1 && (mask.Value < 0x80 || (IsSecure && mask.Value == 0x80)))
            {
                return false;
            }
        }
        else if (!highest.Priority.IsMoreUrgentThan(mask))
        {
            return false;
        }

        if (_active.IsEmpty)
        {
            return true;
        }

        Priority mine = BinaryPoint.GroupPriority(highest.Priority, group);
        Priority running = BinaryPoint.GroupPriority(_active.Running, group);
        return mine.IsMoreUrgentThan(running) || (isNmi && mine == running && !_active.HasNmi(group));
    }

    private bool FindHighest(out Candidate highest)
    {
        highest = default;
        Redistributor redistributor = _cpu.Redistributor;
        Distributor distributor = _gic.Distributor;
        if (redistributor.HasCandidates && redistributor.Awake)
        {
            redistributor.Select(this, ref highest);
        }

        if (distributor.HasCandidates && redistributor.Awake)
        {
            distributor.Select(this, ref highest);
        }

        return highest.State is not null;
    }

    // Which exception a group is: IHI 0069, 4.6.2 "Interrupt assignment to IRQ and FIQ signals".
    private InterruptSignal SignalOf(in Candidate highest)
    {
        bool irq = highest.Group switch
        {
            InterruptGroup.Group0 => false,
            InterruptGroup.SecureGroup1 => IsSecure,
            _ => !IsSecure || _gic.Profile.SecurityDisabled,
        };
        bool isNmi = highest.State!.IsNmi && _cpu.NmiEnabled;
        return irq ? (isNmi ? InterruptSignal.NmiIrq : InterruptSignal.Irq) : isNmi ? InterruptSignal.NmiFiq : InterruptSignal.Fiq;
    }

    // IAR1 and HPPIR1 show the Group 1 of the security state the PE is in.
    private bool IsGroup1(InterruptGroup group) => group == (IsSecure && !_gic.Profile.SecurityDisabled ? InterruptGroup.SecureGroup1 : InterruptGroup.Group1);

    // Between the signal and the read of IAR a level line may be lowered by its device, and an interrupt of several CPUs be taken by another.
    private bool Remains(out Candidate highest)
    {
        if (!IsSignalled(out highest))
        {
            return false;
        }

        Machine machine = _cpu.Machine;
        if (highest.State is { Trigger: Trigger.Level, Line: true } line && machine.Faults.Happens(machine.Execution, FaultBudget.Withdrawn))
        {
            line.Lower();
            _gic.Withdrawn(line, _cpu.Id);
            return IsSignalled(out highest);
        }

        return !machine.Faults.Happens(machine.Execution, FaultBudget.Spurious);
    }

    private IntId Activate(in Candidate highest)
    {
        InterruptState state = highest.State!;
        LastSender = state.Acknowledge();
        _active.Push(new ActivePriorities.Entry(BinaryPoint.GroupPriority(highest.Priority, highest.Group), highest.Group, state.IsNmi, state.Irq, LastSender));
        _cpu.Publish(MachineEventKind.InterruptAcknowledged, state, state.Irq.Value);
        return state.Irq;
    }

    private IntId Nothing(IntId special)
    {
        _cpu.Publish(MachineEventKind.InterruptAcknowledged, special == IntId.Spurious ? s_spurious : special, special.Value);
        return special;
    }

    private void End(IntId irq, InterruptGroup group, string register)
    {
        if (irq.IsSpecial)
        {
            return;
        }

        if (_active.IsEmpty)
        {
            _cpu.Machine.Execution.Fail($"{register} written with {irq}, but no interrupt is running");
        }

        ActivePriorities.Entry innermost = _active.Innermost;
        if (innermost.Irq is { } expected && expected != irq)
        {
            _cpu.Machine.Execution.Fail($"{register} written with {irq}, but {expected} is the innermost");
        }

        if (innermost.Group == InterruptGroup.Group0 != (group == InterruptGroup.Group0))
        {
            _cpu.Machine.Execution.Fail($"{register} written with {irq}, which is in {innermost.Group}");
        }

        _active.Drop();
        _cpu.Publish(MachineEventKind.InterruptEnded, irq.IsSgi ? _cpu.Redistributor[irq] : _gic.StateOf(irq, _cpu.Id), irq.Value, text: "priority drop");
        if (EoiMode == EoiMode.DropAndDeactivate && !irq.IsLpi)
        {
            Deactivated(irq);
        }
    }

    private void Deactivated(IntId irq)
    {
        InterruptState state = _gic.StateOf(irq, _cpu.Id);
        state.Active = false;
        _cpu.Publish(MachineEventKind.InterruptEnded, state, irq.Value, text: "deactivated");
    }
}

/// <summary>A pending interrupt that may be signalled, with the priority it is compared with.</summary>
internal readonly record struct Candidate(InterruptState? State, Priority Priority)
{
    public InterruptGroup Group => State!.Group;
}
