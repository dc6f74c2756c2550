using System.Threading.Tasks;
using IrqSafety.Testing;
using Xunit;

namespace IrqSafety.CodeFixes.Tests;

/// <summary>IRQ0302: Save the mask and restore it. With the rule, so that what is fixed is no longer found.</summary>
public sealed class IRQ0302SaveAndRestoreFixTests
{
    [Fact]
    public Task Disable_and_enable_become_save_and_restore() => Fixes(
        """
            [RequiresMasked(Mask.Irq)]
            public void Read(bool early)
            {
                // Against the tick.
                LocalIrq.Disable(); // here
                if (early)
                {
                    [|LocalIrq.Enable()|];
                    return;
                }

                ticks++;
                [|LocalIrq.Enable()|]; // there
            }

            [KeepsMask(Mask.Irq)]
            public void Ack()
            {
                LocalIrq.Disable();
                [|LocalIrq.Enable()|];
            }
        """,
        """
            [RequiresMasked(Mask.Irq)]
            public void Read(bool early)
            {
                // Against the tick.
                IrqFlags flags = LocalIrq.Save(); // here
                if (early)
                {
                    LocalIrq.Restore(flags);
                    return;
                }

                ticks++;
                LocalIrq.Restore(flags); // there
            }

            [KeepsMask(Mask.Irq)]
            public void Ack()
            {
                IrqFlags flags = LocalIrq.Save();
                LocalIrq.Restore(flags);
            }
        """);

    [Fact]
    public Task What_was_saved_is_restored() => Fixes(
        """
            public void Count()
            {
                IrqFlags irq = LocalIrq.Save();
                ticks++;
                [|LocalIrq.Enable()|];
            }
        """,
        """
            public void Count()
            {
                IrqFlags irq = LocalIrq.Save();
                ticks++;
                LocalIrq.Restore(irq);
            }
        """);

    [Fact]
    public Task Nothing_is_offered_where_the_section_is_not_one_pair() => CodeFixVerifier.NotOffered(
        new IRQ0302SaveAndRestoreFix(),
        "IRQ0302",
        [
            Clock("""
                [RunsIn(Context.HardIrq)]
                private void OnTick() => [|LocalIrq.Enable()|];

                [RequiresMasked(Mask.Irq)]
                public void Twice()
                {
                    LocalIrq.Disable();
                    [|LocalIrq.Enable()|];
                    LocalIrq.Disable();
                    [|LocalIrq.Enable()|];
                }

                [RequiresMasked(Mask.Irq)]
                public void NameTaken(int flags)
                {
                    LocalIrq.Disable();
                    ticks = flags;
                    [|LocalIrq.Enable()|];
                }
            """),
        ],
        TestContext.Current.CancellationToken);

    private static Task Fixes(string source, string @fixed) => CodeFixVerifier.Verify(
        new IRQ0302SaveAndRestoreFix(), "IRQ0302", [Clock(source)], [Clock(@fixed)], "Save the mask and restore it", TestContext.Current.CancellationToken);

    private static string Clock(string members) =>
        $$"""
        using IrqSafety.Contracts;
        using IrqSafety.Runtime;

        sealed class Clock
        {
            private int ticks;

        {{members}}
        }
        """;
}
