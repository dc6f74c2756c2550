using System.Threading.Tasks;
using IrqSafety.Rules;
using IrqSafety.Testing;
using Xunit;

namespace IrqSafety.CodeFixes.Tests;

/// <summary>IRQ0213: sets the flow handler of the line's kind.</summary>
public sealed class IRQ0213SetFlowHandlerFixTests
{
    private const string Usings = "using IrqSafety.Contracts;\nusing IrqSafety.Runtime;\n\n";

    [Fact]
    public Task Every_kind_of_line_at_once() => Verify(
        """
        sealed class Lines
        {
            private const IrqRequestFlags NmiFlags = IrqRequestFlags.PerCpu | IrqRequestFlags.NoAutoEnable;
            private readonly IntId _later = new(Given.Number);

            public void Open(IntId timer, IntId uart, IntId debug)
            {
                [|Irq.SetHandler(timer, FlowHandler.FastEoi)|];
                Irq.RequestPercpuIrq(timer, Handle, "timer");
                [|Irq.SetHandler(uart, FlowHandler.Edge)|];
                Irq.RequestIrq(uart, Handle, IrqRequestFlags.None, "uart");
                if (Irq.RequestNmi(debug, Break, NmiFlags, "debug") == Errno.Ok)
                {
                    [|Irq.SetHandler(debug, handler: FlowHandler.FastEoi)|];
                }
            }

            public void Map() => [|Irq.SetHandler(_later, FlowHandler.PercpuDevid)|];

            public void Request() => Irq.RequestIrq(_later, Handle, IrqRequestFlags.None, "later");

            public static void ByNumber()
            {
                [|Irq.SetHandler(IntId.Ppi(11), FlowHandler.FastEoi)|];
                [|Irq.SetHandler(new IntId(40), FlowHandler.PercpuDevid)|];
            }

            [RunsIn(Context.HardIrq)]
            private IrqReturn Handle(IntId irq) => IrqReturn.Handled;

            [RunsIn(Context.PseudoNmi)]
            private IrqReturn Break(IntId irq) => IrqReturn.Handled;
        }

        static class Given
        {
            public static int Number => 40;
        }
        """,
        """
        sealed class Lines
        {
            private const IrqRequestFlags NmiFlags = IrqRequestFlags.PerCpu | IrqRequestFlags.NoAutoEnable;
            private readonly IntId _later = new(Given.Number);

            public void Open(IntId timer, IntId uart, IntId debug)
            {
                Irq.SetHandler(timer, FlowHandler.PercpuDevid);
                Irq.RequestPercpuIrq(timer, Handle, "timer");
                Irq.SetHandler(uart, FlowHandler.FastEoi);
                Irq.RequestIrq(uart, Handle, IrqRequestFlags.None, "uart");
                if (Irq.RequestNmi(debug, Break, NmiFlags, "debug") == Errno.Ok)
                {
                    Irq.SetHandler(debug, handler: FlowHandler.FastEoiNmi);
                }
            }

            public void Map() => Irq.SetHandler(_later, FlowHandler.FastEoi);

            public void Request() => Irq.RequestIrq(_later, Handle, IrqRequestFlags.None, "later");

            public static void ByNumber()
            {
                Irq.SetHandler(IntId.Ppi(11), FlowHandler.PercpuDevid);
                Irq.SetHandler(new IntId(40), FlowHandler.FastEoi);
            }

            [RunsIn(Context.HardIrq)]
            private IrqReturn Handle(IntId irq) => IrqReturn.Handled;

            [RunsIn(Context.PseudoNmi)]
            private IrqReturn Break(IntId irq) => IrqReturn.Handled;
        }

        static class Given
        {
            public static int Number => 40;
        }
        """);

    [Fact]
    public Task Not_where_the_kind_of_the_line_is_not_known() => CodeFixVerifier.NotOffered(
        new IRQ0213SetFlowHandlerFix(),
        "IRQ0213",
        [
            Usings + """
            static class Type
            {
                public static void Set(IntId line) => [|Irq.SetHandler(line, FlowHandler.Level)|];
            }
            """,
        ],
        TestContext.Current.CancellationToken);

    [Fact]
    public Task Not_where_the_flow_handler_is_not_written_at_the_call() => CodeFixVerifier.NotOffered(
        new IRQ0213SetFlowHandlerFix(),
        "IRQ0213",
        [
            Usings + """
            static class Type
            {
                private const FlowHandler Mine = FlowHandler.FastEoi;

                public static void Set() => [|Irq.SetHandler(IntId.Ppi(7), Mine)|];
            }
            """,
        ],
        TestContext.Current.CancellationToken);

    private static Task Verify(string before, string after) =>
        CodeFixVerifier.Verify(new IRQ0213SetFlowHandlerFix(), "IRQ0213", [Usings + before], [Usings + after], Catalogue.Rule("IRQ0213").Fix, TestContext.Current.CancellationToken);
}
