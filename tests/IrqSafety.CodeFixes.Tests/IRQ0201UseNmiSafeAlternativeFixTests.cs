using System.Threading.Tasks;
using Microsoft.CodeAnalysis.CodeFixes;
using Xunit;
using Verify = IrqSafety.CodeFixes.Tests.Verification.Verify<IrqSafety.CodeFixes.IRQ0201UseNmiSafeAlternativeFix>;

namespace IrqSafety.CodeFixes.Tests;

/// <summary>IRQ0201: Use the NMI-safe alternative.</summary>
public sealed class IRQ0201UseNmiSafeAlternativeFixTests
{
    [Fact]
    public Task The_call_becomes_a_call_of_the_alternative() => Verify.Fixes(
        """
        using Kern;

        class Backtrace
        {
            void Handle(int cpu)
            {
                // The console lock.
                [|Log.Now($"backtrace for cpu {cpu}")|]; // here
            }
        }
        """,
        """
        using Kern;

        class Backtrace
        {
            void Handle(int cpu)
            {
                // The console lock.
                Log.Later($"backtrace for cpu {cpu}"); // here
            }
        }
        """);

    [Fact]
    public Task A_finding_on_the_name_alone_is_fixed_too() => Verify.Fixes(
        """
        using static Kern.Log;

        class Backtrace
        {
            void Handle() => [|Now|]("backtrace");
        }
        """,
        """
        using static Kern.Log;

        class Backtrace
        {
            void Handle() => Later("backtrace");
        }
        """);

    [Fact]
    public Task Several_calls_in_one_member_are_fixed_together() => Verify.FixesAll(
        [
            """
            using Kern;

            class A
            {
                void Handle()
                {
                    [|Log.Now("one")|];
                    [|Kern.Log . Now("two")|];
                }
            }
            """,
            """
            class B
            {
                void Handle() => [|Kern.Log.Now("three")|];
            }
            """,
        ],
        [
            """
            using Kern;

            class A
            {
                void Handle()
                {
                    Log.Later("one");
                    Kern.Log . Later("two");
                }
            }
            """,
            """
            class B
            {
                void Handle() => Kern.Log.Later("three");
            }
            """,
        ],
        FixAllScope.Project);

    [Fact]
    public Task Nothing_is_offered_for_an_operation_that_names_no_alternative() => Verify.OffersNothing(
        """
        using Kern;

        class C
        {
            void Handle() => [|Log.NotSafeEither("x")|];
        }
        """);

    [Fact]
    public Task Nothing_is_offered_when_the_alternative_returns_something_else() => Verify.OffersNothing(
        """
        using Kern;

        class C
        {
            int Handle() => [|Log.Count("x")|];
        }
        """);

    [Fact]
    public Task Nothing_is_offered_when_the_alternative_does_not_promise_to_be_safe() => Verify.OffersNothing(
        """
        using Kern;

        class C
        {
            void Handle() => [|Log.Unsafe("x")|];
        }
        """);

    [Fact]
    public Task Nothing_is_offered_when_the_name_means_another_method_there() => Verify.OffersNothing(
        """
        using static Kern.Log;

        class C
        {
            void Handle() => [|Now("x")|];

            void Later(string text) { }
        }
        """);
}
