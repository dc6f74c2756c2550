using System;

namespace IrqSafety.Contracts;

/// <summary>
/// The data may be touched only with its locks held; of an array or collection, its elements too. A lock expression that begins with a member of
/// the declaring type names the lock of the same object: <c>other.Count</c> guarded by <c>"_lock"</c> needs <c>other._lock</c>.
/// </summary>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property)]
public sealed class GuardedByAttribute : Attribute
{
    /// <summary>By the locks of <see cref="All"/> and <see cref="ReadAny"/>.</summary>
    public GuardedByAttribute()
    {
    }

    /// <summary>By one lock.</summary>
    /// <param name="lock">A lock expression, or the alias of a declared class.</param>
    public GuardedByAttribute(string @lock) => Lock = @lock;

    /// <summary>The one lock, or null.</summary>
    public string? Lock { get; }

    /// <summary>Writing needs all of these; each of them alone keeps writers out, so any of them is enough for reading.</summary>
    public string[]? All { get; set; }

    /// <summary>Further locks of which any is enough for reading.</summary>
    public string[]? ReadAny { get; set; }
}

/// <summary>The data belongs to a context or a section: only code that runs there touches it, and needs no lock.</summary>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property)]
public sealed class OwnedByAttribute : Attribute
{
    /// <summary>Touched in these contexts only.</summary>
    public OwnedByAttribute(Context contexts) => Contexts = contexts;

    /// <summary>Touched in this section only: <see cref="Section.PreemptOff"/> for data of the CPU it runs on, <see cref="Section.WorldSwitch"/> for that of the world switch.</summary>
    public OwnedByAttribute(Section within) => Within = within;

    /// <summary>The contexts; none when a section owns it.</summary>
    public Context Contexts { get; }

    /// <summary>The section; none when contexts own it.</summary>
    public Section Within { get; }
}

/// <summary>Written while a phase lasts and never again: afterwards reading needs no lock, and what was read stays true.</summary>
/// <param name="phase">The phase, as methods that run in it name it by <see cref="InPhaseAttribute"/>. Constructors and initialisers need not.</param>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property)]
public sealed class WriteOnceAttribute(string phase) : Attribute
{
    /// <summary>The phase.</summary>
    public string Phase { get; } = phase;
}

/// <summary>The method runs while the phase lasts, before the data written in it is read by others.</summary>
/// <param name="phase">The phase.</param>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Constructor)]
public sealed class InPhaseAttribute(string phase) : Attribute
{
    /// <summary>The phase.</summary>
    public string Phase { get; } = phase;
}

/// <summary>The object holds data: what is guarded is the data in it, and only its operations that say <c>[Reads]</c> or <c>[Writes]</c> touch that.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct)]
public sealed class DataCellAttribute : Attribute
{
}

/// <summary>Reads data: that of the object it is called on (<c>"this"</c>), or what a parameter refers to.</summary>
/// <param name="data"><c>this</c> or the name of a parameter.</param>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Property, AllowMultiple = true)]
public sealed class ReadsAttribute(string data) : Attribute
{
    /// <summary><c>this</c> or the name of a parameter.</summary>
    public string Data { get; } = data;

    /// <summary>The access is marked as concurrent (<c>READ_ONCE</c>, <c>smp_load_acquire</c>): its author knows that others write meanwhile.</summary>
    public bool Marked { get; set; }
}

/// <summary>Writes data: that of the object it is called on (<c>"this"</c>), or what a parameter refers to.</summary>
/// <param name="data"><c>this</c> or the name of a parameter.</param>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Property, AllowMultiple = true)]
public sealed class WritesAttribute(string data) : Attribute
{
    /// <summary><c>this</c> or the name of a parameter.</summary>
    public string Data { get; } = data;

    /// <summary>The access is marked as concurrent (<c>WRITE_ONCE</c>, atomics).</summary>
    public bool Marked { get; set; }
}

/// <summary>Takes a reference: the object stays what it is until the reference is dropped, whatever locks are dropped before.</summary>
/// <param name="data"><c>this</c>, <c>return</c> or the name of a parameter.</param>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class TakesReferenceAttribute(string data) : Attribute
{
    /// <summary><c>this</c>, <c>return</c> or the name of a parameter.</summary>
    public string Data { get; } = data;
}
