using IrqSafety.Contracts;

namespace IrqSafety.Rules;

/// <summary>How hard taking a lock may wait.</summary>
public enum WaitType
{
    /// <summary>Never waits.</summary>
    None = 0,

    /// <summary>Spins, always.</summary>
    Spin = 1,

    /// <summary>Spins; sleeps on a real-time build.</summary>
    SpinOrSleep = 2,

    /// <summary>Sleeps.</summary>
    Sleep = 3,
}

/// <summary>
/// The wait-type lattice: what is taken must not wait harder than what is around it allows. Source: Linux
/// <c>include/linux/lockdep_types.h</c>, <c>Documentation/locking/locktypes.rst</c>.
/// </summary>
public static class WaitTypes
{
    /// <summary>What code does that waits as hard as this, in words that follow "may".</summary>
    public static string Describe(WaitType wait) => wait switch
    {
        WaitType.None => "not wait",
        WaitType.Spin => "only spin",
        WaitType.SpinOrSleep => "sleep on a real-time build",
        _ => "sleep",
    };

    /// <summary>How hard taking a lock of this kind may wait.</summary>
    public static WaitType Of(LockKind kind) => kind switch
    {
        LockKind.RawSpin or LockKind.Unknown => WaitType.Spin,
        LockKind.Spin or LockKind.ReadWrite or LockKind.Local or LockKind.Sequence => WaitType.SpinOrSleep,
        LockKind.Rcu or LockKind.RcuSched or LockKind.Srcu or LockKind.Ticket or LockKind.Reclaim or LockKind.Scope => WaitType.None,
        _ => WaitType.Sleep,
    };

    /// <summary>How hard taking it in this way may wait: whoever takes RCU exclusively waits for a grace period.</summary>
    public static WaitType Of(LockKind kind, HoldMode hold) =>
        hold == HoldMode.Exclusive && kind is LockKind.Rcu or LockKind.RcuSched or LockKind.Srcu ? WaitType.Sleep : Of(kind);

    /// <summary>How hard code that holds a lock of this kind may wait.</summary>
    public static WaitType Within(LockKind kind) => kind switch
    {
        LockKind.Rcu => WaitType.SpinOrSleep,
        LockKind.RcuSched => WaitType.Spin,
        LockKind.Srcu or LockKind.Ticket or LockKind.Reclaim or LockKind.Scope or LockKind.Unknown => WaitType.Sleep,
        _ => Of(kind),
    };

    /// <summary>How hard code in this context may wait. A handler that a real-time build runs in a thread may sleep there.</summary>
    public static WaitType Within(Context context, bool threaded) => context switch
    {
        Context.Task => WaitType.Sleep,
        Context.SoftIrq => WaitType.SpinOrSleep,
        Context.HardIrq or Context.Fiq => threaded ? WaitType.SpinOrSleep : WaitType.Spin,
        _ => WaitType.Spin,
    };

    /// <summary>The sections in which code must not sleep on any build, so that a lock that sleeps on a real-time one is out of place.</summary>
    public const Section NeverSleeping = Section.PreemptOff | Section.CpuStarting | Section.StopMachine | Section.CpuPm;

    /// <summary>How hard code may wait where these sections hold.</summary>
    public static WaitType Within(Section sections) =>
        (sections & NeverSleeping) != 0 ? WaitType.Spin
        : (sections & Section.RcuReader) != 0 ? WaitType.SpinOrSleep
        : WaitType.Sleep;
}
