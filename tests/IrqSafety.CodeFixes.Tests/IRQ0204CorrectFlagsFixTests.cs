using System.Threading.Tasks;
using IrqSafety.Rules;
using Microsoft.CodeAnalysis.CodeFixes;
using Xunit;
using Verify = IrqSafety.CodeFixes.Tests.Verification.Verify<IrqSafety.CodeFixes.IRQ0204CorrectFlagsFix>;

namespace IrqSafety.CodeFixes.Tests;

/// <summary>IRQ0204: Correct the flags.</summary>
public sealed class IRQ0204CorrectFlagsFixTests
{
    private static readonly (string, string)[] s_flags = [(FixProperties.FlagParameter, "wants")];

    [Theory]
    [InlineData("Wants.OneCpu | Wants.Late | Wants.Together", "Wants.OneCpu | Wants.Late")]
    [InlineData("Wants.Together | Wants.OneCpu | Wants.Late", "Wants.OneCpu | Wants.Late")]
    [InlineData("Wants.OneCpu | Wants.Together | Wants.Late", "Wants.OneCpu | Wants.Late")]
    [InlineData("Wants.OneCpu | (Wants.Together | Wants.Late)", "Wants.OneCpu | Wants.Late")]
    [InlineData("(Wants.OneCpu | Wants.Late) | (Wants.Together | Wants.Polled)", "(Wants.OneCpu | Wants.Late)")]
    [InlineData("Wants.OneCpu", "Wants.OneCpu | Wants.Late")]
    [InlineData("Kern.Wants.Late | Kern.Wants.Polled", "Kern.Wants.Late | Kern.Wants.OneCpu")]
    [InlineData("Wants.Nothing", "Wants.OneCpu | Wants.Late")]
    [InlineData("Wants.Together", "Wants.OneCpu | Wants.Late")]
    [InlineData("0", "Wants.OneCpu | Wants.Late")]
    public Task Refused_flags_go_and_required_ones_come(string before, string after) => Verify.Fixes(
        Shared($"[|{before}|]"),
        Shared(after),
        s_flags);

    [Theory]
    [InlineData("Wants.Together", "Wants.Nothing")]
    [InlineData("(Wants.Together)", "Wants.Nothing")]
    public Task A_refused_flag_that_stood_alone_leaves_none(string before, string after) => Verify.Fixes(
        Alone($"[|{before}|]"),
        Alone(after),
        s_flags);

    [Fact]
    public Task Flags_over_several_lines_and_comments_around_them_are_kept() => Verify.Fixes(
        """
        using Kern;

        class Uart
        {
            Status Open(Line line, LineHandler handler) => [|Lines.AskShared(
                line,
                wants: /* ours */ Wants.OneCpu |
                    Wants.Late |
                    Wants.Together, // as before
                handler: handler)|];
        }
        """,
        """
        using Kern;

        class Uart
        {
            Status Open(Line line, LineHandler handler) => Lines.AskShared(
                line,
                wants: /* ours */ Wants.OneCpu |
                    Wants.Late, // as before
                handler: handler);
        }
        """,
        s_flags);

    [Fact]
    public Task Two_findings_on_one_argument_are_one_change() => Verify.FixesAll(
        [
            """
            using Kern;
            class A { Status M(Line line) => [|Lines.AskAlone|](line, [|Wants.Together|]); }
            """,
            """
            using Kern;
            class B { Status M(Line line) => Lines.AskAlone(line, [|Wants.Polled | Wants.Together|]); }
            """,
        ],
        [
            """
            using Kern;
            class A { Status M(Line line) => Lines.AskAlone(line, Wants.Nothing); }
            """,
            """
            using Kern;
            class B { Status M(Line line) => Lines.AskAlone(line, Wants.Polled); }
            """,
        ],
        FixAllScope.Solution,
        s_flags);

    [Fact]
    public Task Nothing_is_offered_when_something_else_than_a_flag_is_refused() => Verify.OffersNothing(Shared("[|Wants.Together|]"));

    [Theory]
    [InlineData("[|wanted|]")]
    [InlineData("[|Ours|]")]
    [InlineData("[|Wants.OneCpuTogether | Wants.Late|]")]
    [InlineData("[|wanted | Wants.Together|]")]
    [InlineData("[|Wants.OneCpu | Wants.Late | Wants.Together & Wants.Together|]")]
    [InlineData("[|Wants.OneCpu | /* shared with the console */ Wants.Together | Wants.Late|]")]
    public Task Nothing_is_offered_when_no_whole_flag_can_be_left_out(string flags) => Verify.OffersNothing(Shared(flags), s_flags);

    private static string Shared(string flags) =>
        $$"""
        using Kern;

        class Uart
        {
            const Wants Ours = Wants.OneCpu | Wants.Together;

            Status Open(Line line, Wants wanted, LineHandler handler)
            {
                // Refused.
                Status status = Lines.AskShared(line, {{flags}}, handler); // always
                return status;
            }
        }
        """;

    private static string Alone(string flags) =>
        $$"""
        using Kern;

        class Uart
        {
            Status Open(Line line) => Lines.AskAlone(line, {{flags}});
        }
        """;
}
