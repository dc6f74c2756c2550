using System.Threading.Tasks;
using Xunit;

namespace IrqSafety.Analyzers.Tests.Rules;

/// <summary>IRQ0213: flow handler of another kind of line.</summary>
public sealed class IRQ0213FlowHandlerTests
{
    private const string Id = "IRQ0213";

    private const string Handlers = """
        static class Handlers
        {
            [RunsIn(Context.HardIrq)]
            public static IrqReturn Irq(IntId irq) => IrqReturn.Handled;

            [RunsIn(Context.PseudoNmi)]
            public static IrqReturn Nmi(IntId irq) => IrqReturn.Handled;
        }
        """;

    [Fact]
    public Task A_per_CPU_line_given_the_flow_handler_of_a_shared_one() => Reported(
        """
        static class Timer
        {
            public static Errno Start(IntId line)
            {
                [|Irq.SetHandler(line, FlowHandler.FastEoi)|];
                return Irq.RequestPercpuIrq(line, Handlers.Irq, "timer");
            }
        }
        """,
        "'Irq.SetHandler' on 'line', which 'Irq.RequestPercpuIrq' requests in Start: handle_fasteoi_irq takes a per-CPU line for disabled, because its enable counts for one CPU only: it masks the line and never calls the handler; use handle_percpu_devid_irq");

    [Fact]
    public Task A_shared_line_given_the_flow_handler_of_a_per_CPU_one() => Reported(
        """
        static class Uart
        {
            public static Errno Open(IntId line)
            {
                [|Irq.SetHandler(line, FlowHandler.PercpuDevid)|];
                return Irq.RequestIrq(line, Handlers.Irq, IrqRequestFlags.None, "uart");
            }
        }
        """,
        "'Irq.SetHandler' on 'line', which 'Irq.RequestIrq' requests in Open: this flow handler takes no lock and asks for no disable depth, so disable_irq does not hold off the handler of a shared line: use handle_fasteoi_irq");

    [Fact]
    public Task An_ordinary_line_given_the_flow_handler_of_NMIs() => Reported("""
        static class Uart
        {
            public static Errno Open(IntId line)
            {
                [|Irq.SetHandler(line, FlowHandler.FastEoiNmi)|];
                return Irq.RequestIrq(line, Handlers.Irq, IrqRequestFlags.None, "uart");
            }
        }
        """);

    [Fact]
    public Task An_NMI_given_an_ordinary_flow_handler() => Reported(
        """
        static class DebugUart
        {
            private const IrqRequestFlags Flags = IrqRequestFlags.PerCpu | IrqRequestFlags.NoAutoEnable;

            public static void Open(IntId line)
            {
                if (Irq.RequestNmi(line, Handlers.Nmi, Flags, "uart") == Errno.Ok)
                {
                    [|Irq.SetHandler(line, FlowHandler.FastEoi)|];
                    Irq.EnableNmi(line);
                }
            }
        }
        """,
        "'Irq.SetHandler' on 'line', which 'Irq.RequestNmi' requests in Open: this flow handler takes the descriptor's lock, which the code that an NMI interrupts may hold: leave an NMI the flow handler that its request gave it");

    [Fact]
    public Task A_prepared_per_CPU_NMI_given_an_ordinary_flow_handler() => Reported("""
        static class Pmu
        {
            public static void Start(IntId line)
            {
                if (Irq.RequestPercpuNmi(line, Handlers.Nmi, "pmu") != Errno.Ok)
                {
                    return;
                }

                using (Preemption.Off())
                {
                    if (Irq.PreparePercpuNmi(line) == Errno.Ok)
                    {
                        [|Irq.SetHandler(line, FlowHandler.FastEoi)|];
                        Irq.EnablePercpuNmi(line);
                    }
                }
            }
        }
        """);

    // irq_set_type callbacks of other controllers swap the flow handler by the trigger. The GIC's lines are ended in either case.
    [Theory]
    [InlineData("Level")]
    [InlineData("Edge")]
    public Task A_flow_handler_that_does_not_end_the_interrupt(string handler) => Reported(
        $$"""
        static class Type
        {
            public static void Set(IntId line) => [|Irq.SetHandler(line, FlowHandler.{{handler}})|];
        }
        """,
        "'Irq.SetHandler' on 'line': this flow handler never ends the interrupt, and the line is one of the GIC: the line stays active and is not signalled again, and in EOImode 0 nothing of its priority or below comes to this CPU any more; use the one that ends it with EOI");

