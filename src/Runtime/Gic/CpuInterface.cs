using System.Collections.Generic;

namespace IrqSafety.Runtime;

/// <summary>
/// The CPU interface of one CPU: it compares priorities with PMR and the running priority, and hands interrupts over. Source: Arm IHI 0069, ICC_*.
/// </summary>
/// <remarks>These are the registers, not operations: they have no point of their own. The flow handlers of the model use them.</remarks>
public sealed class CpuInterface
{
    private readonly Gic _gic;
    private readonly Cpu _cpu;
    private readonly Stack<(IntId Irq, Priority Priority)> _running = new();

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

    /// <summary>ICC_IGRPEN1_EL1: Group 1 interrupts are signalled.</summary>
    public bool Group1Enabled { get; internal set; } = true;

    /// <summary>ICC_CTLR_EL1.EOImode.</summary>
    public EoiMode EoiMode => _cpu.Machine.Profile.EoiMode;

    /// <summary>ICC_RPR_EL1: the priority of the innermost interrupt acknowledged and not dropped; idle when there is none.</summary>
    public Priority RunningPriority => _running.Count == 0 ? Priority.Idle : _running.Peek().Priority;

    /// <summary>
    /// ICC_HPPIR1_EL1: the most urgent pending interrupt for this CPU, whatever PMR and the running priority. Equal priorities: the lowest INTID.
    /// </summary>
    public IntId HighestPending => FindHighest(out _);

    /// <summary>An interrupt is signalled to the PE: pending, passed by PMR, more urgent than the running one. PSTATE does not matter here.</summary>
    public bool Signals => FindHighest(out Priority priority) != IntId.Spurious && IsSignalled(priority);

    /// <summary>Reads ICC_IAR1_EL1: selects and activates the most urgent signalled interrupt now, or returns 1023.</summary>
    public IntId Acknowledge()
    {
        IntId irq = FindHighest(out Priority priority);
        if (irq == IntId.Spurious || !IsSignalled(priority))
        {
            irq = IntId.Spurious;
        }
        else
        {
            _gic.StateOf(irq, _cpu.Id).Acknowledge();
            _running.Push((irq, priority));
        }

        _cpu.Publish(MachineEventKind.InterruptAcknowledged, irq, irq.Value);
        return irq;
    }

    /// <summary>Writes ICC_EOIR1_EL1: priority drop, and deactivation in mode 0. Must follow the acknowledges in reverse order.</summary>
    public void EndOfInterrupt(IntId irq)
    {
        if (_running.Count == 0 || _running.Peek().Irq != irq)
        {
            string innermost = _running.Count == 0 ? "no interrupt is running" : $"{_running.Peek().Irq} is the innermost";
            _cpu.Machine.Execution.Fail($"EOIR1 written with {irq}, but {innermost}");
        }

        _running.Pop();
        _cpu.Publish(MachineEventKind.InterruptEnded, irq, irq.Value, text: "priority drop");
        if (EoiMode == EoiMode.DropAndDeactivate)
        {
            Deactivated(irq);
        }
    }

    /// <summary>Writes ICC_DIR_EL1: deactivation in mode 1. Unpredictable in mode 0.</summary>
    public void Deactivate(IntId irq)
    {
        if (EoiMode == EoiMode.DropAndDeactivate)
        {
            _cpu.Machine.Execution.Fail($"DIR written with {irq} in EOImode 0, where EOIR deactivates");
        }

        Deactivated(irq);
    }

    internal void Reset() => _running.Clear();

    private void Deactivated(IntId irq)
    {
        _gic.StateOf(irq, _cpu.Id).Active = false;
        _cpu.Publish(MachineEventKind.InterruptEnded, irq, irq.Value, text: "deactivated");
    }

    private bool IsSignalled(Priority priority) => Group1Enabled && Pmr.Passes(priority) && priority.IsMoreUrgentThan(RunningPriority);

    private IntId FindHighest(out Priority priority)
    {
        priority = Priority.Idle;
        IntId irq = _cpu.Redistributor.Awake ? _cpu.Redistributor.HighestPending(ref priority) : IntId.Spurious;
        IntId spi = _gic.Distributor.HighestPending(_cpu.Id, ref priority);
        return spi == IntId.Spurious ? irq : spi;
    }
}
