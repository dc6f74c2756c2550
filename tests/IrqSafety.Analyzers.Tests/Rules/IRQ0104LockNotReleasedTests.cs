using System.Threading.Tasks;
using Xunit;

namespace IrqSafety.Analyzers.Tests.Rules;

public sealed class IRQ0104LockNotReleasedTests
{
    [Fact]
    public Task Reported_on_an_early_return() => Verify.Reported("IRQ0104", """
        class Command
        {
            private readonly RawSpinLock queueLock = new();

            public bool Queue(int slots)
            {
                [|queueLock.Acquire()|];
                if (slots == 0)
                {
                    return false;
                }

                queueLock.Release();
                return true;
            }
        }
        """,
        "'Queue' returns on some path with 'Command.queueLock' held. Release it before each return, take it with a guard in a using, or declare [Acquires].");

    [Fact]
    public Task Reported_on_every_path_and_for_a_guard_that_is_not_disposed() => Verify.Reported("IRQ0104", """
        class Enter
        {
            private readonly RawSpinLock enterLock = new();

            public void Begin() => [|enterLock.Acquire()|];

            public void Forget()
            {
                LockGuard held = [|enterLock.Lock()|];
            }
        }
        """);

    [Fact]
    public Task Reported_for_a_helper_that_returns_nothing_to_tell_by() => Verify.Reported("IRQ0104", """
        class Helper
        {
            private readonly SpinLock helperLock = new();

            public void Run(bool more)
            {
                Step(more);
            }

            private void Step(bool more)
            {
                IrqFlags flags = [|helperLock.AcquireIrqSave()|];
                if (more)
                {
                    helperLock.ReleaseIrqRestore(flags);
                }
            }
        }
        """);

    [Fact]
    public Task Reported_when_a_try_form_succeeded_in_a_handler() => Verify.WithOwnContracts("IRQ0104", """
        class Handler
        {
            private readonly TicketLock ticket = new();

            public void Open() => Kernel.AttachIrq(OnIrq);

            private void OnIrq()
            {
                if (![|ticket.TryEnter()|])
                {
                    return;
                }
            }
        }
        """);

    [Fact]
    public Task Valid_where_a_contract_a_caller_or_a_guard_accounts_for_it() => Verify.Valid("""
        class Accounted
        {
            private readonly RawSpinLock ownLock = new();

            [Acquires("this.ownLock")]
            public void Begin() => ownLock.Acquire();

            [Releases("this.ownLock")]
            public void End() => ownLock.Release();

            [TryAcquires("this.ownLock")]
            public bool TryBegin() => ownLock.TryAcquire();

            [return: Guard(Holds = "this.ownLock")]
            public LockGuard Guarded() => ownLock.Lock();

            public void Whole()
            {
                Begin();
                End();
                Take();
                Give();
                if (TryTake(1))
                {
                    Give();
                }
            }

            public int Early(int n)
            {
                using LockGuard held = ownLock.Lock();
                if (n == 0)
                {
                    return 0;
                }

                return n;
            }

            public void Finally(int n)
            {
                ownLock.Acquire();
                try
                {
                    if (n == 0)
                    {
                        return;
                    }
                }
                finally
                {
                    ownLock.Release();
                }
            }

            private void Take() => ownLock.Acquire();

            private void Give() => ownLock.Release();

            private bool TryTake(int n)
            {
                ownLock.Acquire();
                if (n > 0)
                {
                    return true;
                }

                ownLock.Release();
                return false;
            }
        }
        """);

    [Fact]
    public Task Valid_when_the_same_condition_takes_and_releases_and_for_all_of_an_array() => Verify.Valid("""
        class Conditional
        {
            private readonly RawSpinLock ownLock = new();
            private readonly RawSpinLock[] slots = [new("slot"), new("slot")];

            public void Run(bool locked)
            {
                if (!locked)
                {
                    ownLock.Acquire();
                }

                if (!locked)
                {
                    ownLock.Release();
                }
            }

            public void Each()
            {
                foreach (RawSpinLock slot in slots)
                {
                    slot.Acquire();
                    slot.Release();
                }
            }

            public void Retry(int times)
            {
                while (!ownLock.TryAcquire())
                {
                    if (times-- == 0)
                    {
                        return;
                    }
                }

                ownLock.Release();
            }
        }
        """);

