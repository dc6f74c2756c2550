using IrqSafety.Contracts;
using IrqSafety.Rules;

[assembly: DeclareLockClass(IrqSafety.Runtime.Rcu.LockName, LockKind.Rcu)]
[assembly: DeclareLockClass(IrqSafety.Runtime.RcuBh.LockName, LockKind.Rcu)]
[assembly: DeclareLockClass(IrqSafety.Runtime.RcuSched.LockName, LockKind.RcuSched)]

namespace IrqSafety.Runtime;

/// <summary>The read-side sections of one flavour of RCU.</summary>
internal sealed class RcuFlavour(string name) : EnteredLock(Machine.DeclaredLockClass(name)!);

/// <summary>RCU of a machine: one grace period for the three flavours.</summary>
internal sealed class RcuState
{
    public RcuFlavour Preemptible { get; } = new(Rcu.LockName);

    public RcuFlavour BottomHalf { get; } = new(RcuBh.LockName);

    public RcuFlavour Sched { get; } = new(RcuSched.LockName);
}

/// <summary>RCU: readers that never wait, and a writer that waits for them. A reader must not sleep. Source: Linux <c>Documentation/RCU/whatisRCU.rst</c>.</summary>
public static class Rcu
{
    /// <summary>The public name of its class.</summary>
    public const string LockName = "rcu";

    private static readonly Operation s_readLock = Operation.Of(typeof(Rcu), nameof(ReadLock));
    private static readonly Operation s_readUnlock = Operation.Of(typeof(Rcu), nameof(ReadUnlock));
    private static readonly Operation s_read = Operation.Of(typeof(Rcu), nameof(Read));
    private static readonly Operation s_synchronize = Operation.Of(typeof(Rcu), nameof(Synchronize));

    /// <summary><c>rcu_read_lock</c>: nests.</summary>
    [NmiSafe]
    [Acquires(LockName, Mode = LockMode.SharedRecursive)]
    public static void ReadLock() => Enter(s_readLock.Begin(Machine.Current.Rcu, Access.Read));

    /// <summary><c>rcu_read_unlock</c>.</summary>
    [NmiSafe]
    [Releases(LockName, Mode = LockMode.SharedRecursive)]
    public static void ReadUnlock() => Leave(s_readUnlock.Begin(Machine.Current.Rcu, Access.Read));

    /// <summary>A read-side section until the guard is disposed.</summary>
    [NmiSafe]
    [Acquires(LockName, Mode = LockMode.SharedRecursive)]
    [return: Guard(Holds = LockName, Mode = LockMode.SharedRecursive)]
    public static RcuReadGuard Read()
    {
        Enter(s_read.Begin(Machine.Current.Rcu, Access.Read));
        return new RcuReadGuard(active: true);
    }

    /// <summary><c>synchronize_rcu</c>: waits until every reader of every flavour that is inside now has left.</summary>
    [MayBlock]
    [LegalIn(Context.Task)]
    [Takes(LockName)]
    [Takes(RcuBh.LockName)]
    [Takes(RcuSched.LockName)]
    public static void Synchronize()
    {
        RcuState rcu = Machine.Current.Rcu;
        foreach (RcuFlavour flavour in new[] { rcu.Preemptible, rcu.BottomHalf, rcu.Sched })
        {
            flavour.WaitForThoseInside(s_synchronize.Begin(rcu), s_synchronize);
        }
    }

    internal static void Enter(Cpu cpu)
    {
        cpu.State.RcuReaders++;
        _ = cpu.Machine.Rcu.Preemptible.EnterSection(cpu, LockAccess.RecursiveRead);
    }

    internal static void Leave(Cpu cpu)
    {
        cpu.Machine.Rcu.Preemptible.LeaveSection(cpu, LockAccess.RecursiveRead);
        cpu.State.RcuReaders--;
    }
}

/// <summary>RCU readers with softirqs off. Source: Linux <c>include/linux/rcupdate.h</c>.</summary>
public static class RcuBh
{
    /// <summary>The public name of its class.</summary>
    public const string LockName = "rcu_bh";

    private static readonly Operation s_readLock = Operation.Of(typeof(RcuBh), nameof(ReadLock));
    private static readonly Operation s_readUnlock = Operation.Of(typeof(RcuBh), nameof(ReadUnlock));
    private static readonly Operation s_read = Operation.Of(typeof(RcuBh), nameof(Read));