    [Fact]
    public Task In_a_callback_of_a_chip() => Reported("""
        static class Combiner
        {
            public static readonly IrqChip Chip = new("combiner") { SetType = SetType };

            private static Errno SetType(IntId irq, Trigger trigger)
            {
                if (trigger == Trigger.Edge)
                {
                    [|Irq.SetHandlerLocked(irq, FlowHandler.Edge)|];
                }
                else
                {
                    Irq.SetHandlerLocked(irq, FlowHandler.FastEoi);
                }

                return Errno.Ok;
            }
        }
        """);

    [Theory]
    [InlineData("IntId.Ppi(7)", "FastEoi")]
    [InlineData("IntId.Sgi(3)", "FastEoi")]
    [InlineData("IntId.Ppi(7)", "FastEoiNmi")]
    [InlineData("new IntId(1060)", "FastEoi")]
    [InlineData("IntId.Spi(5)", "PercpuDevid")]
    [InlineData("new IntId(9000)", "PercpuDevid")]
    [InlineData("new IntId(4100)", "PercpuDevidNmi")]
    public Task By_its_number(string line, string handler) => Reported($$"""
        static class Map
        {
            public static void One() => [|Irq.SetHandler({{line}}, FlowHandler.{{handler}})|];
        }
        """);

    [Theory]
    [InlineData("IntId.Ppi(7)", "PercpuDevid")]
    [InlineData("IntId.Sgi(3)", "PercpuDevidNmi")]
    [InlineData("new IntId(1060)", "PercpuDevid")]
    [InlineData("IntId.Spi(5)", "FastEoi")]
    [InlineData("new IntId(9000)", "FastEoi")]
    [InlineData("new IntId(4100)", "FastEoiNmi")]
    [InlineData("IntId.Ppi(7)", "BadIrq")]
    public Task The_right_one_for_its_number(string line, string handler) => Verify.Valid($$"""
        static class Map
        {
            public static void One() => Irq.SetHandler({{line}}, FlowHandler.{{handler}});
        }
        """);

    // gic_irq_domain_map
    [Fact]
    public Task A_map_that_chooses_by_the_range() => Silent("""
        static class Domain
        {
            public static void Map(IntId line)
            {
                if (line.IsPrivate)
                {
                    Irq.SetHandler(line, FlowHandler.PercpuDevid);
                }
                else
                {
                    Irq.SetHandler(line, FlowHandler.FastEoi);
                }
            }
        }
        """);

    [Fact]
    public Task The_flow_handler_of_the_kind_it_is_requested_as() => Silent("""
        static class Lines
        {
            public static void Open(IntId shared, IntId percpu)
            {
                Irq.SetHandler(shared, FlowHandler.FastEoi);
                Irq.SetHandler(percpu, FlowHandler.PercpuDevid);
                Irq.RequestIrq(shared, Handlers.Irq, IrqRequestFlags.None, "uart");
                Irq.RequestPercpuIrq(percpu, Handlers.Irq, "timer");
                Irq.SetHandler(shared, FlowHandler.FastEoi);
                Irq.SetHandler(percpu, FlowHandler.PercpuDevid);
            }
        }
        """);

    // gic_irq_nmi_setup swaps it, whatever it was.
    [Fact]
    public Task A_request_as_an_NMI_sets_its_own() => Silent("""
        static class Lines
        {
            private const IrqRequestFlags Flags = IrqRequestFlags.PerCpu | IrqRequestFlags.NoAutoEnable;

            public static void Open(IntId shared, IntId percpu)
            {
                Irq.SetHandler(shared, FlowHandler.FastEoi);
                Irq.RequestNmi(shared, Handlers.Nmi, Flags, "uart");
                Irq.SetHandler(percpu, FlowHandler.PercpuDevid);
                Irq.RequestPercpuNmi(percpu, Handlers.Nmi, "pmu");
            }
        }
        """);

    // Newer kernels drive per-CPU lines of both kinds by one flow handler.
    [Fact]
    public Task A_per_CPU_NMI_given_the_flow_handler_of_per_CPU_lines() => Silent("""
        static class Pmu
        {
            public static void Start(IntId line)
            {
                if (Irq.RequestPercpuNmi(line, Handlers.Nmi, "pmu") == Errno.Ok)
                {
                    using (Preemption.Off())
                    {
                        if (Irq.PreparePercpuNmi(line) == Errno.Ok)
                        {
                            Irq.SetHandler(line, FlowHandler.PercpuDevid);
                            Irq.EnablePercpuNmi(line);
                        }
                    }
                }
            }
        }
        """);

