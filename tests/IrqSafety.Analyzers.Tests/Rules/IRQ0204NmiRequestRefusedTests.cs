using System.Threading.Tasks;
using Xunit;

namespace IrqSafety.Analyzers.Tests.Rules;

public sealed class IRQ0204NmiRequestRefusedTests
{
    [Fact]
    public Task Reported_shared_flag() => Verify.Reported("IRQ0204", """
        class Uart
        {
            public Errno Open() => Irq.RequestNmi(new IntId(40), Handle, [|IrqRequestFlags.PerCpu | IrqRequestFlags.NoAutoEnable | IrqRequestFlags.Shared|], "uart");
            [RunsIn(Context.PseudoNmi)] IrqReturn Handle(IntId irq) => IrqReturn.Handled;
        }
        """,
        "'Irq.RequestNmi' refuses Shared, because an NMI line has one handler, which runs without the descriptor's lock. Leave Shared out.");

    [Fact]
    public Task Reported_missing_flag_held_in_a_constant() => Verify.Reported("IRQ0204", """
        class Uart
        {
            const IrqRequestFlags Flags = IrqRequestFlags.PerCpu;
            public Errno Open() => Irq.RequestNmi(new IntId(40), Handle, [|Flags|], "uart");
            [RunsIn(Context.PseudoNmi)] IrqReturn Handle(IntId irq) => IrqReturn.Handled;
        }
        """,
        "'Irq.RequestNmi' refuses a request without NoAutoEnable, because an NMI line is enabled by enable_nmi, after it was set up. Add NoAutoEnable.");

    [Fact]
    public Task Reported_line_that_is_not_per_cpu() => Verify.Reported("IRQ0204", """
        class Pmu
        {
            public Errno Open() => Irq.RequestPercpuNmi([|new IntId(40)|], Handle, "pmu");
            [RunsIn(Context.PseudoNmi)] IrqReturn Handle(IntId irq) => IrqReturn.Handled;
        }
        """);

    // INTID 1056 to 1119 are PPIs too, and 4096 to 5119 are SPIs (GICv3.1).
    [Fact]
    public Task Reported_extended_line_that_is_per_cpu() => Verify.Reported("IRQ0204", """
        class Uart
        {
            public Errno Open() => Irq.RequestNmi([|new IntId(1056)|], Handle, IrqRequestFlags.PerCpu | IrqRequestFlags.NoAutoEnable, "uart");
            public Errno OpenExtended() => Irq.RequestNmi(new IntId(4096), Handle, IrqRequestFlags.PerCpu | IrqRequestFlags.NoAutoEnable, "uart");
            [RunsIn(Context.PseudoNmi)] IrqReturn Handle(IntId irq) => IrqReturn.Handled;
        }
        """);

    [Fact]
    public Task Valid_flags_and_unknown_arguments() => Verify.Valid("""
        class Uart
        {
            public Errno Open(IntId irq, IrqRequestFlags flags)
            {
                Irq.RequestNmi(new IntId(40), Handle, IrqRequestFlags.PerCpu | IrqRequestFlags.NoAutoEnable, "uart");
                return Irq.RequestNmi(irq, Handle, flags, "uart");
            }

            [RunsIn(Context.PseudoNmi)] IrqReturn Handle(IntId irq) => IrqReturn.Handled;
        }
        """);
}
