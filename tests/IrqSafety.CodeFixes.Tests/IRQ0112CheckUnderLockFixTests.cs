using System.Threading.Tasks;
using IrqSafety.Testing;
using Xunit;

namespace IrqSafety.CodeFixes.Tests;

/// <summary>IRQ0112: Check it with the lock held. With the rules, so that nothing is found in what is left.</summary>
public sealed class IRQ0112CheckUnderLockFixTests
{
    [Fact]
    public Task The_section_is_widened_to_the_whole_if() => Verify(
        """
            public void Inject(int irq)
            {
                // Once only.
                if ([|pending|].Count == 0)
                {
                    using (vgicLock.LockIrqSave())
                    {
                        pending.Add(irq);
                    }
                }

                Kick();
            }

            public void Claim(int me)
            {
                if ([|owner.Read()|] == 0)
                {
                    IrqFlags flags = vgicLock.AcquireIrqSave();
                    owner.Write(me);
                    vgicLock.ReleaseIrqRestore(flags);
                }
            }

            public void Kept()
            {
                bool wasQueued = [|queued|]; // before
                if (!wasQueued)
                {
                    using (vgicLock.LockIrqSave())
                    {
                        queued = true;
                    }
                }
            }
        """,
        """
            public void Inject(int irq)
            {
                // Once only.
                using (vgicLock.LockIrqSave())
                {
                    if (pending.Count == 0)
                    {
                        pending.Add(irq);
                    }
                }

                Kick();
            }

            public void Claim(int me)
            {
                IrqFlags flags = vgicLock.AcquireIrqSave();
                if (owner.Read() == 0)
                {
                    owner.Write(me);
                }

                vgicLock.ReleaseIrqRestore(flags);
            }

            public void Kept()
            {
                using (vgicLock.LockIrqSave())
                {
                    bool wasQueued = queued; // before
                    if (!wasQueued)
                    {
                        queued = true;
                    }
                }
            }
        """);

    [Fact]
    public Task A_check_that_leaves_is_moved_behind_the_beginning_of_the_section() => Verify(
        """
            public void Early()
            {
                if ([|queued|])
                {
                    return;
                }

                using (vgicLock.LockIrqSave())
                {
                    queued = true;
                }
            }

            public bool Pair()
            {
                // Already there.
                if ([|queued|])
                {
                    Kick();
                    return false;
                }

                IrqFlags flags = vgicLock.AcquireIrqSave();
                queued = true;
                vgicLock.ReleaseIrqRestore(flags);
                return true;
            }
        """,
        """
            public void Early()
            {
                using (vgicLock.LockIrqSave())
                {
                    if (queued)
                    {
                        return;
                    }

                    queued = true;
                }
            }

            public bool Pair()
            {
                // Already there.
                IrqFlags flags = vgicLock.AcquireIrqSave();
                if (queued)
                {
                    Kick();
                    vgicLock.ReleaseIrqRestore(flags);
                    return false;
                }

                queued = true;
                vgicLock.ReleaseIrqRestore(flags);
                return true;
            }
        """);

    [Fact]
    public Task Nothing_is_offered_where_something_stands_between_or_the_check_may_wait() => CodeFixVerifier.NotOffered(
        new IRQ0112CheckUnderLockFix(),
        "IRQ0112",
        [
            Driver("""
                private readonly Completion done = new();

                public void Between()
                {
                    if ([|queued|])
                    {
                        return;
                    }

                    Kick();
                    using (vgicLock.LockIrqSave())
                    {
                        queued = true;
                    }
                }

                public void More(int irq)
                {
                    if ([|pending|].Count == 0)
                    {
                        Kick();
                        using (vgicLock.LockIrqSave())
                        {
                            pending.Add(irq);
                        }
                    }
                }

                public void Waits()
                {
                    if ([|queued|])
                    {
                        done.Wait();
                        return;
                    }

                    using (vgicLock.LockIrqSave())
                    {
                        queued = true;
                    }
                }
            """),
        ],
        TestContext.Current.CancellationToken);

    private static Task Verify(string source, string @fixed) => CodeFixVerifier.Verify(
        new IRQ0112CheckUnderLockFix(), "IRQ0112", [Driver(source)], [Driver(@fixed)], "Check it with the lock held", TestContext.Current.CancellationToken);

    private static string Driver(string members) =>
        $$"""
        using System.Collections.Generic;
        using IrqSafety.Contracts;
        using IrqSafety.Runtime;

        sealed class Driver
        {
            private readonly SpinLock vgicLock = new();
            [GuardedBy("vgicLock")] private readonly List<int> pending = new();
            [GuardedBy("vgicLock")] private readonly Shared<int> owner = new(0);
            [GuardedBy("vgicLock")] private bool queued;

        {{members}}

            private static void Kick() { }
        }
        """;
}
