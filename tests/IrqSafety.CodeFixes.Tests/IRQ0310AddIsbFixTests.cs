using System.Threading.Tasks;
using IrqSafety.Rules;
using Microsoft.CodeAnalysis.CodeFixes;
using Xunit;
using Verify = IrqSafety.CodeFixes.Tests.Verification.Verify<IrqSafety.CodeFixes.IRQ0310AddIsbFix>;

namespace IrqSafety.CodeFixes.Tests;

/// <summary>IRQ0310: Add the missing barrier.</summary>
public sealed class IRQ0310AddIsbFixTests
{
    private static readonly (string, string)[] s_missing = [(FixProperties.Step, "isb"), (FixProperties.Side, FixProperties.Before)];

    [Fact]
    public Task The_operation_that_is_an_ISB_comes_before_the_handler() => Verify.Fixes(
        """
        using Kern;

        class Entry
        {
            void Handle()
            {
                Line line = Ctl.Ack();

                // Its handlers.
                [|Ctl.Run(line)|]; // in any mode
            }
        }
        """,
        """
        using Kern;

        class Entry
        {
            void Handle()
            {
                Line line = Ctl.Ack();

                // Its handlers.
                Sync.Context();
                Ctl.Run(line); // in any mode
            }
        }
        """,
        s_missing);

    [Fact]
    public Task In_a_return_too() => Verify.Fixes(
        """
        class Entry
        {
            Kern.Status Handle(Kern.Line line)
            {
                return [|Kern.Ctl.Run(line)|];
            }
        }
        """,
        """
        using Kern;

        class Entry
        {
            Kern.Status Handle(Kern.Line line)
            {
                Sync.Context();
                return [|Kern.Ctl.Run(line)|];
            }
        }
        """.Replace("[|", "").Replace("|]", ""),
        s_missing);

    [Fact]
    public Task Every_one_of_a_file() => Verify.FixesAll(
        ["""
        using Kern;

        class Entry
        {
            void One(Line line)
            {
                [|Ctl.Run(line)|];
            }

            void Other(Line line)
            {
                if (line.Number > 0)
                {
                    [|Ctl.Run(line)|];
                }
            }
        }
        """],
        ["""
        using Kern;

        class Entry
        {
            void One(Line line)
            {
                Sync.Context();
                Ctl.Run(line);
            }

            void Other(Line line)
            {
                if (line.Number > 0)
                {
                    Sync.Context();
                    Ctl.Run(line);
                }
            }
        }
        """],
        FixAllScope.Document,
        s_missing);

    [Theory]
    [InlineData("void Handle(Kern.Line line) => [|Kern.Ctl.Run(line)|];")]
    [InlineData("void Handle(Kern.Line line) { if (line.Number > 0) [|Kern.Ctl.Run(line)|]; }")]
    [InlineData("void Handle(Kern.Line line) { System.Action late = () => [|Kern.Ctl.Run(line)|]; }")]
    public Task Not_where_it_does_not_stand_in_a_statement_of_a_block(string method) => Verify.OffersNothing($"class Entry {{ {method} }}", s_missing);
}
