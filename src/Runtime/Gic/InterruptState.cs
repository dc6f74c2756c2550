namespace IrqSafety.Runtime;

/// <summary>How an interrupt line signals.</summary>
public enum Trigger
{
    /// <summary>A rising edge is latched; further edges while pending coalesce.</summary>
    Edge,

    /// <summary>Pending for as long as the line is high.</summary>
    Level,
}

/// <summary>
/// One interrupt at the distributor, or at one CPU's redistributor: inactive, pending, active, or active and pending. Source: Arm IHI 0069,
/// "Interrupt handling state machine".
/// </summary>
public sealed class InterruptState
{
    private readonly Redistributor? _owner;
    private bool _latched;
    private bool _active;
    private bool _enabled;

    internal InterruptState(Trigger trigger, Redistributor? owner = null, int number = 0)
    {
        Trigger = trigger;
        _owner = owner;
        Number = number;
    }

    /// <summary>INTID of a private interrupt.</summary>
    internal int Number { get; }

    /// <summary>How the line signals.</summary>
    public Trigger Trigger { get; set; }

    /// <summary>The level of the line.</summary>
    public bool Line { get; private set; }

    /// <summary>ISPENDR shows 1: latched, or the line of a level interrupt is high.</summary>
    public bool Pending => _latched || (Trigger == Trigger.Level && Line);

    /// <summary>ISACTIVER shows 1.</summary>
    public bool Active
    {
        get => _active;
        set
        {
            _active = value;
            _owner?.Changed(this);
        }
    }

    /// <summary>ISENABLER shows 1.</summary>
    public bool Enabled
    {
        get => _enabled;
        set
        {
            _enabled = value;
            _owner?.Changed(this);
        }
    }

    /// <summary>The priority the controller compares with.</summary>
    public Priority Priority { get; internal set; } = Priority.Irq;

    /// <summary>IGROUPR: the kernel's interrupts are in Group 1.</summary>
    public InterruptGroup Group { get; set; } = InterruptGroup.Group1;

    /// <summary>For an SPI: the CPU it is routed to (IROUTER).</summary>
    public CpuId Target { get; set; }

    /// <summary>True when it may be signalled to a CPU: pending, enabled, not active.</summary>
    internal bool IsCandidate => Enabled && !Active && Pending;

    internal void Raise()
    {
        if (Trigger == Trigger.Edge)
        {
            _latched = true;
        }

        Line = Trigger == Trigger.Level;
        _owner?.Changed(this);
    }

    internal void Lower()
    {
        Line = false;
        _owner?.Changed(this);
    }

    internal void SetPending(bool pending)
    {
        _latched = pending;
        _owner?.Changed(this);
    }

    // A level line that is still high keeps it pending while it is active.
    internal void Acknowledge()
    {
        _latched = false;
        Active = true;
    }
}