    [Fact]
    public Task It_is_corrected_before_the_request() => Silent("""
        static class Timer
        {
            public static Errno Start(IntId line)
            {
                Irq.SetHandler(line, FlowHandler.FastEoi);
                Irq.SetHandler(line, FlowHandler.PercpuDevid);
                return Irq.RequestPercpuIrq(line, Handlers.Irq, "timer");
            }
        }
        """);

    // handle_bad_irq: the line is taken out of use.
    [Fact]
    public Task It_is_taken_out_of_use() => Silent("""
        static class Uart
        {
            public static void Close(IntId line)
            {
                Irq.RequestIrq(line, Handlers.Irq, IrqRequestFlags.None, "uart");
                Irq.SetHandler(line, FlowHandler.BadIrq);
                Irq.FreeIrq(line);
            }
        }
        """);

    [Fact]
    public Task The_flow_handler_is_not_known() => Silent("""
        static class Uart
        {
            public static Errno Open(IntId line, FlowHandler handler)
            {
                Irq.SetHandler(line, handler);
                return Irq.RequestIrq(line, Handlers.Irq, IrqRequestFlags.None, "uart");
            }
        }
        """);

    [Fact]
    public Task One_method_sets_it_and_another_requests_the_line() => Reported("""
        sealed class Timer(IntId line)
        {
            private readonly IntId _line = line;

            public void Map() => [|Irq.SetHandler(_line, FlowHandler.FastEoi)|];

            public Errno Start() => Irq.RequestPercpuIrq(_line, Handlers.Irq, "timer");
        }
        """);

    [Fact]
    public Task The_fallback_of_a_refused_NMI_does_not_fit() => Reported("""
        sealed class Pmu(IntId line)
        {
            private readonly IntId _line = line;

            public void Map() => [|Irq.SetHandler(_line, FlowHandler.FastEoi)|];

            public void Start()
            {
                if (Irq.RequestPercpuNmi(_line, Handlers.Nmi, "pmu") != Errno.Ok)
                {
                    Irq.RequestPercpuIrq(_line, Handlers.Irq, "pmu");
                }
            }
        }
        """);

    [Fact]
    public Task Two_methods_set_different_ones() => Silent("""
        sealed class Line(IntId line)
        {
            private readonly IntId _line = line;

            public void MapShared() => Irq.SetHandler(_line, FlowHandler.FastEoi);

            public void MapPercpu() => Irq.SetHandler(_line, FlowHandler.PercpuDevid);

            public Errno Start() => Irq.RequestPercpuIrq(_line, Handlers.Irq, "timer");
        }
        """);

    // What both ask keeps them apart.
    [Fact]
    public Task Set_and_requested_under_opposite_conditions() => Silent("""
        sealed class Line(IntId line, bool percpu)
        {
            private readonly IntId _line = line;
            private readonly bool _percpu = percpu;

            public void Map()
            {
                if (_percpu)
                {
                    Irq.SetHandler(_line, FlowHandler.PercpuDevid);
                }
            }

            public Errno Start() => _percpu
                ? Irq.RequestPercpuIrq(_line, Handlers.Irq, "timer")
                : Irq.RequestIrq(_line, Handlers.Irq, IrqRequestFlags.None, "timer");
        }
        """);

    // A kernel with primitives of its own names the events and its own constants.
    [Fact]
    public Task By_contracts_of_the_programs_own() => Verify.WithOwnContracts(Id, """
        public enum Flow { PerCpu, Fast }

        public static class Lines
        {
            [Transition("flow-handler", "set-percpu", Of = "irq", When = "flow == Flow.PerCpu")]
            [Transition("flow-handler", "set-shared", Of = "irq", When = "flow == Flow.Fast")]
            public static void Drive(int irq, Flow flow)
            {
            }

            [Transition("flow-handler", "request-percpu", Of = "irq")]
            public static int Take(int irq) => 0;

            public static int Timer(int irq)
            {
                [|Drive(irq, Flow.Fast)|];
                return Take(irq);
            }

            public static int Fixed(int irq)
            {
                Drive(irq, Flow.PerCpu);
                return Take(irq);
            }
        }
        """);

    [Fact]
    public Task Another_line() => Silent("""
        sealed class Lines(IntId uart, IntId timer)
        {
            private readonly IntId _uart = uart;
            private readonly IntId _timer = timer;

            public void Map() => Irq.SetHandler(_uart, FlowHandler.FastEoi);

            public Errno Start() => Irq.RequestPercpuIrq(_timer, Handlers.Irq, "timer");
        }
        """);

    private static Task Reported(string code, params string[] messages) => Verify.Reported(Id, code + "\n" + Handlers, messages);

    private static Task Silent(string code) => Verify.Valid(code + "\n" + Handlers);
}
