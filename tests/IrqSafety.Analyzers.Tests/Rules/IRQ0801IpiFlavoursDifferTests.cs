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

    // What was requested is remembered in another object, and asked for there: each flavour has its branch.
    [Fact]
    public Task Valid_where_another_object_remembers_the_flavour() => Verify.Valid("""
        enum Flavour { None, Irq, Nmi }

        class Memory
        {
            private readonly Flavour[] flavours = new Flavour[8];

            public Flavour Of(int ipi) => flavours[ipi];

            public void Record(int ipi, Flavour flavour) => flavours[ipi] = flavour;
        }

        class Ipis
        {
            private static readonly IntId Line = IntId.Sgi(6);
            private static Memory s_memory = new();

            [RunsIn(Context.Task)]
            private static Errno Request(Memory memory)
            {
                if (Irq.RequestPercpuNmi(Line, Handle, "IPI") == Errno.Ok)
                {
                    memory.Record(6, Flavour.Nmi);
                    return Errno.Ok;
                }

                Errno error = Irq.RequestPercpuIrq(Line, Handle, "IPI");
                memory.Record(6, error == Errno.Ok ? Flavour.Irq : Flavour.None);
                return error;
            }

            [RunsIn(Context.Task, Within = Section.CpuStarting)]
            private static void Setup(Memory memory)
            {
                switch (memory.Of(6))
                {
                    case Flavour.Nmi when Irq.PreparePercpuNmi(Line) == Errno.Ok:
                        Irq.EnablePercpuNmi(Line);
                        break;
                    case Flavour.Irq:
                        Irq.EnablePercpuIrq(Line);
                        break;
                }
            }

            [RunsIn(Context.Task, Within = Section.CpuStarting)]
            private static void Teardown()
            {
                if (s_memory.Of(6) != Flavour.Nmi)
                {
                    if (s_memory.Of(6) == Flavour.Irq)
                    {
                        Irq.DisablePercpuIrq(Line);
                    }

                    return;
                }

                Irq.DisablePercpuNmi(Line);
                Irq.TeardownPercpuNmi(Line);
            }

            [RunsIn(Context.PseudoNmi | Context.HardIrq)]
            private static IrqReturn Handle(IntId irq) => IrqReturn.Handled;
        }
        """);

    // Asking another object excuses nothing where the line only ever has one flavour.
    [Fact]
    public Task Reported_where_another_object_is_asked_but_there_is_one_flavour() => Verify.Reported("IRQ0801", """
        class Memory
        {
            private readonly bool[] requested = new bool[8];

            public bool Of(int ipi) => requested[ipi];
        }

        class Ipis
        {
            private static readonly IntId Line = IntId.Sgi(6);

            [RunsIn(Context.Task)]
            private static Errno Request() => Irq.RequestPercpuNmi(Line, Handle, "IPI");

            [RunsIn(Context.Task, Within = Section.CpuStarting)]
            private static void Teardown(Memory memory)
            {
                if (memory.Of(6))
                {
                    [|Irq.DisablePercpuIrq(Line)|];
                }
            }

            [RunsIn(Context.PseudoNmi)]
            private static IrqReturn Handle(IntId irq) => IrqReturn.Handled;
        }
        """);
}
