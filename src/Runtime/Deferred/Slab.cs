using IrqSafety.Contracts;

namespace IrqSafety.Runtime;

/// <summary>Memory of the slab allocator.</summary>
public sealed class SlabObject
{
    internal SlabObject(int bytes) => Bytes = bytes;

    /// <summary>Its size.</summary>
    public int Bytes { get; }

    /// <summary>It was given back.</summary>
    public bool IsFree { get; internal set; }
}

/// <summary>The allocator's state: its lock.</summary>
public sealed class SlabCache
{
    /// <summary><c>kmem_cache_node.list_lock</c>.</summary>
    public SpinLock Lock { get; } = new("slab");
}

/// <summary>The slab allocator (<c>kmalloc</c>, <c>kfree</c>). It takes locks, so it is never legal in an NMI. Source: Linux <c>mm/slub.c</c>.</summary>
public static class Slab
{
    private static readonly Operation s_allocate = Operation.Of(typeof(Slab), nameof(Allocate));
    private static readonly Operation s_free = Operation.Of(typeof(Slab), nameof(Free));

    /// <summary>
    /// <c>kmalloc</c>: null when there is no memory. With <paramref name="mayWait"/> (<c>GFP_KERNEL</c>) it may sleep; without (<c>GFP_ATOMIC</c>) it
    /// does not.
    /// </summary>
    [MayAllocate]
    [MayBlock(When = "mayWait == true")]
    public static SlabObject? Allocate(int bytes, bool mayWait = false)
    {
        SlabCache cache = Machine.Current.SlabCache;
        Cpu cpu = s_allocate.Begin(cache.Lock, Access.Write, (nameof(mayWait), mayWait));
        IrqFlags flags = cache.Lock.AcquireIrqSave(cpu, s_allocate);
        bool fails = cpu.Machine.Faults.Happens(cpu.Machine.Execution, "kmalloc");
        cache.Lock.ReleaseIrqRestoreInside(s_allocate, flags);
        return fails ? null : new SlabObject(bytes);
    }

    /// <summary><c>kfree</c>. Null is ignored.</summary>
    [MayAllocate]
    public static void Free(SlabObject? memory)
    {
        SlabCache cache = Machine.Current.SlabCache;
        Cpu cpu = s_free.Begin(cache.Lock);
        if (memory is null)
        {
            return;
        }

        IrqFlags flags = cache.Lock.AcquireIrqSave(cpu, s_free);
        if (memory.IsFree)
        {
            cpu.Machine.Execution.Fail("double free");
        }

        memory.IsFree = true;
        cache.Lock.ReleaseIrqRestoreInside(s_free, flags);
    }
}