    [Fact]
    public Task Reported_for_a_wrapper_that_returns_a_guard_and_does_not_say_so() => Verify.Reported("IRQ0104", """
        class Wrapper
        {
            private readonly RawSpinLock ownLock = new();

            public IrqSaveLockGuard Undeclared() => [|ownLock.LockIrqSave()|];

            public LockGuard Sometimes(bool really)
            {
                if (!really)
                {
                    return default;
                }

                LockGuard held = [|ownLock.Lock()|];
                return held;
            }

            public void Use()
            {
                using (Undeclared())
                {
                }
            }
        }
        """,
        "'Undeclared' returns with 'Wrapper.ownLock' held. Declare [return: Guard], so that its callers know that they must dispose it.",
        "'Sometimes' returns on some path with 'Wrapper.ownLock' held. Declare [return: Guard], so that its callers know that they must dispose it.");

    [Fact]
    public Task Reported_for_a_guard_that_is_overwritten_or_dropped() => Verify.Reported("IRQ0104", """
        class Lost
        {
            private readonly RawSpinLock ownLock = new();

            public void Overwritten()
            {
                LockGuard held = [|ownLock.Lock()|];
                held = default;
                held.Dispose();
            }

            public void Dropped() => [|ownLock.Lock()|];

            public void FromAWrapper()
            {
                LockGuard held = [|Take()|];
            }

            private LockGuard Take() => ownLock.Lock();
        }
        """);

    [Fact]
    public Task Valid_where_a_guard_is_moved_to_somebody_who_ends_it() => Verify.Valid("""
        class Moved
        {
            private readonly RawSpinLock ownLock = new();
            private readonly SpinLock otherLock = new();

            [return: Guard(Holds = "this.ownLock", Restores = Mask.Irq)]
            public IrqSaveLockGuard Declared() => ownLock.LockIrqSave();

            private LockGuard Private() => ownLock.Lock();

            private LockGuard Perhaps(bool really) => really ? ownLock.Lock() : default;

            public void Use(bool really)
            {
                using (Declared())
                {
                }

                using (Private())
                {
                }

                LockGuard held = Private();
                LockGuard copy = held;
                copy.Dispose();
                using LockGuard perhaps = Perhaps(really);
            }

            public void Given()
            {
                LockGuard held = ownLock.Lock();
                Finish(held);
                LockGuard other = otherLock.Lock();
                Unknown(other);
            }

            public bool Attempt(int n)
            {
                if (!ownLock.TryLockIrq(out IrqLockGuard held))
                {
                    return false;
                }

                using (held)
                {
                    if (n == 0)
                    {
                        return false;
                    }
                }

                return true;
            }

            private static void Finish([Guard] LockGuard held) => held.Dispose();

            private static void Unknown(LockGuard held) => held.Dispose();
        }
        """);

    [Fact]
    public Task Reported_where_what_was_dropped_and_taken_again_is_released_on_some_path_only() => Verify.Reported("IRQ0104", """
        class Queue
        {
            private readonly RawSpinLock queueLock = new();

            public void Run(bool again)
            {
                queueLock.Acquire();
                Helper(again);
            }

            [Releases("this.queueLock")]
            internal void Declared(bool again)
            {
                queueLock.Release();
                [|queueLock.Acquire()|];
                if (again)
                {
                    return;
                }

                queueLock.Release();
            }

            private void Helper(bool again)
            {
                queueLock.Release();
                [|queueLock.Acquire()|];
                if (again)
                {
                    return;
                }

                queueLock.Release();
            }
        }
        """);
}
