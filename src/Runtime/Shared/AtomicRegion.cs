using System;
using System.Runtime.CompilerServices;
using IrqSafety.Contracts;

namespace IrqSafety.Runtime;

/// <summary>
/// Code that is meant to look like one indivisible step to everybody who touches the same shared data. It excludes nobody: a lock, a mask or an atomic does, and
/// a run shows where none did. Use one object for each such piece of code.
/// </summary>
/// <param name="name">Its name in reports.</param>
public sealed class AtomicRegion([CallerMemberName] string name = "")
{
    private static readonly Operation s_enter = Operation.Of(typeof(AtomicRegion), nameof(Enter));

    /// <summary>Its name in reports.</summary>
    public string Name { get; } = name;

    /// <summary>The region lasts until the scope is disposed, in the task or handler that entered it.</summary>
    [NmiSafe]
    public AtomicRegionScope Enter()
    {
        s_enter.Begin().Publish(MachineEventKind.RegionEntered, this);
        return new AtomicRegionScope(this);
    }

    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>What <see cref="AtomicRegion.Enter"/> began.</summary>
public ref struct AtomicRegionScope
{
    private static readonly Operation s_dispose = Operation.Of(typeof(AtomicRegionScope), nameof(Dispose));
    private AtomicRegion? _region;

    internal AtomicRegionScope(AtomicRegion region) => _region = region;

    /// <summary>The region ends. The second time nothing happens.</summary>
    [NmiSafe]
    public void Dispose()
    {
        if (_region is { } region)
        {
            _region = null;
            s_dispose.Begin().Publish(MachineEventKind.RegionLeft, region);
        }
    }
}
