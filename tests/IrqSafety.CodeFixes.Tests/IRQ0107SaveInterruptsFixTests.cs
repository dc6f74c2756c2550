using System.Threading.Tasks;
using IrqSafety.Testing;
using Xunit;

namespace IrqSafety.CodeFixes.Tests;

/// <summary>IRQ0107: Take the lock with interrupts off and restore them. With the rule, so that what is fixed is no longer found.</summary>
public sealed class IRQ0107SaveInterruptsFixTests
{
    [Fact]
    public Task A_guard_takes_its_saving_form_and_its_variable_the_type_of_it() => Fixes(
        Mailbox("""
            public void Send(bool early)
            {
                using (boxLock.LockIrqSave())
                {
                }

                using ([|boxLock.Lock()|])
                {
                }

                using LockGuard held = [|boxLock.Lock()|]; // until the end
                if (early)
                {
                    return;
                }
            }

            public void Try()
            {
                if ([|boxLock.TryLock(out LockGuard held)|])
                {
                    held.Dispose();
                }
            }
        """),
        Mailbox("""
            public void Send(bool early)
            {
                using (boxLock.LockIrqSave())
                {
                }

                using (boxLock.LockIrqSave())
                {
                }

                using IrqSaveLockGuard held = boxLock.LockIrqSave(); // until the end
                if (early)
                {
                    return;
                }
            }

            public void Try()
            {
                if (boxLock.TryLockIrqSave(out IrqSaveLockGuard held))
                {
                    held.Dispose();
                }
            }
        """));

    [Fact]
    public Task A_pair_gets_flags_that_every_release_restores() => Fixes(
        Mailbox("""
            public void Send(bool early)
            {
                // Protects the slot.
                [|boxLock.Acquire()|]; // here
                if (early)
                {
                    boxLock.Release();
                    return;
                }

                this.boxLock.ToString();
                boxLock.Release();
            }

            public void Try()
            {
                if ([|boxLock.TryAcquire()|])
                {
                    boxLock.Release();
                }
            }

            public void Soft()
            {
                [|boxLock.AcquireBh()|];
                boxLock.ReleaseBh();
            }
        """),
        Mailbox("""
            public void Send(bool early)
            {
                // Protects the slot.
                IrqFlags flags = boxLock.AcquireIrqSave(); // here
                if (early)
                {
                    boxLock.ReleaseIrqRestore(flags);
                    return;
                }

                this.boxLock.ToString();
                boxLock.ReleaseIrqRestore(flags);
            }

            public void Try()
            {
                if (boxLock.TryAcquireIrqSave(out IrqFlags flags))
                {
                    boxLock.ReleaseIrqRestore(flags);
                }
            }

            public void Soft()
            {
                IrqFlags flags = boxLock.AcquireIrqSave();
                boxLock.ReleaseIrqRestore(flags);
            }
        """));

    [Fact]
    public Task Where_a_member_takes_several_locks_the_flags_are_called_after_theirs() => Fixes(
        Mailbox("""
            public void Both()
            {
                otherLock.Acquire();
                [|boxLock.Acquire()|];
                boxLock.Release();
                otherLock.Release();
            }
        """),
        Mailbox("""
            public void Both()
            {
                otherLock.Acquire();
                IrqFlags boxLockFlags = boxLock.AcquireIrqSave();
                boxLock.ReleaseIrqRestore(boxLockFlags);
                otherLock.Release();
            }
        """));

    [Fact]
    public Task Nothing_is_offered_where_the_section_ends_elsewhere_or_interrupts_are_needed() => CodeFixVerifier.NotOffered(
        new IRQ0107SaveInterruptsFix(),
        "IRQ0107",
        [
            Mailbox("""
                [Acquires("this.boxLock")]
                public void Begin() => [|boxLock.Acquire()|];

                public void Twice(bool again)
                {
                    [|boxLock.Acquire()|];
                    boxLock.Release();
                    [|boxLock.Acquire()|];
                    boxLock.Release();
                }

                public void OutsideItsBlock(bool locked)
                {
                    if (locked)
                    {
                        [|boxLock.Acquire()|];
                    }

                    if (locked)
                    {
                        boxLock.Release();
                    }
                }

                public void NeedsInterrupts()
                {
                    BottomHalves.Disable();
                    [|boxLock.Acquire()|];
                    BottomHalves.Enable();
                    boxLock.Release();
                }
            """),
        ],
        TestContext.Current.CancellationToken);

    private static Task Fixes(string source, string @fixed) => CodeFixVerifier.Verify(
        new IRQ0107SaveInterruptsFix(), "IRQ0107", [source], [@fixed], "Take the lock with interrupts off and restore them", TestContext.Current.CancellationToken);

    private static string Mailbox(string members) =>
        $$"""
        using IrqSafety.Contracts;
        using IrqSafety.Runtime;

        sealed class Mailbox
        {
            private readonly RawSpinLock boxLock = new();
            private readonly RawSpinLock otherLock = new();

            [RunsIn(Context.HardIrq)]
            private IrqReturn OnIrq(IntId irq)
            {
                using (boxLock.Lock())
                {
                    return IrqReturn.Handled;
                }
            }

        {{members}}
        }
        """;
}
