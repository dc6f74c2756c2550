using System.Numerics;

namespace IrqSafety.Runtime;

/// <summary>How an interrupt line signals (ICFGR).</summary>
public enum Trigger
{
    /// <summary>A rising edge is latched; further edges while pending coalesce.</summary>
    Edge,

    /// <summary>Pending for as long as the line is high.</summary>
    Level,
}

/// <summary>One interrupt at the distributor, or at one CPU's redistributor: its registers, its line, and its <see cref="HandlingState"/>.</summary>
public sealed class InterruptState
{
    private readonly InterruptBank _bank;
    private HandlingState _state;
    private Trigger _trigger;
    private bool _latched;
    private bool _enabled;

    // GICv2: an SGI is pending once for each CPU that sent it.
    private byte _senders;

    internal InterruptState(InterruptBank bank, int index, IntId irq, Priority priority)
    {
        _bank = bank;
        Index = index;
        Irq = irq;
        Initialise(priority);
    }

    internal void MakeNew(Priority priority)
    {
        Initialise(priority);
        (_latched, _enabled, _senders, Line, HasStayedHigh, IsUsed) = (false, false, 0, false, false, false);
        (Group, IsNmi, RoutedToAny) = (InterruptGroup.Group1, false, false);
        _state = HandlingState.Inactive;
        _bank.Changed(this);
    }

    private void Initialise(Priority priority)
    {
        Priority = priority;
        Targets = CpuMask.Of(new CpuId(0));
        _trigger = Irq.IsSgi || Irq.IsLpi ? Trigger.Edge : Trigger.Level;
    }

    /// <summary>Its number.</summary>
    public IntId Irq { get; }

    /// <summary>How far its handling is.</summary>
    public HandlingState Handling => _state;

    /// <summary>How the line signals. An SGI is always an edge.</summary>
    public Trigger Trigger
    {
        get => _trigger;
        set
        {
            _trigger = Irq.IsSgi ? Trigger.Edge : value;
            Reevaluate();
        }
    }

    /// <summary>The level of the line.</summary>
    public bool Line { get; private set; }

    /// <summary>ISPENDR shows 1: latched, or the line of a level interrupt is high.</summary>
    public bool Pending => _state is HandlingState.Pending or HandlingState.ActiveAndPending;

    /// <summary>ISACTIVER shows 1.</summary>
    public bool Active
    {
        get => _state is HandlingState.Active or HandlingState.ActiveAndPending;
        set
        {
            if (!Irq.IsLpi)
            {
                Move(value ? HandlingEvent.Activate : HandlingEvent.Deactivate);
            }
        }
    }

    /// <summary>ISENABLER shows 1.</summary>
    public bool Enabled
    {
        get => _enabled;
        set
        {
            _enabled = value;
            _bank.Changed(this);
        }
    }

    /// <summary>The priority the controller compares with, in the Secure view where there are two.</summary>
    public Priority Priority { get; internal set; }

    /// <summary>IGROUPR and IGRPMODR: the kernel's interrupts are in Group 1.</summary>
    public InterruptGroup Group { get; set; } = InterruptGroup.Group1;

    /// <summary>INMIR: the interrupt has the non-maskable property (GICv3.3), and the highest priority of its security state.</summary>
    public bool IsNmi { get; set; }

    /// <summary>For a shared interrupt: the CPUs it may be signalled to. GICv3 selects one; GICv2 signals to each, and the first to acknowledge handles it.</summary>
    public CpuMask Targets { get; internal set; }

    /// <summary>IROUTER.Interrupt_Routing_Mode: any participating CPU; the distributor chooses one each time it becomes pending.</summary>
    public bool RoutedToAny { get; internal set; }

    /// <summary>For a shared interrupt: the CPU it is routed to (IROUTER), or the first of them.</summary>
    public CpuId Target
    {
        get => Targets.First;
        set
        {
            Targets = CpuMask.Of(value);
            RoutedToAny = false;
        }
    }

    internal int Index { get; }

    /// <summary>Somebody asked for it since the machine started.</summary>
    internal bool IsUsed { get; set; }

    /// <summary>It was acknowledged with its line high, and the line has not been low since.</summary>
    internal bool HasStayedHigh { get; private set; }

    /// <summary>True when it may be signalled to a CPU: pending, enabled, not active.</summary>
    internal bool IsCandidate => _enabled && _state == HandlingState.Pending;

    internal void Raise()
    {
        Line = _trigger == Trigger.Level;
        _latched |= _trigger == Trigger.Edge;
        Move(HandlingEvent.Pend);
    }

    internal void Lower()
    {
        Line = false;
        HasStayedHigh = false;
        Reevaluate();
    }

    /// <summary>GICv2: one more CPU sent the SGI.</summary>
    internal void PendFrom(CpuId sender)
    {
        _senders |= (byte)(1 << sender.Value);
        Move(HandlingEvent.Pend);
    }

    /// <summary>GICv2, SPENDSGIR and CPENDSGIR: the CPUs it is pending from.</summary>
    internal byte Senders
    {
        get => _senders;
        set
        {
            _senders = value;
            Reevaluate();
        }
    }

    internal void SetPending(bool pending)
    {
        _latched = pending;
        Reevaluate();
    }

    /// <summary>IAR returned it. A level line that is still high, or another sender, keeps it pending while it is active.</summary>
    /// <returns>The CPU that sent it, for an SGI of GICv2; otherwise CPU 0.</returns>
    internal CpuId Acknowledge()
    {
        _latched = false;
        HasStayedHigh = Line;
        int sender = _senders == 0 ? 0 : BitOperations.TrailingZeroCount(_senders);
        _senders = (byte)(_senders & (_senders - 1));
        _state = _state.After(HandlingEvent.Acknowledge);
        if (Irq.IsLpi)
        {
            _state = _state.After(HandlingEvent.Deactivate);
        }

        Reevaluate();
        return new CpuId(sender);
    }

    /// <inheritdoc/>
    public override string ToString() => Irq.ToString();

    internal InterruptRecord Save() => new(Irq, _state, _trigger, _latched, Line, _enabled, _senders, Priority, Group, IsNmi, Targets, RoutedToAny);

    internal void Restore(in InterruptRecord saved)
    {
        (_state, _trigger, _latched, Line, _enabled, _senders) = (saved.Handling, saved.Trigger, saved.Latched, saved.Line, saved.Enabled, saved.Senders);
        (Priority, Group, IsNmi, Targets, RoutedToAny) = (saved.Priority, saved.Group, saved.IsNmi, saved.Targets, saved.RoutedToAny);
        _bank.Changed(this);
    }

    // Pending is what is latched, sent or driven: after whatever may have changed one of them.
    private void Reevaluate() => Move(_latched || _senders != 0 || (_trigger == Trigger.Level && Line) ? HandlingEvent.Pend : HandlingEvent.Unpend);

    private void Move(HandlingEvent happened)
    {
        _state = _state.After(happened);
        _bank.Changed(this);
    }
}

/// <summary>An interrupt as software saves it: everything its registers show, and what drives its line.</summary>
internal readonly record struct InterruptRecord(
    IntId Irq,
    HandlingState Handling,
    Trigger Trigger,
    bool Latched,
    bool Line,
    bool Enabled,
    byte Senders,
    Priority Priority,
    InterruptGroup Group,
    bool IsNmi,
    CpuMask Targets,
    bool RoutedToAny);
