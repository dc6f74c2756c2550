using System.Threading.Tasks;
using IrqSafety.Rules;
using Microsoft.CodeAnalysis.CodeFixes;
using Xunit;
using Verify = IrqSafety.CodeFixes.Tests.Verification.Verify<IrqSafety.CodeFixes.IRQ0313AwaitRwpFix>;

namespace IrqSafety.CodeFixes.Tests;

/// <summary>IRQ0313: Wait until RWP reads 0.</summary>
public sealed class IRQ0313AwaitRwpFixTests
{
    private static readonly (string, string)[] s_missing = [(FixProperties.Step, "distributor-rwp"), (FixProperties.Side, FixProperties.After)];

    [Fact]
    public Task The_wait_of_the_same_type_comes_after_the_write() => Verify.Fixes(
        """
        using Kern;

        class Chip
        {
            void Mask(Line line)
            {
                [|Ctl.Off(line)|]; // ICENABLER
            }
        }
        """,
        """
        using Kern;

        class Chip
        {
            void Mask(Line line)
            {
                Ctl.Off(line); // ICENABLER
                Ctl.Settle();
            }
        }
        """,
        s_missing);

    [Fact]
    public Task Before_what_relies_on_it() => Verify.Fixes(
        """
        using Kern;

        class Chip
        {
            void Change(Line line)
            {
                Ctl.Off(line);
                [|Ctl.Run(line)|];
            }
        }
        """,
        """
        using Kern;

        class Chip
        {
            void Change(Line line)
            {
                Ctl.Off(line);
                Ctl.Settle();
                Ctl.Run(line);
            }
        }
        """,
        (FixProperties.Step, "distributor-rwp"),
        (FixProperties.Side, FixProperties.Before));

    [Fact]
    public Task Every_one_of_a_file() => Verify.FixesAll(
        ["""
        using Kern;

        class Chip
        {
            void Mask(Line line)
            {
                [|Ctl.Off(line)|];
            }

            void MaskTwo(Line line)
            {
                Ctl.Off(line);
                [|Ctl.Off(line + 1)|];
            }
        }
        """],
        ["""
        using Kern;

        class Chip
        {
            void Mask(Line line)
            {
                Ctl.Off(line);
                Ctl.Settle();
            }

            void MaskTwo(Line line)
            {
                Ctl.Off(line);
                Ctl.Off(line + 1);
                Ctl.Settle();
            }
        }
        """],
        FixAllScope.Document,
        s_missing);

    [Fact]
    public Task Not_where_there_is_no_such_wait() => Verify.OffersNothing(
        "class Chip { void Mask(Kern.Line line) { [|Kern.Ctl.Off(line)|]; } }",
        (FixProperties.Step, "redistributor-rwp"),
        (FixProperties.Side, FixProperties.After));
}
