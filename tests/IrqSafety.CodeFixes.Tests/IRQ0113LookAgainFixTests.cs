using System.Threading.Tasks;
using IrqSafety.Testing;
using Xunit;

namespace IrqSafety.CodeFixes.Tests;

/// <summary>IRQ0113: Look again with the lock held. With the rules, so that nothing is found in what is left.</summary>
public sealed class IRQ0113LookAgainFixTests
{
    [Fact]
    public Task The_check_that_leaves_is_repeated_where_the_lock_is_taken_again() => Verify(
        """
            public void Fill()
            {
                slotLock.Acquire();
                if (used != null)
                {
                    slotLock.Release();
                    return;
                }

                slotLock.Release();
                var made = new object();
                slotLock.Acquire();
                [|used|] = made;
                slotLock.Release();
            }

            public bool FillInGuards()
            {
                using (slotLock.LockIrqSave())
                {
                    if (used != null)
                    {
                        return false;
                    }
                }

                var made = new object();
                using (slotLock.LockIrqSave())
                {
                    // Nobody was there.
                    [|used|] = made;
                }

                return true;
            }
        """,
        """
            public void Fill()
            {
                slotLock.Acquire();
                if (used != null)
                {
                    slotLock.Release();
                    return;
                }

                slotLock.Release();
                var made = new object();
                slotLock.Acquire();
                if (used != null)
                {
                    slotLock.Release();
                    return;
                }

                used = made;
                slotLock.Release();
            }

            public bool FillInGuards()
            {
                using (slotLock.LockIrqSave())
                {
                    if (used != null)
                    {
                        return false;
                    }
                }

                var made = new object();
                using (slotLock.LockIrqSave())
                {
                    if (used != null)
                    {
                        return false;
                    }

                    // Nobody was there.
                    used = made;
                }

                return true;
            }
        """);

    [Fact]
    public Task A_variable_that_finds_data_is_read_again() => Verify(
        """
            public void Put(int value)
            {
                slotLock.Acquire();
                int at = head;
                slotLock.Release();
                Prepare();
                slotLock.Acquire();
                [|table|][at] = value;
                slotLock.Release();
            }

            public int Get()
            {
                int at;
                using (slotLock.Lock())
                {
                    at = head;
                }

                Prepare();
                using (slotLock.Lock())
                {
                    return [|table|][at];
                }
            }
        """,
        """
            public void Put(int value)
            {
                slotLock.Acquire();
                int at = head;
                slotLock.Release();
                Prepare();
                slotLock.Acquire();
                at = head;
                table[at] = value;
                slotLock.Release();
            }

            public int Get()
            {
                int at;
                using (slotLock.Lock())
                {
                    at = head;
                }

                Prepare();
                using (slotLock.Lock())
                {
                    at = head;
                    return table[at];
                }
            }
        """);

    [Fact]
    public Task Nothing_is_offered_where_leaving_would_have_to_undo_something_or_the_old_value_was_used() => CodeFixVerifier.NotOffered(
        new IRQ0113LookAgainFix(),
        "IRQ0113",
        [
            Driver("""
                public void Undo()
                {
                    slotLock.Acquire();
                    if (used != null)
                    {
                        slotLock.Release();
                        return;
                    }

                    slotLock.Release();
                    Prepare();
                    slotLock.Acquire();
                    [|used|] = this;
                    slotLock.Release();
                }

                public void UsesIt(int value)
                {
                    slotLock.Acquire();
                    int at = head;
                    slotLock.Release();
                    Reserve(at);
                    slotLock.Acquire();
                    [|table|][at] = value;
                    slotLock.Release();
                }

                public void ByVariable()
                {
                    bool free;
                    using (slotLock.Lock())
                    {
                        free = used == null;
                    }

                    if (free)
                    {
                        using (slotLock.Lock())
                        {
                            [|used|] = this;
                        }
                    }
                }
            """),
        ],
        TestContext.Current.CancellationToken);

    private static Task Verify(string source, string @fixed) => CodeFixVerifier.Verify(
        new IRQ0113LookAgainFix(), "IRQ0113", [Driver(source)], [Driver(@fixed)], "Look again with the lock held", TestContext.Current.CancellationToken);

    private static string Driver(string members) =>
        $$"""
        using IrqSafety.Contracts;
        using IrqSafety.Runtime;

        sealed class Driver
        {
            private readonly RawSpinLock slotLock = new();
            [GuardedBy("slotLock")] private object? used;
            [GuardedBy("slotLock")] private int head;
            [GuardedBy("slotLock")] private readonly int[] table = new int[8];

        {{members}}

            private static void Prepare() { }

            private static void Reserve(int at) => _ = at;
        }
        """;
}
