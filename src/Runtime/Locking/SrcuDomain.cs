using System.Runtime.CompilerServices;
using IrqSafety.Contracts;
using IrqSafety.Rules;

namespace IrqSafety.Runtime;

/// <summary>What <see cref="SrcuDomain.ReadLock"/> returns and <see cref="SrcuDomain.ReadUnlock"/> takes.</summary>
/// <param name="Entry">Opaque.</param>
public readonly record struct SrcuIndex(long Entry);

/// <summary><c>struct srcu_struct</c>: RCU of its own, whose readers may sleep.</summary>
/// <remarks>Waiting for a domain's readers inside one of its sections, or under a lock that they take, never ends. Source: Linux <c>kernel/rcu/srcutree.c</c>.</remarks>
[LockType(LockKind.Srcu)]
public sealed class SrcuDomain : EnteredLock
{
    private static readonly Operation s_readLock = Operation.Of(typeof(SrcuDomain), nameof(ReadLock));
    private static readonly Operation s_readUnlock = Operation.Of(typeof(SrcuDomain), nameof(ReadUnlock));
    private static readonly Operation s_read = Operation.Of(typeof(SrcuDomain), nameof(Read));
    private static readonly Operation s_synchronize = Operation.Of(typeof(SrcuDomain), nameof(Synchronize));

    /// <summary>A domain without readers.</summary>
    /// <param name="name">Its name in reports, by default that of the field it is created for; and its class where no initialiser of a field creates it.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public SrcuDomain([LockClassName] string? name = null, [CallerMemberName] string member = "", [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
        : base(LockSite.ClassOf(name, typeof(SrcuDomain), LockKind.Srcu, member, file, line), name ?? member)
    {
    }

    /// <summary><c>srcu_read_lock</c>: never waits.</summary>
    [ForbiddenIn(Context.AnyNmi, Because = "is not safe from NMI in this form")]
    [Acquires("this", Mode = LockMode.SharedRecursive)]
    public SrcuIndex ReadLock() => new(EnterSection(s_readLock.Begin(this, Access.Read), LockAccess.RecursiveRead));

    /// <summary><c>srcu_read_unlock</c>, with the index that the lock returned.</summary>
    [ForbiddenIn(Context.AnyNmi, Because = "is not safe from NMI in this form")]
    [Releases("this", Mode = LockMode.SharedRecursive)]
    public void ReadUnlock(SrcuIndex index) => LeaveSection(s_readUnlock.Begin(this, Access.Read), LockAccess.RecursiveRead, index.Entry);

    /// <summary>A read-side section until the guard is disposed.</summary>
    [ForbiddenIn(Context.AnyNmi, Because = "is not safe from NMI in this form")]
    [Acquires("this", Mode = LockMode.SharedRecursive)]
    [return: Guard(Holds = "this", Mode = LockMode.SharedRecursive)]
    public SrcuReadGuard Read() => new(this, new SrcuIndex(EnterSection(s_read.Begin(this, Access.Read), LockAccess.RecursiveRead)));

    /// <summary><c>synchronize_srcu</c>: waits until every reader that is inside now has left.</summary>
    [MayBlock]
    [LegalIn(Context.Task)]
    [Takes("this")]
    public void Synchronize() => WaitForThoseInside(s_synchronize.Begin(this), s_synchronize);
}

/// <summary>A read-side section of a domain. The default value is inert; copying is moving.</summary>
public ref struct SrcuReadGuard
{
    private static readonly Operation s_dispose = Operation.Of(typeof(SrcuReadGuard), nameof(Dispose));
    private readonly SrcuIndex _index;
    private SrcuDomain? _domain;

    internal SrcuReadGuard(SrcuDomain domain, SrcuIndex index)
    {
        _domain = domain;
        _index = index;
    }

    /// <summary>The section ends.</summary>
    [Disposes]
    public void Dispose()
    {
        if (_domain is { } entered)
        {
            _domain = null;
            entered.LeaveSection(s_dispose.Begin(entered, Access.Read), LockAccess.RecursiveRead, _index.Entry);
        }
    }
}
