using System.Threading.Tasks;
using IrqSafety.Testing;
using Xunit;

namespace IrqSafety.CodeFixes.Tests;

/// <summary>IRQ0301: Restore the mask on every path. With the rule, so that what is fixed is no longer found.</summary>
public sealed class IRQ0301RestoreOnEveryPathFixTests
{
    [Fact]
    public Task Each_return_that_leaves_the_mask_closed_gets_a_restore_before_it() => Fixes(
        """
            public int Arm(bool busy, int late)
            {
                IrqFlags flags = [|LocalIrq.Save()|];
                if (busy)
                {
                    // Somebody else has it.
                    return -16; // EBUSY
                }

                if (late > 0)
                    return late;

                LocalIrq.Restore(flags);
                return 0;
            }
        """,
        """
            public int Arm(bool busy, int late)
            {
                IrqFlags flags = LocalIrq.Save();
                if (busy)
                {
                    // Somebody else has it.
                    LocalIrq.Restore(flags);
                    return -16; // EBUSY
                }

                if (late > 0)
                {
                    LocalIrq.Restore(flags);
                    return late;
                }

                LocalIrq.Restore(flags);
                return 0;
            }
        """);

    [Fact]
    public Task The_end_of_the_block_gets_one_too() => Fixes(
        """
            public void Stop(bool done)
            {
                DaifFlags daif = [|LocalDaif.Save()|];
                if (done)
                {
                    LocalDaif.Restore(daif);
                    return;
                }

                armed = 0;
            }

            public void Start()
            {
                IrqFlags irq = [|LocalIrq.Save()|];
            }
        """,
        """
            public void Stop(bool done)
            {
                DaifFlags daif = LocalDaif.Save();
                if (done)
                {
                    LocalDaif.Restore(daif);
                    return;
                }

                armed = 0;
                LocalDaif.Restore(daif);
            }

            public void Start()
            {
                IrqFlags irq = LocalIrq.Save();
                LocalIrq.Restore(irq);
            }
        """);

    [Fact]
    public Task Nothing_is_offered_where_what_is_meant_is_not_known() => CodeFixVerifier.NotOffered(
        new IRQ0301RestoreOnEveryPathFix(),
        "IRQ0301",
        [
            Timer("""
                public int WorkedOutInside(bool busy)
                {
                    IrqFlags flags = [|LocalIrq.Save()|];
                    if (busy)
                    {
                        return armed + 1;
                    }

                    LocalIrq.Restore(flags);
                    return 0;
                }

                public void OnACondition(bool busy)
                {
                    IrqFlags flags = [|LocalIrq.Save()|];
                    if (busy)
                    {
                        LocalIrq.Restore(flags);
                    }
                }

                public void OutOfOrder()
                {
                    IrqFlags outer = LocalIrq.Save();
                    DaifFlags inner = LocalDaif.Save();
                    [|LocalIrq.Restore(outer)|];
                    LocalDaif.Restore(inner);
                }
            """),
        ],
        TestContext.Current.CancellationToken);

    private static Task Fixes(string source, string @fixed) => CodeFixVerifier.Verify(
        new IRQ0301RestoreOnEveryPathFix(), "IRQ0301", [Timer(source)], [Timer(@fixed)], "Restore the mask on every path", TestContext.Current.CancellationToken);

    private static string Timer(string members) =>
        $$"""
        using IrqSafety.Contracts;
        using IrqSafety.Runtime;

        sealed class Timer
        {
            private int armed;

        {{members}}
        }
        """;
}
