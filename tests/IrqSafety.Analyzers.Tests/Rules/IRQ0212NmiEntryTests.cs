using System.Threading.Tasks;
using Xunit;

namespace IrqSafety.Analyzers.Tests.Rules;

public sealed class IRQ0212NmiEntryTests
{
    [Fact]
    public Task Reported_where_a_path_does_not_leave_or_leaves_twice() => Verify.Reported("IRQ0212", """
        class Gic
        {
            [RunsIn(Context.HardIrq | Context.PseudoNmi)]
            private void Unbalanced(bool handled)
            {
                [|NmiContext.Enter()|];
                if (handled)
                {
                    return;
                }

                NmiContext.Exit();
            }

            [RunsIn(Context.PseudoNmi)]
            private void Twice(bool early)
            {
                NmiContext.Enter();
                if (early)
                {
                    NmiContext.Exit();
                }

                [|NmiContext.Exit()|];
            }

            [RunsIn(Context.PseudoNmi)]
            private void EnteredAgain()
            {
                NmiContext.Enter();
                [|NmiContext.Enter()|];
                NmiContext.Exit();
            }
        }
        """,
        "'NmiContext.Enter' enters an NMI, and Unbalanced returns without leaving it on some path: leave it before each return.",
        "'NmiContext.Exit' leaves an NMI that was left already: enclose its handling once.",
        "'NmiContext.Enter' enters an NMI that was entered already: enclose its handling once.");

    [Fact]
    public Task Silent_where_it_is_balanced_or_somebody_else_has_the_other_half() => Verify.Valid("""
        class Gic
        {
            [RunsIn(Context.PseudoNmi)]
            private void Balanced(bool handled)
            {
                NmiContext.Enter();
                if (handled)
                {
                    NmiContext.Exit();
                    return;
                }

                NmiContext.Exit();
                NmiContext.Enter();
                NmiContext.Exit();
            }

            [RunsIn(Context.PseudoNmi)]
            private void Helped()
            {
                Enter();
                NmiContext.Exit();
            }

            private static void Enter() => NmiContext.Enter();
        }
        """);
}
