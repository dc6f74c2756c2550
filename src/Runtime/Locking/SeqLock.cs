using System.Runtime.CompilerServices;
using IrqSafety.Contracts;
using IrqSafety.Rules;

namespace IrqSafety.Runtime;

/// <summary><c>seqlock_t</c>: writers exclude each other; readers take nothing, and read again when a writer was there.</summary>
/// <remarks>
/// <code>
/// uint sequence;
/// do
/// {
///     sequence = _lock.ReadBegin();
///     copy = _data.Read();
/// }
/// while (_lock.ReadRetry(sequence));
/// </code>
/// A reader waits while a writer is in: one that interrupts the writer waits for ever. Source: Linux <c>include/linux/seqlock.h</c>.
/// </remarks>
[LockType(LockKind.Sequence)]
public sealed class SeqLock : KernelLock
{
    private static readonly Operation s_acquireWrite = Operation.Of(typeof(SeqLock), nameof(AcquireWrite));
    private static readonly Operation s_releaseWrite = Operation.Of(typeof(SeqLock), nameof(ReleaseWrite));
    private static readonly Operation s_acquireWriteIrq = Operation.Of(typeof(SeqLock), nameof(AcquireWriteIrq));
    private static readonly Operation s_releaseWriteIrq = Operation.Of(typeof(SeqLock), nameof(ReleaseWriteIrq));
    private static readonly Operation s_acquireWriteIrqSave = Operation.Of(typeof(SeqLock), nameof(AcquireWriteIrqSave));
    private static readonly Operation s_releaseWriteIrqRestore = Operation.Of(typeof(SeqLock), nameof(ReleaseWriteIrqRestore));
    private static readonly Operation s_acquireWriteBh = Operation.Of(typeof(SeqLock), nameof(AcquireWriteBh));
    private static readonly Operation s_releaseWriteBh = Operation.Of(typeof(SeqLock), nameof(ReleaseWriteBh));
    private static readonly Operation s_lockWrite = Operation.Of(typeof(SeqLock), nameof(LockWrite));
    private static readonly Operation s_lockWriteIrq = Operation.Of(typeof(SeqLock), nameof(LockWriteIrq));
    private static readonly Operation s_lockWriteIrqSave = Operation.Of(typeof(SeqLock), nameof(LockWriteIrqSave));
    private static readonly Operation s_lockWriteBh = Operation.Of(typeof(SeqLock), nameof(LockWriteBh));
    private static readonly Operation s_readBegin = Operation.Of(typeof(SeqLock), nameof(ReadBegin));
    private static readonly Operation s_readRetry = Operation.Of(typeof(SeqLock), nameof(ReadRetry));
    private readonly PerMachine<uint> _sequence = new(() => 0);

    /// <summary>An unlocked lock.</summary>
    /// <param name="name">Its name in reports, by default that of the field it is created for; and its class where no initialiser of a field creates it.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public SeqLock([LockClassName] string? name = null, [CallerMemberName] string member = "", [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
        : base(LockSite.ClassOf(name, typeof(SeqLock), LockKind.Sequence, member, file, line), name ?? member)
    {
    }

    /// <summary>Odd while a writer is in.</summary>
    public uint Sequence => _sequence.Value;

    /// <summary><c>read_seqbegin</c>: waits until no writer is in, and returns the sequence to check with <see cref="ReadRetry"/>.</summary>
    [Takes("this", Mode = LockMode.SharedRecursive)]
    public uint ReadBegin()
    {
        Cpu cpu = s_readBegin.Begin(this, Access.Read);
        cpu.Publish(MachineEventKind.LockWanted, this, value: 1, context: cpu.Context, text: "reader", taking: new LockTaking(LockAccess.RecursiveRead));
        while (IsHeld)
        {
            WaitStyle style = Sleeps(cpu.Machine) ? WaitStyle.Sleep : WaitStyle.Spin;
            cpu.Machine.Execution.Wait(new WaitFor(style, s_readBegin, this, () => !IsHeld, () => Holder));
        }

        return Sequence;
    }

    /// <summary><c>read_seqretry</c>: true when what was read since <see cref="ReadBegin"/> may be torn.</summary>
    [NmiSafe]
    public bool ReadRetry(uint sequence)
    {
        _ = s_readRetry.Begin(this, Access.Read);
        return sequence != Sequence;
    }

    /// <summary><c>write_seqlock</c>.</summary>
    [Acquires("this")]
    public void AcquireWrite() => Acquire(s_acquireWrite.Begin(this), s_acquireWrite);

