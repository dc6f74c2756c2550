using System.Threading.Tasks;
using IrqSafety.Rules;
using Microsoft.CodeAnalysis.CodeFixes;
using Xunit;
using Verify = IrqSafety.CodeFixes.Tests.Verification.Verify<IrqSafety.CodeFixes.IRQ0318AddBarrierFix>;

namespace IrqSafety.CodeFixes.Tests;

/// <summary>IRQ0318: Add the missing barrier.</summary>
public sealed class IRQ0318AddBarrierFixTests
{
    private static readonly (string, string)[] s_missing = [(FixProperties.Step, "dsb"), (FixProperties.Side, FixProperties.Before)];

    [Fact]
    public Task A_DSB() => Verify.Fixes(
        """
        using Kern;

        class Doorbell
        {
            void Press()
            {
                [|Ctl.Ring(1)|];
            }
        }
        """,
        """
        using Kern;

        class Doorbell
        {
            void Press()
            {
                Sync.Complete();
                Ctl.Ring(1);
            }
        }
        """,
        s_missing);

    // A DSB is a DMB too, and does more than is asked for.
    [Fact]
    public Task The_least_that_will_do() => Verify.Fixes(
        """
        using Kern;

        class Doorbell
        {
            void Press()
            {
                [|Ctl.Ring(1)|];
            }
        }
        """,
        """
        using Kern;

        class Doorbell
        {
            void Press()
            {
                Sync.Order();
                Ctl.Ring(1);
            }
        }
        """,
        (FixProperties.Step, "dmb"),
        (FixProperties.Side, FixProperties.Before));

    [Fact]
    public Task Every_one_of_a_project() => Verify.FixesAll(
        ["""
        using Kern;

        class One
        {
            void Press()
            {
                [|Ctl.Ring(1)|];
            }
        }
        """, """
        class Two
        {
            void Press()
            {
                [|Kern.Ctl.Ring(1)|];
            }
        }
        """],
        ["""
        using Kern;

        class One
        {
            void Press()
            {
                Sync.Complete();
                Ctl.Ring(1);
            }
        }
        """, """
        using Kern;

        class Two
        {
            void Press()
            {
                Sync.Complete();
                Kern.Ctl.Ring(1);
            }
        }
        """],
        FixAllScope.Project,
        s_missing);

    [Fact]
    public Task Not_where_several_operations_would_do() => Verify.OffersNothing(
        "class Doorbell { void Press() { [|Kern.Ctl.Ring(1)|]; } }",
        (FixProperties.Step, "lock"),
        (FixProperties.Side, FixProperties.Before));
}
