using System.Threading.Tasks;
using Xunit;

namespace IrqSafety.Analyzers.Tests.Rules;

/// <summary>IRQ0263: flow handler of another kind than the line is requested as in another type.</summary>
public sealed class IRQ0263FlowHandlerBuildTests
{
    private const string Id = "IRQ0263";

    [Fact]
    public Task The_domain_maps_it_and_a_driver_requests_it() => Verify.Reported(
        Id,
        """
        static class Board
        {
            public static readonly IntId Timer = new(Firmware.TimerLine);
        }

        static class Firmware
        {
            public static int TimerLine => 27;
        }

        static class Domain
        {
            public static void Map() => [|Irq.SetHandler(Board.Timer, FlowHandler.FastEoi)|];
        }

        static class ArchTimer
        {
            public static Errno Start() => Irq.RequestPercpuIrq(Board.Timer, Tick, "timer");

            [RunsIn(Context.HardIrq)]
            private static IrqReturn Tick(IntId irq) => IrqReturn.Handled;
        }
        """,
        "'Irq.SetHandler' on 'Board.Timer', which 'Irq.RequestPercpuIrq' requests in Start: handle_fasteoi_irq takes a per-CPU line for disabled, because its enable counts for one CPU only: it masks the line and never calls the handler; use handle_percpu_devid_irq");

    [Fact]
    public Task They_agree() => Verify.Valid("""
        static class Board
        {
            public static readonly IntId Timer = new(Firmware.TimerLine);
        }

        static class Firmware
        {
            public static int TimerLine => 27;
        }

        static class Domain
        {
            public static void Map() => Irq.SetHandler(Board.Timer, FlowHandler.PercpuDevid);
        }

        static class ArchTimer
        {
            public static Errno Start() => Irq.RequestPercpuIrq(Board.Timer, Tick, "timer");

            [RunsIn(Context.HardIrq)]
            private static IrqReturn Tick(IntId irq) => IrqReturn.Handled;
        }
        """);

    // The live rule says it.
    [Fact]
    public Task In_one_type() => Verify.Reported("IRQ0213", """
        static class ArchTimer
        {
            public static Errno Start(IntId line)
            {
                [|Irq.SetHandler(line, FlowHandler.FastEoi)|];
                return Irq.RequestPercpuIrq(line, Tick, "timer");
            }

            [RunsIn(Context.HardIrq)]
            private static IrqReturn Tick(IntId irq) => IrqReturn.Handled;
        }
        """);
}
