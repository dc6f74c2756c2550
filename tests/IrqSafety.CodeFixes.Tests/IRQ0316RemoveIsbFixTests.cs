using System.Threading.Tasks;
using IrqSafety.Rules;
using Microsoft.CodeAnalysis.CodeFixes;
using Xunit;
using Verify = IrqSafety.CodeFixes.Tests.Verification.Verify<IrqSafety.CodeFixes.IRQ0316RemoveIsbFix>;

namespace IrqSafety.CodeFixes.Tests;

/// <summary>IRQ0316: Remove the barrier.</summary>
public sealed class IRQ0316RemoveIsbFixTests
{
    [Fact]
    public Task It_is_removed_with_its_comment() => Verify.Fixes(
        """
        using Kern;

        class Mask
        {
            void Off()
            {
                Ctl.Raise();

                // Make it so.
                [|Sync.Context()|];
                Ctl.Settle();
            }
        }
        """,
        """
        using Kern;

        class Mask
        {
            void Off()
            {
                Ctl.Raise();
                Ctl.Settle();
            }
        }
        """,
        (FixProperties.Step, "isb"));

    [Fact]
    public Task Every_one_of_a_file() => Verify.FixesAll(
        ["""
        using Kern;

        class Mask
        {
            void Off()
            {
                Ctl.Raise();
                [|Sync.Context()|];
            }

            void On()
            {
                Ctl.Raise();
                [|Sync.Context()|];
            }
        }
        """],
        ["""
        using Kern;

        class Mask
        {
            void Off()
            {
                Ctl.Raise();
            }

            void On()
            {
                Ctl.Raise();
            }
        }
        """],
        FixAllScope.Document,
        (FixProperties.Step, "isb"));

    [Fact]
    public Task Not_where_it_is_all_that_an_if_does() => Verify.OffersNothing("class Mask { void Off(bool really) { Kern.Ctl.Raise(); if (really) [|Kern.Sync.Context()|]; } }", (FixProperties.Step, "isb"));
}
