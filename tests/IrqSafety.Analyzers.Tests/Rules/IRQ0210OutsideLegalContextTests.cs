using System.Threading.Tasks;
using Xunit;

namespace IrqSafety.Analyzers.Tests.Rules;

public sealed class IRQ0210OutsideLegalContextTests
{
    [Fact]
    public Task Reported_task_only_operation_in_an_interrupt() => Verify.Reported("IRQ0210", """
        class Driver
        {
            [RunsIn(Context.HardIrq)] void Handle() => [|Smp.SetIpiRange(new IntId(0), 8)|];
        }
        """,
        "'Smp.SetIpiRange' is legal only in task context, but runs in an interrupt");

    [Fact]
    public Task Reported_when_preemption_was_turned_on_again() => Verify.Reported("IRQ0210", """
        class Driver
        {
            [RequiresMasked(Mask.Irq)] void NeedsIrqsOff() { }

            public void Run()
            {
                LocalIrq.Enable();
                [|NeedsIrqsOff()|];
                LocalIrq.Disable();
                NeedsIrqsOff();
                LocalIrq.Enable();
            }
        }
        """,
        "'Driver.NeedsIrqsOff' needs interrupts off, but runs in code with interrupts on");

    [Fact]
    public Task Valid_where_nothing_is_known_of_the_mask() => Verify.Valid("""
        class Driver
        {
            [RequiresMasked(Mask.Irq)] void NeedsIrqsOff() { }
            public void Run() => NeedsIrqsOff();
            [RunsIn(Context.Task)] void InTask() => Smp.SetIpiRange(new IntId(0), 8);
        }
        """);
}
