using System.Threading.Tasks;
using Xunit;

namespace IrqSafety.Analyzers.Tests.Rules;

public sealed class IRQ0206LineFlavourMixedTests
{
    [Fact]
    public Task Reported_prepare_as_nmi_then_enable_as_irq() => Verify.Reported("IRQ0206", """
        class Pmu
        {
            [RunsIn(Context.Task, Within = Section.CpuStarting)]
            void Start(IntId irq)
            {
                Irq.PreparePercpuNmi(irq);
                [|Irq.EnablePercpuIrq(irq)|];
            }
        }
        """,
        "'Irq.EnablePercpuIrq' on 'irq': the line was requested as an NMI: use the NMI call");

    [Fact]
    public Task Reported_on_the_branch_on_which_it_happens() => Verify.WithOwnContracts("IRQ0206", """
        class Pmu
        {
            public void Start(int line, bool nmi)
            {
                if (nmi)
                {
                    Kernel.Ready(line);
                }

                if (nmi)
                {
                    [|Kernel.OnIrq(line)|];
                }
                else
                {
                    Kernel.OnIrq(line);
                }
            }
        }
        """);

    [Fact]
    public Task Valid_one_flavour_on_each_branch() => Verify.WithOwnContracts("", """
        class Pmu
        {
            public void Start(int line, bool nmi)
            {
                if (nmi)
                {
                    Kernel.Ready(line);
                }

                Console.WriteLine();

                if (nmi)
                {
                    Kernel.On(line);
                }
                else
                {
                    Kernel.OnIrq(line);
                }
            }
        }
        """);
}
