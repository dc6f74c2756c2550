using System.Threading.Tasks;
using Xunit;

namespace IrqSafety.Analyzers.Tests.Rules;

public sealed class IRQ0105ReleasedButNotHeldTests
{
    [Fact]
    public Task Reported_for_the_second_release() => Verify.Reported("IRQ0105", """
        class Ring
        {
            private readonly RawSpinLock ringLock = new();

            public void Drain(bool empty)
            {
                ringLock.Acquire();
                if (empty)
                {
                    ringLock.Release();
                }

                [|ringLock.Release()|];
            }
        }
        """,
        "'RawSpinLock.Release' releases 'Ring.ringLock', which is not held on some path here. Release it once, where it was taken.");

    [Fact]
    public Task Reported_after_what_the_contract_says_is_held_was_released() => Verify.Reported("IRQ0105", """
        class Queue
        {
            private readonly RawSpinLock queueLock = new();

            [Releases("this.queueLock")]
            public void Finish()
            {
                queueLock.Release();
                [|queueLock.Release()|];
            }
        }
        """);

    [Fact]
    public Task Reported_after_a_private_method_released_it() => Verify.Reported("IRQ0105", """
        class Owner
        {
            private readonly RawSpinLock ownLock = new();

            public void Run()
            {
                ownLock.Acquire();
                Finish();
                [|ownLock.Release()|];
            }

            private void Finish() => ownLock.Release();
        }
        """);

    [Fact]
    public Task Reported_at_once_when_nobody_can_have_left_it_held() => Verify.Reported("IRQ0105", """
        class Cell
        {
            private readonly SpinLock cellLock = new();

            public void Use()
            {
                cellLock.Acquire();
                cellLock.Release();
            }

            public void End() => [|cellLock.Release()|];
        }
        """);

    [Fact]
    public Task Valid_when_somebody_may_have_left_it_held() => Verify.Valid("""
        class HandOver
        {
            private readonly SpinLock ownLock = new();

            [Acquires("this.ownLock")]
            public void Begin() => ownLock.Acquire();

            public void End() => ownLock.Release();
        }

        class Seen
        {
            internal readonly SpinLock seenLock = new();

            public void End() => seenLock.Release();
        }

        class Given
        {
            private readonly SpinLock givenLock;

            public Given(SpinLock shared) => givenLock = shared;

            public void End() => givenLock.Release();
        }

        class Passed(System.Action<SpinLock> user)
        {
            private readonly SpinLock passedLock = new();

            public void Use() => user(passedLock);

            public void End() => passedLock.Release();
        }
        """);

    [Fact]
    public Task Valid_when_it_is_not_known_or_taken_in_between() => Verify.Valid("""
        class Unknown
        {
            private readonly RawSpinLock ownLock = new();

            [RequiresHeld("this.ownLock")]
            public void Break()
            {
                ownLock.Release();
                ownLock.Acquire();
            }

            public void Each(Unknown[] all)
            {
                foreach (Unknown one in all)
                {
                    one.ownLock.Acquire();
                    one.ownLock.Release();
                }
            }

            public void Inert(bool locked)
            {
                LockGuard held = locked ? default : ownLock.Lock();
                held.Dispose();
                LockGuard none = default;
                none.Dispose();
                none.Dispose();
            }

            public void Again()
            {
                LockGuard held = ownLock.Lock();
                held.Dispose();
                held = ownLock.Lock();
                held.Dispose();
            }

            public void Moved()
            {
                LockGuard held = ownLock.Lock();
                LockGuard moved = held;
                moved.Dispose();
            }

            public void TriedWithGuard()
            {
                if (ownLock.TryLock(out LockGuard held))
                {
                    held.Dispose();
                }

                ownLock.TryLock(out LockGuard perhaps);
                perhaps.Dispose();
            }

            public void Tried()
            {
                if (ownLock.TryAcquire())
                {
                    ownLock.Release();
                }

                if (ownLock.TryAcquire())
                {
                    ownLock.Release();
                }
            }
        }
        """);

    [Fact]
    public Task Reported_for_a_guard_that_is_ended_twice() => Verify.Reported("IRQ0105", """
        class Twice
        {
            private readonly RawSpinLock ownLock = new();

            public void Explicit()
            {
                LockGuard held = ownLock.Lock();
                held.Dispose();
                [|held.Dispose()|];
            }

            public void Copied()
            {
                LockGuard held = ownLock.Lock();
                LockGuard copy = held;
                copy.Dispose();
                [|held.Dispose()|];
            }

            public void Early(bool done)
            {
                using LockGuard [|held = ownLock.Lock()|];
                if (done)
                {
                    held.Dispose();
                }
            }

            public void Mixed()
            {
                using ([|ownLock.Lock()|])
                {
                    ownLock.Release();
                }
            }

            public void GivenAway()
            {
                LockGuard held = ownLock.Lock();
                Finish(held);
                [|held.Dispose()|];
            }

            private static void Finish([Guard] LockGuard held) => held.Dispose();
        }
        """);

    [Fact]
    public Task Reported_with_own_primitives() => Verify.WithOwnContracts("IRQ0105", """
        class Driver
        {
            private readonly TicketLock ticket = new();

            public void Run()
            {
                Held held = ticket.EnterMasked();
                held.Dispose();
                [|held.Dispose()|];
            }
        }
        """);

    [Fact]
    public Task Reported_for_a_reader_released_as_a_writer_and_the_other_way_round() => Verify.Reported("IRQ0105", """
        class Maps
        {
            private readonly RwLock mapLock = new();
            private readonly RwSemaphore tableLock = new();

            public void Reader()
            {
                mapLock.AcquireRead();
                [|mapLock.ReleaseWrite()|];
            }

            public void Writer()
            {
                tableLock.AcquireWrite();
                [|tableLock.ReleaseRead()|];
            }
        }
        """,
        "'RwLock.ReleaseWrite' releases 'Maps.mapLock' as a writer, which is not held on some path here. Release it once, where it was taken.",
        "'RwSemaphore.ReleaseRead' releases 'Maps.tableLock' as a reader, which is not held on some path here. Release it once, where it was taken.");

    [Fact]
    public Task Silent_where_the_mode_is_changed_or_readers_are_of_two_kinds() => Verify.Valid("""
        class Maps
        {
            private readonly RwLock mapLock = new();
            private readonly RwSemaphore tableLock = new();
            [GuardedBy("tableLock")] private int rows;

            public void Downgraded()
            {
                tableLock.AcquireWrite();
                if (rows == 0)
                {
                    tableLock.DowngradeWrite();
                    Look();
                }
                else
                {
                    tableLock.DowngradeWrite();
                }

                tableLock.ReleaseRead();
            }

            public void Recursive()
            {
                mapLock.AcquireReadRecursive();
                mapLock.ReleaseRead();
            }

            private int Look() => rows;
        }
        """);
}
