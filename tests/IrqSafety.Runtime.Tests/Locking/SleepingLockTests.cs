using System;
using System.Collections.Generic;
using System.Linq;
using IrqSafety.Contracts;
using IrqSafety.Rules;
using Xunit;
using static IrqSafety.Runtime.Tests.Simulated;

namespace IrqSafety.Runtime.Tests;

public sealed class SleepingLockTests
{
    private readonly Mutex _mutex = new();
    private readonly RtMutex _rtMutex = new();
    private readonly RwSemaphore _semaphore = new();

    [Fact]
    public void They_are_held_by_the_task_and_mask_nothing() => Run(() =>
    {
        _mutex.Acquire();
        _rtMutex.Acquire();
        _semaphore.AcquireWrite();
        Assert.Equal(Mask.None, ThisCpu.Masked);
        Assert.All<KernelLock>([_mutex, _rtMutex, _semaphore], each => Assert.Same(KernelTask.Current, each.Holder));
        Assert.False(_mutex.TryAcquire());
        Assert.False(_rtMutex.TryLock(out _));
        Assert.False(_semaphore.TryAcquireRead());
        _semaphore.ReleaseWrite();
        _rtMutex.Release();
        _mutex.Release();
        Assert.All<KernelLock>([_mutex, _rtMutex, _semaphore], each => Assert.False(each.IsHeld));
    });

    [Fact]
    public void Guards_end_what_they_began() => Run(() =>
    {
        using (_mutex.Lock())
        using (_rtMutex.Lock())
        using (_semaphore.LockRead())
        {
            Assert.All<KernelLock>([_mutex, _rtMutex, _semaphore], each => Assert.True(each.IsHeld));
        }

        Assert.True(_mutex.TryLock(out LockGuard mutex));
        mutex.Dispose();
        Assert.True(_semaphore.TryLockWrite(out LockGuard writer));
        writer.Dispose();
        Assert.True(_semaphore.TryLockRead(out LockGuard reader));
        reader.Dispose();
        Assert.All<KernelLock>([_mutex, _rtMutex, _semaphore], each => Assert.False(each.IsHeld));
    });

    [Fact]
    public void A_task_that_waits_leaves_its_CPU()
    {
        bool ran = false;
        Assert.Throws<WaitNeverEndsException>(() => Run(() =>
        {
            Machine machine = Machine.Current;
            _mutex.Acquire();
            machine.AddTask("waiter", Cpu1, _mutex.Acquire);
            machine.AddTask("other", Cpu1, () => ran = machine.Cpus[1].Current == KernelTask.Current);
            new Completion().Wait();
        }));
        Assert.True(ran);
    }

    [Fact]
    public void Taking_a_mutex_twice_waits_for_ever() => Assert.Throws<WaitNeverEndsException>(() => Run(() =>
    {
        _mutex.Acquire();
        _mutex.Acquire();
    }));

    [Fact]
    public void A_downgraded_writer_lets_readers_in() => Run(() =>
    {
        _semaphore.AcquireWrite();
        _semaphore.DowngradeWrite();
        Assert.Null(_semaphore.Holder);
        Assert.True(_semaphore.TryAcquireRead());
        Assert.Equal(2, _semaphore.Readers.Count);
        _semaphore.ReleaseRead();
        _semaphore.ReleaseRead();
        Assert.False(_semaphore.IsHeld);
    });

    /// <summary>What waits; each test leaves it held.</summary>
    public static TheoryData<string> Operations => ["Mutex.Acquire", "Mutex.Lock", "RtMutex.Acquire", "RwSemaphore.AcquireRead", "RwSemaphore.AcquireWrite", "RwSemaphore.LockRead"];

    [Theory]
    [MemberData(nameof(Operations))]
    public void None_is_taken_with_interrupts_off(string operation) => Assert.Equal([(LawIds.AtomicSleep, operation)], Breaches(() =>
    {
        LocalIrq.Disable();
        Perform(operation);
        LocalIrq.Enable();
    }));

    [Theory]
    [MemberData(nameof(Operations))]
    public void None_is_taken_with_preemption_off(string operation) => Assert.Equal([(LawIds.AtomicSleep, operation)], Breaches(() =>
    {
        using PreemptOffGuard off = Preemption.Off();
        Perform(operation);
    }));

    [Theory]
    [MemberData(nameof(Operations))]
    public void None_is_taken_in_an_interrupt(string operation)
    {
        IReadOnlyList<(string Law, string Operation)> breaches = Breaches(() => InHandler(nmi: false, () => Perform(operation)));
        Assert.Contains((LawIds.AtomicSleep, operation), breaches);
        Assert.Contains((LawIds.ContextLegal, operation), breaches);
    }

    [Fact]
    public void Trying_a_mutex_is_not_for_interrupts_either() => Assert.Equal(
        [(LawIds.ContextLegal, "Mutex.TryAcquire"), (LawIds.ContextLegal, "Mutex.Release")],
        Breaches(() => InHandler(nmi: false, () =>
        {
            Assert.True(_mutex.TryAcquire());
            _mutex.Release();
        })));

    private void Perform(string operation)
    {
        Action action = operation switch
        {
            "Mutex.Acquire" => _mutex.Acquire,
            "Mutex.Lock" => () => _ = _mutex.Lock(),
            "RtMutex.Acquire" => _rtMutex.Acquire,
            "RwSemaphore.AcquireRead" => _semaphore.AcquireRead,
            "RwSemaphore.AcquireWrite" => _semaphore.AcquireWrite,
            _ => () => _ = _semaphore.LockRead(),
        };
        action();
    }
}
