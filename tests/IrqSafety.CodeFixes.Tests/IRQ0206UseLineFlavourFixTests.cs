using System.Threading.Tasks;
using IrqSafety.Rules;
using Microsoft.CodeAnalysis.CodeFixes;
using Xunit;
using Verify = IrqSafety.CodeFixes.Tests.Verification.Verify<IrqSafety.CodeFixes.IRQ0206UseLineFlavourFix>;

namespace IrqSafety.CodeFixes.Tests;

/// <summary>IRQ0206: Use the call of the line's flavour.</summary>
public sealed class IRQ0206UseLineFlavourFixTests
{
    [Theory]
    [InlineData("irq", "enable-nmi", "OpenUrgent", "OpenPlain")]
    [InlineData("irq-enabled", "disable-nmi", "ShutUrgent", "ShutPlain")]
    [InlineData("nmi-prepared", "enable-irq", "OpenPlain", "OpenUrgent")]
    [InlineData("nmi-enabled", "disable-irq", "ShutPlain", "ShutUrgent")]
    public Task The_call_of_the_same_name_in_the_other_flavour(string state, string @event, string before, string after) => Verify.Fixes(
        Calls($"[|Lines.{before}(line)|];"),
        Calls($"Lines.{after}(line);"),
        Known(state, @event));

    [Fact]
    public Task An_nmi_is_prepared_before_it_is_enabled() => Verify.Fixes(
        Calls("[|Lines.OpenPlain(line)|]; // on"),
        Calls(
            """
            if (Lines.ReadyUrgent(line) == Status.Fine)
                    {
                        Lines.OpenUrgent(line); // on
                    }
            """),
        Known("nmi", "enable-irq"));

    [Fact]
    public Task An_nmi_is_torn_down_where_it_is_set_up_on_every_start() => Verify.Fixes(
        """
        using Kern;

        class Ipi
        {
            void Start(Line line)
            {
                if (Lines.ReadyUrgent(line) == Status.Fine)
                {
                    Lines.OpenUrgent(line);
                }
            }

            void Stop(Line line)
            {
                // Written before it became an NMI.
                [|Lines.ShutPlain(line)|]; // here
            }
        }
        """,
        """
        using Kern;

        class Ipi
        {
            void Start(Line line)
            {
                if (Lines.ReadyUrgent(line) == Status.Fine)
                {
                    Lines.OpenUrgent(line);
                }
            }

            void Stop(Line line)
            {
                // Written before it became an NMI.
                Lines.ShutUrgent(line); // here
                Lines.DropUrgent(line);
            }
        }
        """,
        Known("nmi-enabled", "disable-irq"));

    [Fact]
    public Task The_tear_down_stays_under_the_condition() => Verify.Fixes(
        """
        using Kern;

        class Ipi
        {
            void Start(Line line)
            {
                if (Lines.ReadyUrgent(line) == Status.Fine)
                    Lines.OpenUrgent(line);
            }

            void Stop(Line line, bool last)
            {
                if (last)
                    [|Lines.ShutPlain(line)|];
            }
        }
        """,
        """
        using Kern;

        class Ipi
        {
            void Start(Line line)
            {
                if (Lines.ReadyUrgent(line) == Status.Fine)
                    Lines.OpenUrgent(line);
            }

            void Stop(Line line, bool last)
            {
                if (last)
                {
                    Lines.ShutUrgent(line);
                    Lines.DropUrgent(line);
                }
            }
        }
        """,
        Known("nmi-enabled", "disable-irq"));

    [Fact]
    public Task A_line_that_is_enabled_again_without_being_prepared_stays_prepared() => Verify.FixesAll(
        [
            """
            using Kern;

            class Ipi
            {
                void Start(Line line)
                {
                    if (Lines.ReadyUrgent(line) == Status.Fine)
                    {
                        Lines.OpenUrgent(line);
                    }
                }

                void Resume(Line line) => Lines.OpenUrgent(line);

                void Suspend(Line line)
                {
                    [|Lines.ShutPlain(line)|];
                    [|Lines.ShutPlain(line)|];
                }
            }
            """,
        ],
        [
            """
            using Kern;

            class Ipi
            {
                void Start(Line line)
                {
                    if (Lines.ReadyUrgent(line) == Status.Fine)
                    {
                        Lines.OpenUrgent(line);
                    }
                }

                void Resume(Line line) => Lines.OpenUrgent(line);

                void Suspend(Line line)
                {
                    Lines.ShutUrgent(line);
                    Lines.ShutUrgent(line);
                }
            }
            """,
        ],
        FixAllScope.Document,
        Known("nmi-enabled", "disable-irq"));

    [Theory]
    [InlineData("irq-enabled", "teardown-nmi", "DropUrgent")]
    [InlineData("irq", "prepare-nmi", "ReadyUrgent")]
    [InlineData("nmi", "disable-irq", "ShutPlain")]
    [InlineData("irq", "disable-nmi", "ShutUrgent")]
    public Task Nothing_is_offered_without_a_call_that_is_legal_there(string state, string @event, string call) =>
        Verify.OffersNothing(Calls($"[|Lines.{call}(line)|];"), Known(state, @event));

    [Fact]
    public Task Nothing_is_offered_when_the_state_is_not_known() => Verify.OffersNothing(
        Calls("[|Lines.OpenPlain(line)|];"),
        (FixProperties.Protocol, PercpuLineProtocol.Name),
        (FixProperties.Event, "enable-irq"));

    private static string Calls(string statement) =>
        $$"""
        using Kern;

        class Ipi
        {
            void Setup(Line line)
            {
                // On this CPU.
                {{statement}}
            }
        }
        """;

    private static (string, string)[] Known(string state, string @event) =>
        [(FixProperties.Protocol, PercpuLineProtocol.Name), (FixProperties.State, state), (FixProperties.Event, @event)];
}
