using System.Threading.Tasks;
using IrqSafety.Testing;
using Xunit;

namespace IrqSafety.CodeFixes.Tests;

/// <summary>IRQ0102: Take the locks in the declared order. With the rules, so that nothing is found in what is left.</summary>
public sealed class IRQ0102TakeInDeclaredOrderFixTests
{
    [Fact]
    public Task Locks_taken_one_after_the_other_are_exchanged_and_the_outer_section_keeps_its_flavour() => Verify(
        """
            public void Pair()
            {
                irqLock.Acquire();
                [|listLock.Acquire()|];
                moved++;
                irqLock.Release();
                moved++;
                listLock.Release();
            }

            public void Saved()
            {
                IrqFlags flags = irqLock.AcquireIrqSave(); // both
                [|listLock.Acquire()|];
                if (moved == 0)
                {
                    listLock.Release();
                    irqLock.ReleaseIrqRestore(flags);
                    return;
                }

                moved = 0;
                listLock.Release();
                irqLock.ReleaseIrqRestore(flags);
            }

            public void Guards()
            {
                using (irqLock.LockIrqSave())
                using ([|listLock.Lock()|])
                {
                    moved++;
                }
            }

            public void Nested()
            {
                using (this.irqLock.LockIrqSave())
                {
                    using ([|mapLock.LockWrite()|])
                    {
                        moved++;
                    }
                }
            }

            public void Declared()
            {
                using LockGuard first = irqLock.Lock();
                using LockGuard second = [|listLock.Lock()|];
                moved++;
            }
        """,
        """
            public void Pair()
            {
                listLock.Acquire();
                irqLock.Acquire();
                moved++;
                irqLock.Release();
                moved++;
                listLock.Release();
            }

            public void Saved()
            {
                IrqFlags flags = listLock.AcquireIrqSave(); // both
                irqLock.Acquire();
                if (moved == 0)
                {
                    irqLock.Release();
                    listLock.ReleaseIrqRestore(flags);
                    return;
                }

                moved = 0;
                irqLock.Release();
                listLock.ReleaseIrqRestore(flags);
            }

            public void Guards()
            {
                using (listLock.LockIrqSave())
                using (irqLock.Lock())
                {
                    moved++;
                }
            }

            public void Nested()
            {
                using (mapLock.LockWriteIrqSave())
                {
                    using (this.irqLock.Lock())
                    {
                        moved++;
                    }
                }
            }

            public void Declared()
            {
                using LockGuard first = listLock.Lock();
                using LockGuard second = irqLock.Lock();
                moved++;
            }
        """);

    [Fact]
    public Task Nothing_is_offered_where_something_stands_between_or_the_second_lock_is_found_under_the_first() => CodeFixVerifier.NotOffered(
        new IRQ0102TakeInDeclaredOrderFix(),
        "IRQ0102",
        [
            Driver("""
                [GuardedBy("irqLock")] private Driver? vcpu;

                public void Between()
                {
                    irqLock.Acquire();
                    moved++;
                    [|listLock.Acquire()|];
                    listLock.Release();
                    irqLock.Release();
                }

                public void Finds()
                {
                    irqLock.Acquire();
                    [|vcpu!.listLock.Acquire()|];
                    vcpu!.listLock.Release();
                    irqLock.Release();
                }

                public void Twice()
                {
                    irqLock.Acquire();
                    [|listLock.Acquire()|];
                    listLock.Release();
                    irqLock.Release();
                    irqLock.Acquire();
                    irqLock.Release();
                }

                public void Later()
                {
                    IrqFlags flags = irqLock.AcquireIrqSave();
                    [|listLock.Acquire()|];
                    listLock.Release();
                    moved++;
                    irqLock.ReleaseIrqRestore(flags);
                }
            """),
        ],
        TestContext.Current.CancellationToken);

    private static Task Verify(string source, string @fixed) => CodeFixVerifier.Verify(
        new IRQ0102TakeInDeclaredOrderFix(), "IRQ0102", [Driver(source)], [Driver(@fixed)], "Take the locks in the declared order", TestContext.Current.CancellationToken);

    private static string Driver(string members) =>
        $$"""
        using IrqSafety.Contracts;
        using IrqSafety.Runtime;

        [assembly: LockOrder("v1", "F:Driver.mapLock", "F:Driver.listLock", "F:Driver.irqLock")]

        sealed class Driver
        {
            private readonly SpinLock irqLock = new();
            private readonly SpinLock listLock = new();
            private readonly RwLock mapLock = new();
            private int moved;

        {{members}}
        }
        """;
}
