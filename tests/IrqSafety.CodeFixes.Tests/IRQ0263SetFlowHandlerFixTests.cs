using System.Threading.Tasks;
using IrqSafety.Rules;
using IrqSafety.Testing;
using Xunit;

namespace IrqSafety.CodeFixes.Tests;

/// <summary>IRQ0263: sets the flow handler of the kind that another type requests the line as.</summary>
public sealed class IRQ0263SetFlowHandlerFixTests
{
    private const string Usings = "using IrqSafety.Contracts;\nusing IrqSafety.Runtime;\n\n";

    [Fact]
    public Task In_the_build_where_another_type_requests_the_line() => CodeFixVerifier.Verify(
        new IRQ0263SetFlowHandlerFix(),
        "IRQ0263",
        [Usings + TwoTypes("[|Irq.SetHandler(Board.Timer, FlowHandler.FastEoi)|]", "[|Irq.SetHandler(Board.Uart, FlowHandler.PercpuDevid)|]")],
        [Usings + TwoTypes("Irq.SetHandler(Board.Timer, FlowHandler.PercpuDevid)", "Irq.SetHandler(Board.Uart, FlowHandler.FastEoi)")],
        Catalogue.Rule("IRQ0263").Fix,
        TestContext.Current.CancellationToken);

    private static string TwoTypes(string timer, string uart) => $$"""
        static class Board
        {
            public static readonly IntId Timer = new(Given.Number);
            public static readonly IntId Uart = new(Given.Number + 20);
        }

        static class Given
        {
            public static int Number => 27;
        }

        static class Domain
        {
            public static void Map()
            {
                {{timer}};
                {{uart}};
            }
        }

        static class ArchTimer
        {
            public static Errno Start() => Irq.RequestPercpuIrq(Board.Timer, Tick, "timer");

            [RunsIn(Context.HardIrq)]
            private static IrqReturn Tick(IntId irq) => IrqReturn.Handled;
        }

        static class Uart
        {
            public static Errno Open() => Irq.RequestIrq(Board.Uart, Receive, IrqRequestFlags.None, "uart");

            [RunsIn(Context.HardIrq)]
            private static IrqReturn Receive(IntId irq) => IrqReturn.Handled;
        }
        """;
}
