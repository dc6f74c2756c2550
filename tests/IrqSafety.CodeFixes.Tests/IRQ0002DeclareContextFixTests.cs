using System.Threading.Tasks;
using IrqSafety.CodeFixes.Tests.Verification;
using IrqSafety.Rules;
using Microsoft.CodeAnalysis.CodeFixes;
using Xunit;
using Verify = IrqSafety.CodeFixes.Tests.Verification.Verify<IrqSafety.CodeFixes.IRQ0002DeclareContextFix>;

namespace IrqSafety.CodeFixes.Tests;

/// <summary>IRQ0002: Declare the context.</summary>
public sealed class IRQ0002DeclareContextFixTests
{
    private static readonly (string, string)[] s_pseudoNmi = [(FixProperties.Contexts, "PseudoNmi")];

    [Fact]
    public Task The_handler_says_where_it_runs() => Verify.Fixes(
        """
        using Kern;

        public sealed class Uart
        {
            private int breaks;

            public Status Open(Line line) => Lines.AskUrgent(line, [|OnBreak|]);

            /// <summary>Counts.</summary>
            private Status OnBreak(Line line)
            {
                breaks++;
                return Status.Fine;
            }
        }
        """,
        """
        using IrqSafety.Contracts;
        using Kern;

        public sealed class Uart
        {
            private int breaks;

            public Status Open(Line line) => Lines.AskUrgent(line, OnBreak);

            /// <summary>Counts.</summary>
            [RunsIn(Context.PseudoNmi)]
            private Status OnBreak(Line line)
            {
                breaks++;
                return Status.Fine;
            }
        }
        """,
        s_pseudoNmi);

    [Fact]
    public Task Sections_and_sets_of_contexts_are_written_by_their_names() => Verify.Fixes(
        """
        using IrqSafety.Contracts;
        using Kern;

        static class Hotplug
        {
            static void Register() => Notify.AtStart([|Hotplug.Up|]);

            [NmiSafe]
            static void Up() { }
        }
        """,
        """
        using IrqSafety.Contracts;
        using Kern;

        static class Hotplug
        {
            static void Register() => Notify.AtStart(Hotplug.Up);

            [NmiSafe]
            [RunsIn(Context.Task | Context.AnyNmi, Within = Section.CpuStarting)]
            static void Up() { }
        }
        """,
        (FixProperties.Contexts, "Task, AnyNmi"),
        (FixProperties.Within, "CpuStarting"));

    [Fact]
    public Task A_local_function_declares_its_context() => Verify.Fixes(
        """
        using IrqSafety.Contracts;
        using Kern;

        class Uart
        {
            Status Open(Line line)
            {
                return Lines.AskUrgent(line, [|OnBreak|]);

                // Handles it.
                static Status OnBreak(Line line) => Status.Fine;
            }
        }
        """,
        """
        using IrqSafety.Contracts;
        using Kern;

        class Uart
        {
            Status Open(Line line)
            {
                return Lines.AskUrgent(line, OnBreak);

                // Handles it.
                [RunsIn(Context.PseudoNmi)]
                static Status OnBreak(Line line) => Status.Fine;
            }
        }
        """,
        s_pseudoNmi);

    [Fact]
    public Task What_the_handler_declares_already_is_kept() => Verify.Fixes(
        """
        using IrqSafety.Contracts;
        using Kern;

        class Uart
        {
            Status Open(Line line) => Lines.AskUrgent(line, [|this.OnBreak|]);

            [RunsIn(Context.HardIrq)] // for now
            Status OnBreak(Line line) => Status.Fine;
        }
        """,
        """
        using IrqSafety.Contracts;
        using Kern;

        class Uart
        {
            Status Open(Line line) => Lines.AskUrgent(line, this.OnBreak);

            [RunsIn(Context.HardIrq | Context.PseudoNmi)] // for now
            Status OnBreak(Line line) => Status.Fine;
        }
        """,
        s_pseudoNmi);

    [Fact]
    public async Task Handlers_in_other_documents_and_projects_are_declared_once() => await Verify.FixesAll(
        Program.Of(
        [
            [
                """
                namespace Handlers;

                public static class Common
                {
                    public static Kern.Status OnBreak(Kern.Line line) => Kern.Status.Fine;
                }
                """,
            ],
            [
                """
                using Kern;

                class A
                {
                    Status Open(Line line) => Lines.AskUrgent(line, [|Handlers.Common.OnBreak|]);
                    Status OpenAgain(Line line) => Lines.AskUrgent(line, [|Handlers.Common.OnBreak|]);
                    Status OpenOwn(Line line) => Lines.AskUrgent(line, [|B.OnOther|]);
                }
                """,
                """
                using Kern;

                static class B
                {
                    public static Status OnOther(Line line) => Status.Fine;
                }
                """,
            ],
        ]),
        [
            """
            using IrqSafety.Contracts;

            namespace Handlers;

            public static class Common
            {
                [RunsIn(Context.PseudoNmi)]
                public static Kern.Status OnBreak(Kern.Line line) => Kern.Status.Fine;
            }
            """,
            """
            using Kern;

            class A
            {
                Status Open(Line line) => Lines.AskUrgent(line, Handlers.Common.OnBreak);
                Status OpenAgain(Line line) => Lines.AskUrgent(line, Handlers.Common.OnBreak);
                Status OpenOwn(Line line) => Lines.AskUrgent(line, B.OnOther);
            }
            """,
            """
            using IrqSafety.Contracts;
            using Kern;

            static class B
            {
                [RunsIn(Context.PseudoNmi)]
                public static Status OnOther(Line line) => Status.Fine;
            }
            """,
        ],
        FixAllScope.Solution,
        s_pseudoNmi);

    [Theory]
    [InlineData("[|line => Status.Fine|]")]
    [InlineData("[|Make()|]")]
    [InlineData("[|stored|]")]
    public Task Nothing_is_offered_for_what_has_no_declaration_of_its_own(string handler) => Verify.OffersNothing(
        $$"""
        using Kern;

        class Uart
        {
            LineHandler? stored;

            Status Open(Line line) => Lines.AskUrgent(line, {{handler}}!);

            LineHandler Make() => stored!;
        }
        """,
        s_pseudoNmi);

    [Fact]
    public Task Nothing_is_offered_when_the_contexts_are_not_known() => Verify.OffersNothing(
        """
        using Kern;

        class Uart
        {
            Status Open(Line line) => Lines.AskUrgent(line, [|OnBreak|]);

            Status OnBreak(Line line) => Status.Fine;
        }
        """);
}
