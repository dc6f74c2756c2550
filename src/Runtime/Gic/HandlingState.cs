namespace IrqSafety.Runtime;

/// <summary>How far the handling of an interrupt is.</summary>
public enum HandlingState : byte
{
    /// <summary>Nothing to handle.</summary>
    Inactive,

    /// <summary>To be handled.</summary>
    Pending,

    /// <summary>Acknowledged, and being handled.</summary>
    Active,

    /// <summary>Being handled, and to be handled again.</summary>
    ActiveAndPending,
}

/// <summary>What changes a <see cref="HandlingState"/>.</summary>
internal enum HandlingEvent
{
    /// <summary>An edge arrives, the line of a level interrupt goes high, an SGI is sent, ISPENDR is written.</summary>
    Pend,

    /// <summary>The line of a level interrupt goes low, ICPENDR is written.</summary>
    Unpend,

    /// <summary>IAR returns the INTID.</summary>
    Acknowledge,

    /// <summary>ISACTIVER is written.</summary>
    Activate,

    /// <summary>EOIR in mode 0, DIR in mode 1, or ICACTIVER.</summary>
    Deactivate,
}

/// <summary>
/// The state machine of SGIs, PPIs and SPIs. Source: Arm IHI 0069, 4.1.2 "Interrupt handling state machine". LPIs are pending or not: their acknowledge
/// leads back to <see cref="HandlingState.Inactive"/>.
/// </summary>
internal static class HandlingStates
{
    private static readonly HandlingState[] s_next =
    [
        //                 Pend                            Unpend                  Acknowledge                     Activate                        Deactivate
        /* Inactive     */ HandlingState.Pending,          HandlingState.Inactive, HandlingState.Inactive,         HandlingState.Active,           HandlingState.Inactive,
        /* Pending      */ HandlingState.Pending,          HandlingState.Inactive, HandlingState.Active,           HandlingState.ActiveAndPending, HandlingState.Pending,
        /* Active       */ HandlingState.ActiveAndPending, HandlingState.Active,   HandlingState.Active,           HandlingState.Active,           HandlingState.Inactive,
        /* Active + P   */ HandlingState.ActiveAndPending, HandlingState.Active,   HandlingState.ActiveAndPending, HandlingState.ActiveAndPending, HandlingState.Pending,
    ];

    public static HandlingState After(this HandlingState state, HandlingEvent happened) => s_next[((int)state * 5) + (int)happened];
}
