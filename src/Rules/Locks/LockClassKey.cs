namespace IrqSafety.Rules;

/// <summary>
/// A lock class: locks that are used alike, whatever their number. Order is a property of classes; holding and releasing is one of instances.
/// </summary>
/// <param name="Name">The field or property that holds the lock (documentation ID), or a declared alias.</param>
/// <param name="Subclass">Tells levels of nesting within one class apart; 0 unless declared.</param>
public readonly record struct LockClassKey(string Name, int Subclass = 0)
{
    /// <inheritdoc/>
    public override string ToString() => Subclass == 0 ? LockClass.DisplayOf(Name) : $"{LockClass.DisplayOf(Name)}/{Subclass}";
}

/// <summary>One lock.</summary>
/// <param name="Class">Its class.</param>
/// <param name="Instance">What tells it from the others of its class: an object, or an access path.</param>
/// <param name="IsUnique">
/// False when <paramref name="Instance"/> may stand for different locks on different occasions, as a path through <c>this</c> does; such a
/// lock never counts as one that two tasks cannot hold at once.
/// </param>
public sealed record LockIdentity(LockClassKey Class, object Instance, bool IsUnique = true)
{
    /// <summary>True for one and the same lock, whatever subclass it is taken with.</summary>
    public bool IsSameLock(LockIdentity other) => Class.Name == other.Class.Name && Instance.Equals(other.Instance);

    /// <inheritdoc/>
    public override string ToString() => Instance as string == Class.Name ? Class.ToString() : $"{Class} ({Instance})";
}
