using System.Threading.Tasks;
using Xunit;

namespace IrqSafety.Analyzers.Tests.Rules;

public sealed class IRQ0306PriorityViewTests
{
    [Fact]
    public Task Reported_for_a_constant_that_another_view_shifts_to_another_level() => Verify.Reported("IRQ0306", """
        class GicNmi
        {
            private static readonly IntId Uart = IntId.Spi(1);

            public void Setup()
            {
                [|Gicd.SetPriority(Uart, Priority.Nmi)|];
                [|Gicd.SetPriority(Uart, new Priority(0xc0))|];
                [|Gicr.SetPriority(IntId.Ppi(7), new Priority(0xa0))|];
            }

            public Priority Old(Gic gic) => [|gic.Programmed(new Priority(0x40))|];
        }
        """,
        "'Gicd.SetPriority' is given priority 0x80, which is an NMI, but an IRQ where the distributor shows the Non-secure view (stored as 0xc0). Convert it to the view of the machine first.",
        "'Gicd.SetPriority' is given priority 0xc0, which is an IRQ, but never signalled where the distributor shows the Non-secure view (stored as 0xe0). Convert it to the view of the machine first.",
        "'Gicr.SetPriority' is given priority 0xa0, which is an NMI, but an IRQ where the distributor shows the Non-secure view (stored as 0xd0). Convert it to the view of the machine first.",
        "'Gic.Programmed' is given priority 0x40, which is an NMI, but an IRQ where the distributor shows the Non-secure view (stored as 0xc0). Use a priority of 0x80 or above, which Non-secure software can express.");

    [Fact]
    public Task Silent_where_it_is_converted_of_one_level_or_not_known() => Verify.Valid("""
        class GicNmi
        {
            public void Setup(Gic gic, IntId irq, Priority given)
            {
                Gicd.SetPriority(irq, gic.Programmed(Priority.Nmi));
                Gicd.SetPriority(irq, gic.Programmed(Priority.Irq));
                Gicd.SetPriority(irq, given);
                Gicd.SetPriority(irq, new Priority(0x20));
                Gicd.SetPriority(irq, Priority.Idle);
            }
        }
        """);
}
