using System;

namespace IrqSafety.Contracts;

/// <summary>Whether a lock is held alone or together with others.</summary>
public enum LockMode
{
    /// <summary>One holder.</summary>
    Exclusive = 0,

    /// <summary>Readers. Those of a queued lock wait behind a waiting writer.</summary>
    Shared,

    /// <summary>Readers that enter while another reader is in, whatever waits.</summary>
    SharedRecursive,
}

/// <summary>The type is a lock of this kind.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct)]
public sealed class LockTypeAttribute(LockKind kind) : Attribute
{
    /// <summary>The kind.</summary>
    public LockKind Kind { get; } = kind;
}

/// <summary>Returns with the lock held. The lock is a lock expression such as <c>"this"</c> or <c>"desc.lock"</c>.</summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Delegate, AllowMultiple = true)]
public sealed class AcquiresAttribute(string @lock) : Attribute
{
    /// <summary>The lock expression.</summary>
    public string Lock { get; } = @lock;

    /// <summary>Exclusive or shared.</summary>
    public LockMode Mode { get; set; }

    /// <summary>Only when this condition on the arguments holds.</summary>
    public string? When { get; set; }

    /// <summary>Not where this scope is open, named as the lock is.</summary>
    public string? Unless { get; set; }

    /// <summary>Held only when the method returned this constant, by name; it waits whatever it returns.</summary>
    public string? OnResult { get; set; }

    /// <summary>The parameter with the subclass, which makes a second lock of a held class legal.</summary>
    public string? Subclass { get; set; }

    /// <summary>The parameter with the held lock that makes a second lock of a held class legal.</summary>
    public string? Nest { get; set; }
}

/// <summary>Called with the lock held, returns with it released.</summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Delegate, AllowMultiple = true)]
public sealed class ReleasesAttribute(string @lock) : Attribute
{
    /// <summary>The lock expression.</summary>
    public string Lock { get; } = @lock;

    /// <summary>Exclusive or shared.</summary>
    public LockMode Mode { get; set; }

    /// <summary>Only when this condition on the arguments holds.</summary>
    public string? When { get; set; }

    /// <summary>Not where this scope is open, named as the lock is.</summary>
    public string? Unless { get; set; }
}

/// <summary>Tries to take the lock and never waits; it is held when the method returned <see cref="On"/>.</summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class TryAcquiresAttribute(string @lock) : Attribute
{
    /// <summary>The lock expression.</summary>
    public string Lock { get; } = @lock;

    /// <summary>The result that means success.</summary>
    public bool On { get; set; } = true;

    /// <summary>Exclusive or shared.</summary>
    public LockMode Mode { get; set; }

    /// <summary>The parameter with the held lock that it is nested under.</summary>
    public string? Nest { get; set; }
}

/// <summary>Takes and releases the lock within, itself or through what it calls.</summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Delegate | AttributeTargets.Constructor, AllowMultiple = true)]
public sealed class TakesAttribute(string @lock) : Attribute
{
    /// <summary>A lock expression, or the alias of a declared class.</summary>
    public string Lock { get; } = @lock;

    /// <summary>Exclusive or shared.</summary>
    public LockMode Mode { get; set; }

    /// <summary>Only when this condition on the arguments holds.</summary>
    public string? When { get; set; }

    /// <summary>Not where this scope is open, named as the lock is.</summary>
    public string? Unless { get; set; }
}

/// <summary>
/// Takes these locks one inside the other, outermost first, as <see cref="TakesAttribute"/> says of each: an order that callers cannot see, and that
/// theirs must agree with.
/// </summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Delegate | AttributeTargets.Constructor, AllowMultiple = true)]
public sealed class TakesInOrderAttribute(params string[] locks) : Attribute
{
    /// <summary>Lock expressions, or aliases of declared classes.</summary>
    public string[] Locks { get; } = locks;
}

