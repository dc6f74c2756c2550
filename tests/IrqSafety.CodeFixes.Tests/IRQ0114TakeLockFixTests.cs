using System.Threading.Tasks;
using IrqSafety.Testing;
using Xunit;

namespace IrqSafety.CodeFixes.Tests;

/// <summary>IRQ0114: Take the lock around it, or declare that the caller holds it. With the rules, so that nothing is found in what is left.</summary>
public sealed class IRQ0114TakeLockFixTests
{
    [Fact]
    public Task A_guard_stands_around_the_call() => Takes(
        """
        class VgicIrq
        {
            public readonly RawSpinLock IrqLock = new();

            [RequiresHeld("this.IrqLock")]
            public bool Target() => true;

            [RequiresHeld("irq.IrqLock")]
            public static void Queue(VgicIrq irq) { }
        }

        class Vgic
        {
            public void Inject(VgicIrq irq)
            {
                if ([|irq.Target()|])
                {
                    [|VgicIrq.Queue(irq)|];
                }
            }

            public bool Peek(VgicIrq irq) => [|irq.Target()|];

            public void Other(VgicIrq irq)
            {
                irq.IrqLock.AcquireIrq();
                VgicIrq.Queue(irq);
                irq.IrqLock.ReleaseIrq();
            }
        }
        """,
        """
        class VgicIrq
        {
            public readonly RawSpinLock IrqLock = new();

            [RequiresHeld("this.IrqLock")]
            public bool Target() => true;

            [RequiresHeld("irq.IrqLock")]
            public static void Queue(VgicIrq irq) { }
        }

        class Vgic
        {
            public void Inject(VgicIrq irq)
            {
                using (irq.IrqLock.LockIrqSave())
                {
                    if (irq.Target())
                    {
                        VgicIrq.Queue(irq);
                    }
                }
            }

            public bool Peek(VgicIrq irq)
            {
                using (irq.IrqLock.LockIrqSave())
                {
                    return irq.Target();
                }
            }

            public void Other(VgicIrq irq)
            {
                irq.IrqLock.AcquireIrq();
                VgicIrq.Queue(irq);
                irq.IrqLock.ReleaseIrq();
            }
        }
        """);

    [Fact]
    public Task The_caller_asks_its_own_callers() => CodeFixVerifier.Verify(
        new IRQ0114TakeLockFix(),
        "IRQ0114",
        [
            Source("""
            class VgicIrq
            {
                public readonly RawSpinLock IrqLock = new();

                [RequiresHeld("this.IrqLock")]
                public bool Target() => true;
            }

            class Vgic
            {
                private readonly VgicIrq first = new();

                internal bool Peek(VgicIrq irq) => [|irq.Target()|];
            }
            """),
        ],
        [
            Source("""
            class VgicIrq
            {
                public readonly RawSpinLock IrqLock = new();

                [RequiresHeld("this.IrqLock")]
                public bool Target() => true;
            }

            class Vgic
            {
                private readonly VgicIrq first = new();

                [RequiresHeld("irq.IrqLock")]
                internal bool Peek(VgicIrq irq) => irq.Target();
            }
            """),
        ],
        "Declare that the caller holds the lock",
        TestContext.Current.CancellationToken);

    [Fact]
    public Task No_guard_where_the_lock_is_a_result_or_held_as_a_reader() => CodeFixVerifier.NotOffered(
        new IRQ0114TakeLockFix(),
        "IRQ0114",
        [
            Source("""
            class Table
            {
                public readonly RwLock TableLock = new();

                [RequiresHeld("this.TableLock")]
                public void Change() { }

                public void Upgrade()
                {
                    TableLock.AcquireRead();
                    [|Change()|];
                    TableLock.ReleaseRead();
                }
            }
            """),
        ],
        TestContext.Current.CancellationToken);

    // On the other path the lock is the second one, and whoever was handed that may have left it taken.
    [Fact]
    public Task No_guard_where_the_lock_of_another_path_may_be_held() => CodeFixVerifier.NotOffered(
        new IRQ0114TakeLockFix(),
        "IRQ0114",
        [
            Source("""
            static class Table
            {
                private static readonly RawSpinLock s_first = new();
                private static readonly RawSpinLock s_second = new();

                [RequiresHeld("chosen")]
                private static void Change(RawSpinLock chosen) { }

                public static void Act(bool first, System.Action<RawSpinLock> unknown)
                {
                    RawSpinLock chosen = first ? s_first : s_second;
                    if (!first)
                    {
                        s_second.Acquire();
                        unknown(s_second);
                    }

                    [|Change(chosen)|];
                }
            }
            """),
        ],
        TestContext.Current.CancellationToken);

    private static Task Takes(string source, string @fixed) => CodeFixVerifier.Verify(
        new IRQ0114TakeLockFix(), "IRQ0114", [Source(source)], [Source(@fixed)], "Take the lock around it", TestContext.Current.CancellationToken);

    private static string Source(string types) =>
        $"""
        using IrqSafety.Contracts;
        using IrqSafety.Runtime;

        {types}
        """;
}
