using System.Threading.Tasks;
using Xunit;

namespace IrqSafety.Analyzers.Tests.Rules;

public sealed class IRQ0209HandlerRoleTests
{
    [Fact]
    public Task Reported_interrupt_handler_that_becomes_an_nmi_by_the_predicate() => Verify.Reported("IRQ0209", """
        class Kgdb
        {
            public Errno Register(IntId irq) => CpuFeatures.UsesIrqPrioMasking
                ? Irq.RequestPercpuNmi(irq, [|Handle|], "kgdb")
                : Irq.RequestPercpuIrq(irq, Handle, "kgdb");

            [RunsIn(Context.HardIrq)] IrqReturn Handle(IntId irq) => IrqReturn.Handled;
        }
        """,
        "'Kgdb.Handle' declares that it runs in an interrupt, but is registered here to run in a pseudo-NMI. Write it for both and declare both, or register another handler.");

    [Fact]
    public Task Reported_with_own_primitives_for_a_handler_of_another_type() => Verify.WithOwnContracts("IRQ0209", """
        class Driver { public void Open() => Kernel.Attach([|Handlers.OnIrq|]); }
        static class Handlers { [RunsIn(Context.HardIrq)] public static void OnIrq() { } }
        """);

    [Fact]
    public Task Valid_double_role_that_is_declared() => Verify.Valid("""
        class Kgdb
        {
            public Errno Register(IntId irq) => CpuFeatures.UsesIrqPrioMasking
                ? Irq.RequestPercpuNmi(irq, Handle, "kgdb")
                : Irq.RequestPercpuIrq(irq, Handle, "kgdb");

            [RunsIn(Context.HardIrq | Context.PseudoNmi)] IrqReturn Handle(IntId irq) => IrqReturn.Handled;
        }
        """);
}