    /// <summary><c>write_sequnlock</c>.</summary>
    [Releases("this")]
    public void ReleaseWrite() => Release(s_releaseWrite.Begin(this));

    /// <summary><c>write_seqlock_irq</c>: masks interrupts, whatever the state before.</summary>
    [Acquires("this")]
    [SetsMask(Mask.Irq, true)]
    public void AcquireWriteIrq() => AcquireIrq(s_acquireWriteIrq.Begin(this), s_acquireWriteIrq);

    /// <summary><c>write_sequnlock_irq</c>: unmasks interrupts, whatever the state before the lock was taken.</summary>
    [Releases("this")]
    [SetsMask(Mask.Irq, false)]
    public void ReleaseWriteIrq() => ReleaseIrq(s_releaseWriteIrq.Begin(this));

    /// <summary><c>write_seqlock_irqsave</c>: masks interrupts and returns the state before.</summary>
    [Acquires("this")]
    [SavesMask(Mask.Irq)]
    [SetsMask(Mask.Irq, true)]
    public IrqFlags AcquireWriteIrqSave() => AcquireIrqSave(s_acquireWriteIrqSave.Begin(this), s_acquireWriteIrqSave);

    /// <summary><c>write_sequnlock_irqrestore</c>.</summary>
    [Releases("this")]
    [RestoresMask(Mask.Irq, From = nameof(flags))]
    public void ReleaseWriteIrqRestore(IrqFlags flags) => ReleaseIrqRestore(s_releaseWriteIrqRestore.Begin(this), flags);

    /// <summary><c>write_seqlock_bh</c>: turns softirqs off.</summary>
    [ForbiddenIn(BottomHalves.InterruptsAndNmis, Because = BottomHalves.CountsForTheTask)]
    [Acquires("this")]
    [SetsMask(Mask.SoftIrq, true)]
    public void AcquireWriteBh() => AcquireBh(s_acquireWriteBh.Begin(this), s_acquireWriteBh);

    /// <summary><c>write_sequnlock_bh</c>: turns softirqs on again.</summary>
    [ForbiddenIn(BottomHalves.InterruptsAndNmis, Because = BottomHalves.CountsForTheTask)]
    [Releases("this")]
    [SetsMask(Mask.SoftIrq, false)]
    public void ReleaseWriteBh() => ReleaseBh(s_releaseWriteBh.Begin(this));

    /// <summary>Held until the guard is disposed.</summary>
    [Acquires("this")]
    [return: Guard(Holds = "this")]
    public LockGuard LockWrite()
    {
        Acquire(s_lockWrite.Begin(this), s_lockWrite);
        return new LockGuard(this);
    }

    /// <summary>Held, with interrupts masked, until the guard is disposed; then they are unmasked, whatever the state before.</summary>
    [Acquires("this")]
    [SetsMask(Mask.Irq, true)]
    [return: Guard(Holds = "this", Unmasks = Mask.Irq)]
    public IrqLockGuard LockWriteIrq()
    {
        AcquireIrq(s_lockWriteIrq.Begin(this), s_lockWriteIrq);
        return new IrqLockGuard(this);
    }

    /// <summary>Held, with interrupts masked, until the guard is disposed; then the mask is as before.</summary>
    [Acquires("this")]
    [SetsMask(Mask.Irq, true)]
    [return: Guard(Holds = "this", Restores = Mask.Irq)]
    public IrqSaveLockGuard LockWriteIrqSave()
    {
        IrqFlags flags = AcquireIrqSave(s_lockWriteIrqSave.Begin(this), s_lockWriteIrqSave);
        return new IrqSaveLockGuard(this, flags);
    }

    /// <summary>Held, with softirqs off, until the guard is disposed.</summary>
    [ForbiddenIn(BottomHalves.InterruptsAndNmis, Because = BottomHalves.CountsForTheTask)]
    [Acquires("this")]
    [SetsMask(Mask.SoftIrq, true)]
    [return: Guard(Holds = "this", Restores = Mask.SoftIrq)]
    public BhLockGuard LockWriteBh()
    {
        AcquireBh(s_lockWriteBh.Begin(this), s_lockWriteBh);
        return new BhLockGuard(this);
    }

    /// <inheritdoc/>
    private protected override bool Sleeps(Machine machine) => machine.Profile.RealTime;

    /// <inheritdoc/>
    private protected override void Enter(Cpu cpu, LockAccess access)
    {
        base.Enter(cpu, access);
        _sequence.Value++;
    }

    /// <inheritdoc/>
    private protected override void Leave(Cpu cpu, LockAccess access)
    {
        base.Leave(cpu, access);
        _sequence.Value++;
    }
}
