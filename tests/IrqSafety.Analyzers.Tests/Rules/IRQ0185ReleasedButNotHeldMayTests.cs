using System.Threading.Tasks;
using Xunit;

namespace IrqSafety.Analyzers.Tests.Rules;

public sealed class IRQ0185ReleasedButNotHeldMayTests
{
    [Fact]
    public Task Reported_where_something_unknown_decides() => Verify.ReportedWith("IRQ0185", [], """
        interface IPolicy { bool Ends(); void Take(RawSpinLock l); }

        class Asked(IPolicy policy)
        {
            readonly RawSpinLock own = new();

            public void Run()
            {
                own.Acquire();
                if (policy.Ends()) { own.Release(); }
                if (!policy.Ends()) { [|own.Release()|]; }
            }

            public void HandedOver()
            {
                own.Acquire();
                policy.Take(own);
                [|own.Release()|];
            }
        }
        """);

    [Fact]
    public Task Valid_where_the_lock_is_held_or_nothing_is_known_of_it() => Verify.ReportedWith("IRQ0185", [], """
        class Known
        {
            readonly RawSpinLock own = new();
            public void Held() { own.Acquire(); own.Release(); }
            public void Unknown(RawSpinLock other) => other.Release();
        }
        """);
}