/// <summary>Must be called with the lock held, and returns with it held.</summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Delegate | AttributeTargets.Property, AllowMultiple = true)]
public sealed class RequiresHeldAttribute(string @lock) : Attribute
{
    /// <summary>The lock expression.</summary>
    public string Lock { get; } = @lock;

    /// <summary>Exclusive, or shared where a reader may call it too.</summary>
    public LockMode Mode { get; set; }
}

/// <summary>Must be called without the lock.</summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Delegate | AttributeTargets.Property, AllowMultiple = true)]
public sealed class RequiresNotHeldAttribute(string @lock) : Attribute
{
    /// <summary>The lock expression.</summary>
    public string Lock { get; } = @lock;
}

/// <summary>Initialises the lock, or frees what contains it: nobody may hold it.</summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class InitialisesAttribute(string @lock) : Attribute
{
    /// <summary>The lock expression.</summary>
    public string Lock { get; } = @lock;
}

/// <summary>
/// The returned value stands for a held lock, a saved mask, or both: it must be disposed exactly once on every path. It is a <c>ref struct</c>
/// with a member that <see cref="DisposesAttribute"/> marks; copying it is moving it, and its default value is inert. On a parameter that is passed
/// by value the method takes the guard over; on an <c>out</c> parameter a try form hands it out.
/// </summary>
[AttributeUsage(AttributeTargets.ReturnValue | AttributeTargets.Parameter)]
public sealed class GuardAttribute : Attribute
{
    /// <summary>The lock it stands for.</summary>
    public string? Holds { get; set; }

    /// <summary>Exclusive or shared.</summary>
    public LockMode Mode { get; set; }

    /// <summary>What its disposal restores to the state before.</summary>
    public Mask Restores { get; set; }

    /// <summary>What its disposal unmasks, whatever the state before.</summary>
    public Mask Unmasks { get; set; }
}

/// <summary>Ends the guard it is called on.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class DisposesAttribute : Attribute
{
}

/// <summary>
/// An inner step of another member of the type, which does the rest of the bookkeeping: preemption, masks, the lock validator. Code outside the type calls
/// that member.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PartOfAttribute(string member) : Attribute
{
    /// <summary>The member to call.</summary>
    public string Member { get; } = member;
}

/// <summary>Describes the class of the lock in this field or property.</summary>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property)]
public sealed class LockClassAttribute : Attribute
{
    /// <summary>A public name for the class, declared with <see cref="DeclareLockClassAttribute"/>.</summary>
    public string? Alias { get; set; }

    /// <summary>Position in a declared order; outermost is lowest. 0 means none.</summary>
    public int Level { get; set; }
}

/// <summary>
/// On a constructor's parameter: the lock that is created belongs to the class of this name, where no initialiser of a field or property creates it. The
/// name of a field or property of the type whose code creates it means the class of that.
/// </summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class LockClassNameAttribute : Attribute
{
}

/// <summary>Declares a lock class by a public name, for locks that callers cannot see.</summary>
[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
public sealed class DeclareLockClassAttribute(string name, LockKind kind) : Attribute
{
    /// <summary>The name.</summary>
    public string Name { get; } = name;

    /// <summary>The kind.</summary>
    public LockKind Kind { get; } = kind;

    /// <summary>The contexts in which it is taken.</summary>
    public Context UsedIn { get; set; }

    /// <summary>Position in a declared order; outermost is lowest. 0 means none.</summary>
    public int Level { get; set; }
}

/// <summary>
/// Declares the order in which lock classes are taken, outermost first, in one version of the program. A class is named by its alias, or by the
/// documentation ID of the field that holds the lock. Which versions hold is chosen by <c>irqsafety.lock_order</c> in <c>.editorconfig</c>, and for a run
/// by its machine profile; when none is chosen, what all versions agree on holds.
/// </summary>
[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
public sealed class LockOrderAttribute(string profile, params string[] classes) : Attribute
{
    /// <summary>The version.</summary>
    public string Profile { get; } = profile;

    /// <summary>The classes, outermost first.</summary>
    public string[] Classes { get; } = classes;
}
