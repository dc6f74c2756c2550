using System.Threading.Tasks;
using Xunit;

namespace IrqSafety.Analyzers.Tests.Rules;

public sealed class IRQ0801IpiFlavoursDifferTests
{
    [Fact]
    public Task Reported_teardown_as_irq_of_what_is_requested_as_nmi() => Verify.Reported("IRQ0801", """
        class Pmu
        {
            private readonly IntId line = new(23);

            public Errno Open() => Irq.RequestPercpuNmi(line, Handle, "pmu");

            [RunsIn(Context.Task, Within = Section.CpuStarting)]
            private void Start(CpuId cpu)
            {
                Irq.PreparePercpuNmi(line);
                Irq.EnablePercpuNmi(line);
            }

            [RunsIn(Context.Task, Within = Section.CpuStarting)]
            private void Stop(CpuId cpu) => [|Irq.DisablePercpuIrq(line)|];

            [RunsIn(Context.PseudoNmi)] private IrqReturn Handle(IntId irq) => IrqReturn.Handled;
        }
        """,
        "'Irq.DisablePercpuIrq' on 'line' is the IRQ call, but 'Open' uses the NMI call for the same line on the same condition. Use one flavour for request, enable, disable and tear-down.");

    [Fact]
    public Task Reported_without_a_request_in_the_type() => Verify.Reported("IRQ0801", """
        class Ipis
        {
            private readonly IntId first = new(0);

            [RunsIn(Context.Task, Within = Section.CpuStarting)]
            private void Start(CpuId cpu)
            {
                for (int i = 0; i < 7; i++)
                {
                    Irq.PreparePercpuNmi(first + i);
                    Irq.EnablePercpuNmi(first + i);
                }
            }

            [RunsIn(Context.Task, Within = Section.CpuStarting)]
            private void Stop(CpuId cpu)
            {
                for (int j = 0; j < 7; j++)
                {
                    [|Irq.DisablePercpuIrq(first + j)|];
                }
            }
        }
        """);

    [Fact]
    public Task Valid_conditions_that_exclude_each_other_and_other_lines() => Verify.Valid("""
        class Ipis
        {
            private readonly IntId first = new(0);
            private readonly IntId other = new(8);
            private bool isNmi;

            [RunsIn(Context.Task, Within = Section.CpuStarting)]
            private void Start(CpuId cpu)
            {
                if (isNmi)
                {
                    Irq.PreparePercpuNmi(first);
                }
            }

            [RunsIn(Context.Task, Within = Section.CpuStarting)]
            private void Stop(CpuId cpu)
            {
                Irq.DisablePercpuIrq(other);
                if (!isNmi)
                {
                    Irq.DisablePercpuIrq(first);
                }
            }

            [RunsIn(Context.Task, Within = Section.CpuStarting)]
            private void Each(IntId irq) => Irq.DisablePercpuIrq(irq);
        }
        """);
}
