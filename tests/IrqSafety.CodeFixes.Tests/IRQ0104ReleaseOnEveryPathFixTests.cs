using System.Threading.Tasks;
using IrqSafety.Testing;
using Xunit;

namespace IrqSafety.CodeFixes.Tests;

/// <summary>IRQ0104: Hold the lock in a guard that ends on every path, or release it before the exit. With the rules, so that nothing is found in what is left.</summary>
public sealed class IRQ0104ReleaseOnEveryPathFixTests
{
    private const string Pairs = """
            public bool Queue()
            {
                // Slots are counted.
                [|listLock.Acquire()|];
                if (slots == 0)
                {
                    return false;
                }

                slots--;
                listLock.Release();
                return true;
            }

            public int Saved(int wanted)
            {
                IrqFlags flags = [|listLock.AcquireIrqSave()|];
                int before = slots;

                if (wanted < 0)
                {
                    listLock.ReleaseIrqRestore(flags);
                    return -1;
                }

                if (wanted > 8)
                    return -2;

                slots = wanted;
                listLock.ReleaseIrqRestore(flags);
                return before;
            }

            public void Reader(int one)
            {
                [|mapLock.AcquireRead()|];
                if (one == slots)
                {
                    return;
                }

                mapLock.ReleaseRead();
            }

            public bool Branches(bool ok)
            {
                [|listLock.AcquireBh()|];
                if (ok)
                {
                    slots++;
                    listLock.ReleaseBh();
                    return true;
                }

                return false;
            }
        """;

    [Fact]
    public Task A_guard_takes_the_place_of_the_pair() => Verify(
        "Hold the lock in a guard that ends on every path",
        Pairs,
        """
            public bool Queue()
            {
                // Slots are counted.
                using (listLock.Lock())
                {
                    if (slots == 0)
                    {
                        return false;
                    }

                    slots--;
                }

                return true;
            }

            public int Saved(int wanted)
            {
                int before;
                using (listLock.LockIrqSave())
                {
                    before = slots;

                    if (wanted < 0)
                    {
                        return -1;
                    }

                    if (wanted > 8)
                        return -2;

                    slots = wanted;
                }

                return before;
            }

            public void Reader(int one)
            {
                using (mapLock.LockRead())
                {
                    if (one == slots)
                    {
                        return;
                    }
                }
            }

            public bool Branches(bool ok)
            {
                using (listLock.LockBh())
                {
                    if (ok)
                    {
                        slots++;
                        return true;
                    }

                    return false;
                }
            }
        """);

    [Fact]
    public Task Each_exit_that_forgets_it_releases_the_lock() => Verify(
        "Release the lock before the exit",
        Pairs,
        """
            public bool Queue()
            {
                // Slots are counted.
                listLock.Acquire();
                if (slots == 0)
                {
                    listLock.Release();
                    return false;
                }

                slots--;
                listLock.Release();
                return true;
            }

            public int Saved(int wanted)
            {
                IrqFlags flags = listLock.AcquireIrqSave();
                int before = slots;

                if (wanted < 0)
                {
                    listLock.ReleaseIrqRestore(flags);
                    return -1;
                }

                if (wanted > 8)
                {
                    listLock.ReleaseIrqRestore(flags);
                    return -2;
                }

                slots = wanted;
                listLock.ReleaseIrqRestore(flags);
                return before;
            }

            public void Reader(int one)
            {
                mapLock.AcquireRead();
                if (one == slots)
                {
                    mapLock.ReleaseRead();
                    return;
                }

                mapLock.ReleaseRead();
            }

            public bool Branches(bool ok)
            {
                listLock.AcquireBh();
                if (ok)
                {
                    slots++;
                    listLock.ReleaseBh();
                    return true;
                }

                listLock.ReleaseBh();
                return false;
            }
        """);

    [Fact]
    public Task A_guard_that_nobody_disposes_is_used() => Verify(
        "Hold the lock in a guard that ends on every path",
        """
            public void Count()
            {
                LockGuard held = [|listLock.Lock()|]; // for the rest
                slots++;
            }

            public void Drop()
            {
                // Nobody keeps it.
                [|listLock.LockIrqSave()|];
                slots--;
            }
        """,
        """
            public void Count()
            {
                using LockGuard held = listLock.Lock(); // for the rest
                slots++;
            }

            public void Drop()
            {
                // Nobody keeps it.
                using IrqSaveLockGuard guard = listLock.LockIrqSave();
                slots--;
            }
        """);

    [Fact]
    public Task Nothing_is_offered_where_no_release_says_where_the_section_ends_or_more_happens_after_it() => CodeFixVerifier.NotOffered(
        new IRQ0104ReleaseOnEveryPathFix(),
        "IRQ0104",
        [
            Driver("""
                public void Never()
                {
                    [|listLock.Acquire()|];
                    slots++;
                }

                public bool Later(bool ok)
                {
                    [|listLock.Acquire()|];
                    if (ok)
                    {
                        listLock.Release();
                        slots++;
                        return true;
                    }

                    return false;
                }
            """),
        ],
        TestContext.Current.CancellationToken);

    [Fact]
    public Task No_release_before_an_exit_that_still_reads_what_the_lock_guards() => CodeFixVerifier.NotOffered(
        new IRQ0104ReleaseOnEveryPathFix(),
        "IRQ0104",
        [
            Driver("""
                public int Slots(bool all)
                {
                    [|listLock.Acquire()|];
                    if (all)
                    {
                        return slots;
                    }

                    listLock.Release();
                    return 0;
                }
            """),
        ],
        TestContext.Current.CancellationToken,
        "Release the lock before the exit");

    private static Task Verify(string title, string source, string @fixed) => CodeFixVerifier.Verify(
        new IRQ0104ReleaseOnEveryPathFix(), "IRQ0104", [Driver(source)], [Driver(@fixed)], title, TestContext.Current.CancellationToken);

    private static string Driver(string members) =>
        $$"""
        using IrqSafety.Contracts;
        using IrqSafety.Runtime;

        sealed class Driver
        {
            private readonly RawSpinLock listLock = new();
            private readonly RwLock mapLock = new();
            private int slots;

        {{members}}
        }
        """;
}
