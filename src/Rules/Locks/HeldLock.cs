using IrqSafety.Contracts;

namespace IrqSafety.Rules;

/// <summary>A lock that is held, or about to be.</summary>
/// <param name="Lock">Which.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="Hold">What it keeps out.</param>
/// <param name="Wait">What could keep up taking it.</param>
/// <param name="IsTry">Taken by an attempt that never waits.</param>
/// <param name="Site">Where it is taken.</param>
public sealed record HeldLock(LockIdentity Lock, LockKind Kind, HoldMode Hold, WaitMode Wait, bool IsTry, string Site)
{
    /// <summary>Its class.</summary>
    public LockClassKey Class => Lock.Class;
}
