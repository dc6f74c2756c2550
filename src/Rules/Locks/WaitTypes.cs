using IrqSafety.Contracts;

namespace IrqSafety.Rules;

/// <summary>How hard taking a lock may wait.</summary>
public enum WaitType
{
    /// <summary>Spins, always.</summary>
    Spin = 1,

    /// <summary>Spins; sleeps on a real-time build.</summary>
    SpinOrSleep = 2,

    /// <summary>Sleeps.</summary>
    Sleep = 3,
}

/// <summary>The wait type of each lock kind. Source: Linux <c>include/linux/lockdep_types.h</c>.</summary>
public static class WaitTypes
{
    /// <summary>How hard a lock of this kind may wait.</summary>
    public static WaitType Of(LockKind kind) => kind switch
    {
        LockKind.RawSpin or LockKind.Unknown => WaitType.Spin,
        LockKind.Spin or LockKind.ReadWrite or LockKind.Local or LockKind.Sequence => WaitType.SpinOrSleep,
        _ => WaitType.Sleep,
    };
}
