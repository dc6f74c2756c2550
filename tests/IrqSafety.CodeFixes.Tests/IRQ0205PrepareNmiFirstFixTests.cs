using System.Threading.Tasks;
using IrqSafety.Rules;
using Microsoft.CodeAnalysis.CodeFixes;
using Xunit;
using Verify = IrqSafety.CodeFixes.Tests.Verification.Verify<IrqSafety.CodeFixes.IRQ0205PrepareNmiFirstFix>;

namespace IrqSafety.CodeFixes.Tests;

/// <summary>IRQ0205: Prepare the NMI first.</summary>
public sealed class IRQ0205PrepareNmiFirstFixTests
{
    private static readonly (string, string)[] s_neverPrepared = Known(PercpuLineProtocol.Nmi, "enable-nmi");

    [Fact]
    public Task It_is_enabled_only_when_it_could_be_prepared() => Verify.Fixes(
        """
        using Kern;

        class Watchdog
        {
            static readonly Line Pmu = new(23);

            void Start()
            {
                {
                    // Never prepared on this CPU.
                    [|Lines.OpenUrgent(Pmu + 1)|]; // counts from here on
                    Start();
                }
            }
        }
        """,
        """
        using Kern;

        class Watchdog
        {
            static readonly Line Pmu = new(23);

            void Start()
            {
                {
                    // Never prepared on this CPU.
                    if (Lines.ReadyUrgent(Pmu + 1) == Status.Fine)
                    {
                        Lines.OpenUrgent(Pmu + 1); // counts from here on
                    }
                    Start();
                }
            }
        }
        """,
        s_neverPrepared);

    [Fact]
    public Task An_else_stays_with_its_if() => Verify.Fixes(
        """
        class Watchdog
        {
            void Start(bool first, Kern.Line line)
            {
                if (first)
                    [|Kern.Lines.OpenUrgent(line)|];
                else
                    Start(true, line);
            }
        }
        """,
        """
        using Kern;

        class Watchdog
        {
            void Start(bool first, Kern.Line line)
            {
                if (first)
                {
                    if (Kern.Lines.ReadyUrgent(line) == Status.Fine)
                    {
                        Kern.Lines.OpenUrgent(line);
                    }
                }
                else
                    Start(true, line);
            }
        }
        """,
        s_neverPrepared);

    [Fact]
    public Task Neighbouring_calls_are_fixed_together() => Verify.FixesAll(
        [
            "using Kern;\r\n\r\nclass A\r\n{\r\n\tvoid M(Line a, Line b)\r\n\t{\r\n\t\t[|Lines.OpenUrgent(a)|];\r\n\t\t[|Lines.OpenUrgent(b)|];\r\n\t}\r\n}\r\n",
        ],
        [
            "using Kern;\r\n\r\nclass A\r\n{\r\n\tvoid M(Line a, Line b)\r\n\t{\r\n\t\tif (Lines.ReadyUrgent(a) == Status.Fine)\r\n\t\t{\r\n\t\t\tLines.OpenUrgent(a);\r\n\t\t}\r\n\t\tif (Lines.ReadyUrgent(b) == Status.Fine)\r\n\t\t{\r\n\t\t\tLines.OpenUrgent(b);\r\n\t\t}\r\n\t}\r\n}\r\n",
        ],
        FixAllScope.Document,
        s_neverPrepared);

    [Theory]
    [InlineData("free", "enable-nmi", "OpenUrgent")]
    [InlineData("nmi", "teardown-nmi", "DropUrgent")]
    [InlineData("nmi", "disable-nmi", "ShutUrgent")]
    [InlineData("nmi-prepared", "disable-nmi", "ShutUrgent")]
    [InlineData("nmi-enabled", "teardown-nmi", "DropUrgent")]
    [InlineData("nmi-enabled", "prepare-nmi", "ReadyUrgent")]
    [InlineData("irq", "disable-irq", "ShutPlain")]
    public Task Nothing_is_offered_for_other_steps_out_of_order(string state, string @event, string operation) => Verify.OffersNothing(
        $$"""
        using Kern;

        class Watchdog
        {
            void Start(Line line)
            {
                [|Lines.{{operation}}(line)|];
            }
        }
        """,
        Known(state, @event));

    [Fact]
    public Task Nothing_is_offered_when_the_state_is_not_known() => Verify.OffersNothing(
        """
        using Kern;

        class Watchdog
        {
            void Start(Line line)
            {
                [|Lines.OpenUrgent(line)|];
            }
        }
        """,
        (FixProperties.Protocol, PercpuLineProtocol.Name),
        (FixProperties.Event, "enable-nmi"));

    [Theory]
    [InlineData("Lines.OpenUrgent(Next())")]
    [InlineData("Lines.OpenUrgent(line = new Line(3))")]
    [InlineData("Lines.OpenUrgent(lines[i++])")]
    public Task Nothing_is_offered_when_an_argument_cannot_be_written_twice(string call) => Verify.OffersNothing(
        $$"""
        using Kern;

        class Watchdog
        {
            void Start(Line line, Line[] lines, int i)
            {
                [|{{call}}|];
            }

            Line Next() => default;
        }
        """,
        s_neverPrepared);

    private static (string, string)[] Known(string state, string @event) =>
        [(FixProperties.Protocol, PercpuLineProtocol.Name), (FixProperties.State, state), (FixProperties.Event, @event)];
}