    /// <summary><c>rcu_read_lock_bh</c>: nests.</summary>
    [ForbiddenIn(BottomHalves.InterruptsAndNmis, Because = BottomHalves.CountsForTheTask)]
    [Acquires(LockName, Mode = LockMode.SharedRecursive)]
    [SetsMask(Mask.SoftIrq, true)]
    public static void ReadLock() => Enter(s_readLock.Begin(Machine.Current.Rcu, Access.Read));

    /// <summary><c>rcu_read_unlock_bh</c>.</summary>
    [ForbiddenIn(BottomHalves.InterruptsAndNmis, Because = BottomHalves.CountsForTheTask)]
    [Releases(LockName, Mode = LockMode.SharedRecursive)]
    [SetsMask(Mask.SoftIrq, false)]
    public static void ReadUnlock() => Leave(s_readUnlock.Begin(Machine.Current.Rcu, Access.Read));

    /// <summary>A read-side section until the guard is disposed.</summary>
    [ForbiddenIn(BottomHalves.InterruptsAndNmis, Because = BottomHalves.CountsForTheTask)]
    [Acquires(LockName, Mode = LockMode.SharedRecursive)]
    [SetsMask(Mask.SoftIrq, true)]
    [return: Guard(Holds = LockName, Mode = LockMode.SharedRecursive, Restores = Mask.SoftIrq)]
    public static RcuBhReadGuard Read()
    {
        Enter(s_read.Begin(Machine.Current.Rcu, Access.Read));
        return new RcuBhReadGuard(active: true);
    }

    internal static void Leave(Cpu cpu)
    {
        cpu.Machine.Rcu.BottomHalf.LeaveSection(cpu, LockAccess.RecursiveRead);
        BottomHalves.Count(cpu, -1);
    }

    private static void Enter(Cpu cpu)
    {
        BottomHalves.Count(cpu, 1);
        _ = cpu.Machine.Rcu.BottomHalf.EnterSection(cpu, LockAccess.RecursiveRead);
    }
}

/// <summary>RCU readers with preemption off. Source: Linux <c>include/linux/rcupdate.h</c>.</summary>
public static class RcuSched
{
    /// <summary>The public name of its class.</summary>
    public const string LockName = "rcu_sched";

    private static readonly Operation s_readLock = Operation.Of(typeof(RcuSched), nameof(ReadLock));
    private static readonly Operation s_readUnlock = Operation.Of(typeof(RcuSched), nameof(ReadUnlock));
    private static readonly Operation s_read = Operation.Of(typeof(RcuSched), nameof(Read));

    /// <summary><c>rcu_read_lock_sched</c>: nests.</summary>
    [NmiSafe]
    [Acquires(LockName, Mode = LockMode.SharedRecursive)]
    [SetsMask(Mask.Preemption, true)]
    public static void ReadLock() => Enter(s_readLock.Begin(Machine.Current.Rcu, Access.Read));

    /// <summary><c>rcu_read_unlock_sched</c>.</summary>
    [NmiSafe]
    [Releases(LockName, Mode = LockMode.SharedRecursive)]
    [SetsMask(Mask.Preemption, false)]
    public static void ReadUnlock() => Leave(s_readUnlock.Begin(Machine.Current.Rcu, Access.Read));

    /// <summary>A read-side section until the guard is disposed.</summary>
    [NmiSafe]
    [Acquires(LockName, Mode = LockMode.SharedRecursive)]
    [SetsMask(Mask.Preemption, true)]
    [return: Guard(Holds = LockName, Mode = LockMode.SharedRecursive, Restores = Mask.Preemption)]
    public static RcuSchedReadGuard Read()
    {
        Enter(s_read.Begin(Machine.Current.Rcu, Access.Read));
        return new RcuSchedReadGuard(active: true);
    }

    internal static void Leave(Cpu cpu)
    {
        cpu.Machine.Rcu.Sched.LeaveSection(cpu, LockAccess.RecursiveRead);
        Preemption.Count(cpu, -1);
    }

    private static void Enter(Cpu cpu)
    {
        Preemption.Count(cpu, 1);
        _ = cpu.Machine.Rcu.Sched.EnterSection(cpu, LockAccess.RecursiveRead);
    }
}
