using System.Threading.Tasks;
using Microsoft.CodeAnalysis.CodeFixes;
using Xunit;
using Verify = IrqSafety.CodeFixes.Tests.Verification.Verify<IrqSafety.CodeFixes.IRQ0203DeferThroughIrqWorkFix>;

namespace IrqSafety.CodeFixes.Tests;

/// <summary>IRQ0203: Defer through irq_work, in a method that promises to be safe from NMI.</summary>
public sealed class IRQ0203DeferThroughIrqWorkFixTests
{
    [Fact]
    public Task The_promise_is_kept_by_deferring() => Verify.FixesAll(
        [
            """
            using IrqSafety.Contracts;
            using Kern;

            class Watchdog
            {
                readonly Sleepers first = new();

                [NmiSafe]
                void Signal()
                {
                    [|first.WakeAll()|];
                }

                [NmiSafe]
                void SignalOne() => [|first.WakeOne()|];
            }
            """,
        ],
        [
            """
            using IrqSafety.Contracts;
            using Kern;
            using Kern.Soft;

            class Watchdog
            {
                readonly Sleepers first = new();
                private readonly SelfIpi<Watchdog> wakeAllWork = new(static self => self.first.WakeAll());
                private readonly SelfIpi<Watchdog> wakeOneWork = new(static self => self.first.WakeOne());

                [NmiSafe]
                void Signal()
                {
                    wakeAllWork.Raise(this);
                }

                [NmiSafe]
                void SignalOne() => wakeOneWork.Raise(this);
            }
            """,
        ],
        FixAllScope.Document);

    [Fact]
    public Task Nothing_is_offered_when_the_result_decides() => Verify.OffersNothing(
        """
        using IrqSafety.Contracts;
        using Kern;

        class Watchdog
        {
            readonly Sleepers first = new();

            [NmiSafe]
            bool Signal() => [|first.WakeOne()|];
        }
        """);
}
