using System.Threading.Tasks;
using IrqSafety.CodeFixes.Fixing;
using IrqSafety.Rules;
using IrqSafety.Testing;
using Xunit;

namespace IrqSafety.CodeFixes.Tests;

public sealed class IRQ0004MakeDeclarationsAgreeFixTests
{
    [Fact]
    public Task What_implementations_need_is_declared_where_they_are_called() => Fixes(
        """
        using IrqSafety.Contracts;

        public interface IChip
        {
            // Masks a line.
            void Silence(bool wait);

            [NmiSafe]
            void Poll();
        }

        public sealed class Gic : IChip
        {
            [MayBlock(When = "sync == true")]
            [ForbiddenIn(Context.AnyNmi)]
            public void [|Silence|](bool sync)
            {
            }

            [RequiresMasked(Mask.None)]
            public void [|Poll|]()
            {
            }
        }

        public sealed class Other : IChip
        {
            [MayBlock(When = "wait == true")]
            public void [|Silence|](bool wait)
            {
            }

            public void Poll()
            {
            }
        }
        """,
        """
        using IrqSafety.Contracts;

        public interface IChip
        {
            // Masks a line.
            [ForbiddenIn(Context.AnyNmi)]
            [MayBlock(When = "wait == true")]
            void Silence(bool wait);

            [NmiSafe]
            void Poll();
        }

        public sealed class Gic : IChip
        {
            [MayBlock(When = "sync == true")]
            [ForbiddenIn(Context.AnyNmi)]
            public void Silence(bool sync)
            {
            }

            [RequiresMasked(Mask.None)]
            [NmiSafe]
            public void Poll()
            {
            }
        }

        public sealed class Other : IChip
        {
            [MayBlock(When = "wait == true")]
            public void Silence(bool wait)
            {
            }

            public void Poll()
            {
            }
        }
        """);

    [Fact]
    public Task Nothing_is_offered_where_the_declaration_says_otherwise() => CodeFixVerifier.NotOffered(
        new IRQ0004MakeDeclarationsAgreeFix(),
        "IRQ0004",
        [
            """
            using IrqSafety.Contracts;
            using IrqSafety.Runtime;

            public interface IChip
            {
                [ForbiddenIn(Context.HardIrq)]
                void Mask();

                void Hold();
            }

            public sealed class Gic : IChip
            {
                public RawSpinLock Lock { get; } = new();

                [ForbiddenIn(Context.AnyNmi)]
                public void [|Mask|]()
                {
                }

                [RequiresHeld("this.Lock")]
                public void [|Hold|]()
                {
                }
            }
            """,
        ],
        TestContext.Current.CancellationToken);

    private static Task Fixes(string before, string after) => CodeFixVerifier.Verify(
        new IRQ0004MakeDeclarationsAgreeFix(), "IRQ0004", [before], [after], Catalogue.Rule("IRQ0004").Fix, TestContext.Current.CancellationToken);
}

public sealed class IRQ0005DeclareOnDelegateTypeFixTests
{
    [Fact]
    public Task A_delegate_type_of_the_program_says_it() => CodeFixVerifier.Verify(
        new IRQ0005DeclareOnDelegateTypeFix(),
        "IRQ0005",
        [
            """
            using IrqSafety.Contracts;

            public delegate void Work(bool now);

            public static class Log
            {
                [MayBlock(When = "wait == true")]
                public static void Flush(bool wait)
                {
                }

                public static Work First() => [|Flush|];

                public static Work Second() => [|Flush|];
            }
            """,
        ],
        [
            """
            using IrqSafety.Contracts;

            [MayBlock(When = "now == true")]
            public delegate void Work(bool now);

            public static class Log
            {
                [MayBlock(When = "wait == true")]
                public static void Flush(bool wait)
                {
                }

                public static Work First() => Flush;

                public static Work Second() => Flush;
            }
            """,
        ],
        Catalogue.Rule("IRQ0005").Fix,
        TestContext.Current.CancellationToken);

    [Fact]
    public Task Nothing_is_offered_for_a_delegate_type_of_others() => CodeFixVerifier.NotOffered(
        new IRQ0005DeclareOnDelegateTypeFix(),
        "IRQ0005",
        [
            """
            using System;
            using IrqSafety.Contracts;

            public static class Log
            {
                [MayBlock]
                public static void Flush()
                {
                }

                public static Action First() => [|Flush|];
            }
            """,
        ],
        TestContext.Current.CancellationToken);
}
