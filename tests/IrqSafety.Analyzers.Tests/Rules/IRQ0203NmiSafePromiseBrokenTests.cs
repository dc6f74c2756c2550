using System.Threading.Tasks;
using Xunit;

namespace IrqSafety.Analyzers.Tests.Rules;

public sealed class IRQ0203NmiSafePromiseBrokenTests
{
    [Fact]
    public Task Reported_wake_up() => Verify.Reported("IRQ0203", """
        class Driver
        {
            readonly WaitQueue watchers = new();
            [NmiSafe] void Signal() => [|watchers.WakeUp()|];
        }
        """,
        "'Signal' is declared [NmiSafe], but 'WaitQueue.WakeUp' takes the runqueue lock. Defer it through irq_work, or drop the promise.");

    [Fact]
    public Task Reported_console_lock_through_a_helper() => Verify.Reported("IRQ0203", """
        class Driver
        {
            [NmiSafe] void Signal() => Print();
            void Print() => [|Printk.Direct("")|];
        }
        """,
        "'Signal' is declared [NmiSafe], but 'Printk.Direct' may have to wait for 'console', reached via Signal → Print. Defer it through irq_work, or drop the promise.");

    [Fact]
    public Task Reported_once_where_the_promise_is_broken_and_not_at_the_nmi_that_relies_on_it() => Verify.Reported("IRQ0203", """
        class Driver
        {
            readonly WaitQueue watchers = new();
            [RunsIn(Context.PseudoNmi)] void Handle() => Signal();
            [NmiSafe] void Signal() => [|watchers.WakeUp()|];
        }
        """);

    [Fact]
    public Task Reported_with_own_primitives() => Verify.WithOwnContracts("IRQ0203", """
        class Driver { [NmiSafe] void Signal() => [|Kernel.Wake()|]; }
        """);

    [Fact]
    public Task Valid_promise_kept() => Verify.Valid("""
        class Driver
        {
            readonly RawSpinLock bufferLock = new();
            int lost;

            [NmiSafe]
            void Record()
            {
                if (!bufferLock.TryLock(out LockGuard guard))
                {
                    lost++;
                    return;
                }

                using (guard)
                {
                    Printk.Deferred("");
                }
            }
        }
        """);
}
