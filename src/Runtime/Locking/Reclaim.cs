using IrqSafety.Contracts;
using IrqSafety.Rules;

[assembly: DeclareLockClass(IrqSafety.Runtime.Reclaim.LockName, LockKind.Reclaim)]
[assembly: DeclareLockClass(IrqSafety.Runtime.Reclaim.NofsName, LockKind.Scope)]

namespace IrqSafety.Runtime;

/// <summary>What an allocation may do to find memory.</summary>
public enum Gfp
{
    /// <summary><c>GFP_ATOMIC</c>: neither waits nor reclaims.</summary>
    Atomic = 0,

    /// <summary><c>GFP_NOFS</c>: may wait and reclaim, but does not enter the filesystem.</summary>
    NoFs,

    /// <summary><c>GFP_KERNEL</c>: may wait, reclaim, and enter the filesystem.</summary>
    Kernel,
}

/// <summary>
/// Memory reclaim as a lock class: what reclaim takes must not be held where memory is allocated that may be reclaimed for. It keeps nobody out.
/// </summary>
/// <remarks>Source: Linux <c>mm/page_alloc.c</c> (<c>fs_reclaim_acquire</c>), <c>include/linux/sched/mm.h</c>.</remarks>
public static class Reclaim
{
    /// <summary>The public name of its class.</summary>
    public const string LockName = "fs_reclaim";

    /// <summary>The public name of the scopes in which no allocation enters the filesystem.</summary>
    public const string NofsName = "memalloc_nofs";

    private static readonly Operation s_begin = Operation.Of(typeof(Reclaim), nameof(Begin));
    private static readonly Operation s_end = Operation.Of(typeof(Reclaim), nameof(End));
    private static readonly Operation s_mightAllocate = Operation.Of(typeof(Reclaim), nameof(MightAllocate));
    private static readonly Operation s_nofsSave = Operation.Of(typeof(Reclaim), nameof(NofsSave));
    private static readonly Operation s_nofsRestore = Operation.Of(typeof(Reclaim), nameof(NofsRestore));
    private static readonly Operation s_nofs = Operation.Of(typeof(Reclaim), nameof(Nofs));

    /// <summary><c>fs_reclaim_acquire</c>: reclaim on behalf of an allocation begins.</summary>
    [LegalIn(Context.Task)]
    [Acquires(LockName, When = "gfp == Gfp.Kernel", Unless = NofsName)]
    public static void Begin(Gfp gfp)
    {
        Cpu cpu = s_begin.Begin(null, Access.Write, (nameof(gfp), gfp));
        if (EntersFilesystem(cpu, gfp))
        {
            Enter(cpu);
        }
    }

    /// <summary><c>fs_reclaim_release</c>.</summary>
    [LegalIn(Context.Task)]
    [Releases(LockName, When = "gfp == Gfp.Kernel", Unless = NofsName)]
    public static void End(Gfp gfp)
    {
        Cpu cpu = s_end.Begin(null, Access.Write, (nameof(gfp), gfp));
        if (EntersFilesystem(cpu, gfp))
        {
            cpu.Machine.Reclaim.LeaveSection(cpu, LockAccess.Exclusive);
        }
    }

    /// <summary><c>might_alloc</c>: a place that may allocate with these flags, whether or not it does this time.</summary>
    [MayBlock(When = "gfp != Gfp.Atomic")]
    [Takes(LockName, When = "gfp == Gfp.Kernel", Unless = NofsName)]
    public static void MightAllocate(Gfp gfp)
    {
        Cpu cpu = s_mightAllocate.Begin(null, Access.Write, (nameof(gfp), gfp));
        if (EntersFilesystem(cpu, gfp))
        {
            Enter(cpu);
            cpu.Machine.Reclaim.LeaveSection(cpu, LockAccess.Exclusive);
        }
    }

    /// <summary><c>memalloc_nofs_save</c>: until <see cref="NofsRestore"/>, this task's allocations do not enter the filesystem.</summary>
    [LegalIn(Context.Task)]
    [Acquires(NofsName, Mode = LockMode.SharedRecursive)]
    public static NofsFlags NofsSave()
    {
        KernelTask task = s_nofsSave.Begin().Current;
        var flags = new NofsFlags(task.AllocatesNofs);
        task.AllocatesNofs = true;
        return flags;
    }

    /// <summary><c>memalloc_nofs_restore</c>.</summary>
    [LegalIn(Context.Task)]
    [Releases(NofsName, Mode = LockMode.SharedRecursive)]
    public static void NofsRestore(NofsFlags flags) => s_nofsRestore.Begin().Current.AllocatesNofs = flags.Was;

    /// <summary>The same until the guard is disposed.</summary>
    [LegalIn(Context.Task)]
    [Acquires(NofsName, Mode = LockMode.SharedRecursive)]
    [return: Guard(Holds = NofsName, Mode = LockMode.SharedRecursive)]
    public static NofsGuard Nofs()
    {
        KernelTask task = s_nofs.Begin().Current;
        bool was = task.AllocatesNofs;
        task.AllocatesNofs = true;
        return new NofsGuard(task, was);
    }

    private static bool EntersFilesystem(Cpu cpu, Gfp gfp) => gfp == Gfp.Kernel && !cpu.Current.AllocatesNofs;

    private static void Enter(Cpu cpu)
    {
        ReclaimScope reclaim = cpu.Machine.Reclaim;
        cpu.Publish(MachineEventKind.LockWanted, reclaim, context: cpu.Context);
        _ = reclaim.EnterSection(cpu, LockAccess.Exclusive);
    }
}

/// <summary>The tasks that reclaim memory.</summary>
internal sealed class ReclaimScope() : EnteredLock(Machine.DeclaredLockClass(Reclaim.LockName)!);

/// <summary>What <see cref="Reclaim.NofsSave"/> returns.</summary>
/// <param name="Was">The state before.</param>
public readonly record struct NofsFlags(bool Was);

/// <summary>A scope in which allocations do not enter the filesystem. The default value is inert; copying is moving.</summary>
public ref struct NofsGuard
{
    private static readonly Operation s_dispose = Operation.Of(typeof(NofsGuard), nameof(Dispose));
    private readonly bool _was;
    private KernelTask? _task;

    internal NofsGuard(KernelTask task, bool was)
    {
        _task = task;
        _was = was;
    }

    /// <summary>The scope ends.</summary>
    [Disposes]
    public void Dispose()
    {
        if (_task is { } task)
        {
            _task = null;
            _ = s_dispose.Begin();
            task.AllocatesNofs = _was;
        }
    }
}
