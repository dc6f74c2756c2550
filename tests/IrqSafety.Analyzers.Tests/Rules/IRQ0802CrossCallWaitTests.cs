using System.Threading.Tasks;
using Xunit;

namespace IrqSafety.Analyzers.Tests.Rules;

public sealed class IRQ0802CrossCallWaitTests
{
    [Fact]
    public Task Reported_under_irqsave_in_a_helper() => Verify.Reported("IRQ0802", """
        class Census
        {
            private readonly RawSpinLock sumLock = new();

            public void Take()
            {
                using var guard = sumLock.LockIrqSave();
                Ask();
            }

            private void Ask() => [|Smp.CallFunctionSingle(new CpuId(1), Count, wait: true)|];

            [RunsIn(Context.HardIrq)] private void Count() { }
        }
        """,
        "'Smp.CallFunctionSingle' waits for other CPUs in a region with interrupts masked, reached via Take → Ask: another CPU may wait for this one in the same way. Call it with interrupts on.");

    [Fact]
    public Task Reported_in_an_interrupt() => Verify.WithOwnContracts("IRQ0802", """
        class Census { [RunsIn(Context.HardIrq)] void Handle() => [|Kernel.CallAll()|]; }
        """);

    [Fact]
    public Task Valid_with_interrupts_on() => Verify.WithOwnContracts("", """
        class Census
        {
            private readonly TicketLock ticket = new();

            public void Take()
            {
                int flags = Kernel.Save();
                Kernel.Restore(flags);
                Kernel.CallAll();
                ticket.Enter();
                Kernel.CallAll();
                ticket.Exit();
            }
        }
        """);
}
