using System.Threading.Tasks;
using IrqSafety.CodeFixes.Tests.Verification;
using Microsoft.CodeAnalysis.CodeFixes;
using Xunit;
using Verify = IrqSafety.CodeFixes.Tests.Verification.Verify<IrqSafety.CodeFixes.IRQ0202DeferThroughIrqWorkFix>;

namespace IrqSafety.CodeFixes.Tests;

/// <summary>IRQ0202: Defer through irq_work.</summary>
public sealed class IRQ0202DeferThroughIrqWorkFixTests
{
    [Fact]
    public Task A_call_on_a_field_becomes_a_work_item_beside_it() => Verify.Fixes(
        """
        using Kern;

        namespace Drivers;

        /// <summary>A monitor.</summary>
        public sealed class Monitor
        {
            private readonly Sleepers watchers = new();
            private int count;

            public void Report()
            {
                count++;

                // Three calls below the handler.
                [|watchers.WakeAll()|]; // now
            }
        }
        """,
        """
        using Kern;
        using Kern.Soft;

        namespace Drivers;

        /// <summary>A monitor.</summary>
        public sealed class Monitor
        {
            private readonly Sleepers watchers = new();
            private readonly SelfIpi<Monitor> wakeAllWork = new(static self => self.watchers.WakeAll());
            private int count;

            public void Report()
            {
                count++;

                // Three calls below the handler.
                wakeAllWork.Raise(this); // now
            }
        }
        """);
}
