using System.Threading.Tasks;
using Xunit;

namespace IrqSafety.Analyzers.Tests.Rules;

/// <summary>What is no lock but orders like one: reclaim, read-side sections and grace periods, the hotplug lock, per-CPU locks.</summary>
public sealed class LockClassScopesTests
{
    [Fact]
    public Task Reclaim_inside_reclaim() => Verify.Reported("IRQ0103", """
        class Shrinker
        {
            public void Shrink()
            {
                Reclaim.Begin(Gfp.Kernel);
                [|Reclaim.MightAllocate(Gfp.Kernel)|];
                Reclaim.End(Gfp.Kernel);
            }
        }
        """);

    [Fact]
    public Task Valid_reclaim_with_allocations_that_do_not_enter_the_filesystem() => Verify.Valid("""
        class Shrinker
        {
            public void Shrink()
            {
                Reclaim.Begin(Gfp.Kernel);
                Reclaim.MightAllocate(Gfp.NoFs);
                NofsFlags flags = Reclaim.NofsSave();
                Reclaim.MightAllocate(Gfp.Kernel);
                Allocate();
                Reclaim.NofsRestore(flags);
                using (Reclaim.Nofs())
                {
                    Allocate();
                }

                Reclaim.End(Gfp.Kernel);
            }

            private void Allocate() => Reclaim.MightAllocate(Gfp.Kernel);
        }
        """);

    [Fact]
    public Task Reclaim_that_takes_what_is_held_over_an_allocation() => Verify.Reported("IRQ0101", """
        class Inodes
        {
            private readonly Mutex listLock = new();

            public void Add()
            {
                using (listLock.Lock())
                {
                    Reclaim.MightAllocate(Gfp.Kernel);
                }
            }

            public void Shrink()
            {
                Reclaim.Begin(Gfp.Kernel);
                using ([|listLock.Lock()|])
                {
                }

                Reclaim.End(Gfp.Kernel);
            }
        }
        """);

    [Fact]
    public Task Valid_when_the_allocation_under_the_lock_does_not_enter_the_filesystem() => Verify.Valid("""
        class Inodes
        {
            private readonly Mutex listLock = new();

            public void Add()
            {
                using (listLock.Lock())
                using (Reclaim.Nofs())
                {
                    Reclaim.MightAllocate(Gfp.Kernel);
                }
            }

            public void Shrink()
            {
                Reclaim.Begin(Gfp.Kernel);
                using (listLock.Lock())
                {
                }

                Reclaim.End(Gfp.Kernel);
            }
        }
        """);

    [Fact]
    public Task A_grace_period_under_a_lock_that_readers_take() => Verify.Reported("IRQ0101", """
        class Notifiers
        {
            private readonly SrcuDomain domain = new();
            private readonly Mutex listLock = new();

            public void Call()
            {
                using (domain.Read())
                using (listLock.Lock())
                {
                }
            }

            public void Remove()
            {
                using (listLock.Lock())
                {
                    [|domain.Synchronize()|];
                }
            }
        }
        """);

    [Fact]
    public Task Valid_grace_period_after_the_lock_and_readers_in_both_orders() => Verify.Valid("""
        class Notifiers
        {
            private readonly SrcuDomain domain = new();
            private readonly Mutex listLock = new();

            public void Call()
            {
                using (domain.Read())
                using (listLock.Lock())
                {
                }
            }

            public void Walk()
            {
                using (listLock.Lock())
                using (domain.Read())
                {
                }
            }

            public void Remove()
            {
                using (listLock.Lock())
                {
                }

                domain.Synchronize();
            }
        }
        """);

    [Fact]
    public Task The_hotplug_lock_inside_a_lock_that_is_taken_inside_it() => Verify.Reported("IRQ0101", """
        class Governor
        {
            private readonly Mutex policyLock = new();

            public void Set()
            {
                using (CpusLock.LockRead())
                using (policyLock.Lock())
                {
                }
            }

            public void Show()
            {
                using (policyLock.Lock())
                using ([|CpusLock.LockRead()|])
                {
                }
            }
        }
        """);

    [Fact]
    public Task Valid_local_lock_between_a_handler_and_what_it_interrupts() => Verify.Valid("""
        class Pages
        {
            private readonly LocalLock pagesLock = new();
            private readonly SpinLock zoneLock = new();

            [RunsIn(Context.HardIrq)]
            private void OnIrq()
            {
                using (zoneLock.Lock())
                {
                }
            }

            public void Free()
            {
                using (pagesLock.Lock())
                {
                }
            }

            public void Drain()
            {
                using (zoneLock.LockIrqSave())
                using (pagesLock.Lock())
                {
                }
            }
        }
        """);
}
