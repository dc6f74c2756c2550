namespace IrqSafety.Contracts;

/// <summary>Kinds of lock, named as in the kernel. How hard each may wait stands in <see cref="Rules.WaitTypes"/>.</summary>
public enum LockKind
{
    /// <summary>Not declared.</summary>
    Unknown = 0,

    /// <summary><c>raw_spinlock_t</c>: spins on every configuration.</summary>
    RawSpin,

    /// <summary><c>spinlock_t</c>: spins; sleeps on a real-time build.</summary>
    Spin,

    /// <summary><c>rwlock_t</c>: as <see cref="Spin"/>, shared or exclusive.</summary>
    ReadWrite,

    /// <summary><c>struct mutex</c>: sleeps.</summary>
    Mutex,

    /// <summary><c>struct rt_mutex</c>: sleeps, with priority inheritance.</summary>
    RtMutex,

    /// <summary><c>struct rw_semaphore</c>: sleeps, shared or exclusive.</summary>
    RwSemaphore,

    /// <summary><c>struct ww_mutex</c>: sleeps, wound/wait.</summary>
    WoundWait,

    /// <summary><c>local_lock_t</c>: per CPU.</summary>
    Local,

    /// <summary>The write side of <c>seqlock_t</c>.</summary>
    Sequence,

    /// <summary>An RCU or RCU-bh read-side section; taken exclusively it stands for waiting for a grace period.</summary>
    Rcu,

    /// <summary>An RCU-sched read-side section, which also keeps preemption off.</summary>
    RcuSched,

    /// <summary>A sleepable RCU read-side section of one domain.</summary>
    Srcu,

    /// <summary>The CPU hotplug lock, a per-CPU reader-writer semaphore.</summary>
    Hotplug,

    /// <summary>An open wound/wait ticket (<c>ww_acquire_ctx</c>).</summary>
    Ticket,

    /// <summary>Memory reclaim that may enter the filesystem (<c>fs_reclaim_acquire</c>).</summary>
    Reclaim,

    /// <summary>Not a lock: a scope that a task opens and closes, and that keeps nobody out (<c>memalloc_nofs_save</c>).</summary>
    Scope,
}
