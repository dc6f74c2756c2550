using System.Threading.Tasks;
using Xunit;

namespace IrqSafety.Analyzers.Tests.Rules;

public sealed class IRQ0207FlavourFromPredicateTests
{
    private const string Ipis = """
        class Ipis
        {
            private const int NrIpi = 7;
            private readonly bool[] ipiIsNmi = new bool[NrIpi];
            private IntId ipiIrqBase;

            private static bool ShouldBeNmi(Ipi ipi) => CpuFeatures.UsesIrqPrioMasking && ipi is Ipi.CpuBacktrace or Ipi.CpuStopNmi;

            [RunsIn(Context.PseudoNmi | Context.HardIrq)]
            private IrqReturn Handle(IntId irq) => IrqReturn.Handled;

        """;

    [Fact]
    public Task Reported_once_for_each_method_that_asks_the_predicate() => Verify.Reported("IRQ0207", Ipis + """
            public void SetRange(IntId first)
            {
                ipiIrqBase = first;
                for (int i = 0; i < NrIpi; i++)
                {
                    Errno err;
                    if (ShouldBeNmi((Ipi)i))
                    {
                        err = Irq.RequestPercpuNmi(ipiIrqBase + i, Handle, "IPI");
                    }
                    else
                    {
                        err = Irq.RequestPercpuIrq(ipiIrqBase + i, Handle, "IPI");
                    }

                    if (err != Errno.Ok)
                    {
                        Printk.Deferred($"could not request IPI {i}");
                    }
                }
            }

            [RunsIn(Context.Task, Within = Section.CpuStarting)]
            private void Setup(CpuId cpu)
            {
                for (int i = 0; i < NrIpi; i++)
                {
                    IntId irq = ipiIrqBase + i;
                    if (ShouldBeNmi((Ipi)i))
                    {
                        [|Irq.PreparePercpuNmi(irq)|];
                        Irq.EnablePercpuNmi(irq);
                    }
                    else
                    {
                        Irq.EnablePercpuIrq(irq);
                    }
                }
            }

            [RunsIn(Context.Task, Within = Section.CpuStarting)]
            private void Teardown(CpuId cpu)
            {
                for (Ipi ipi = 0; (int)ipi < NrIpi; ipi++)
                {
                    if (!ShouldBeNmi(ipi))
                    {
                        Irq.DisablePercpuIrq(ipiIrqBase + (int)ipi);
                        continue;
                    }

                    [|Irq.DisablePercpuNmi(ipiIrqBase + (int)ipi)|];
                    Irq.TeardownPercpuNmi(ipiIrqBase + (int)ipi);
                }
            }
        }
        """,
        "'Irq.PreparePercpuNmi' on 'irq' is chosen by 'ShouldBeNmi(i)', but the request as an NMI in 'SetRange' may have failed. Record what the request returned and choose by that.",
        "'Irq.DisablePercpuNmi' on 'ipiIrqBase + (int)ipi' is chosen by 'ShouldBeNmi(ipi)', but the request as an NMI in 'SetRange' may have failed. Record what the request returned and choose by that.");

    [Fact]
    public Task Reported_when_the_fallback_is_requested_but_not_recorded() => Verify.Reported("IRQ0207", Ipis + """
            public void SetRange(IntId first)
            {
                ipiIrqBase = first;
                for (int i = 0; i < NrIpi; i++)
                {
                    if (!ShouldBeNmi((Ipi)i) || Irq.RequestPercpuNmi(ipiIrqBase + i, Handle, "IPI") != Errno.Ok)
                    {
                        Irq.RequestPercpuIrq(ipiIrqBase + i, Handle, "IPI");
                    }
                }
            }

            [RunsIn(Context.Task, Within = Section.CpuStarting)]
            private void Setup(CpuId cpu)
            {
                for (int i = 0; i < NrIpi; i++)
                {
                    if (ShouldBeNmi((Ipi)i))
                    {
                        [|Irq.PreparePercpuNmi(ipiIrqBase + i)|];
                        Irq.EnablePercpuNmi(ipiIrqBase + i);
                    }
                    else
                    {
                        Irq.EnablePercpuIrq(ipiIrqBase + i);
                    }
                }
            }
        }
        """);

    [Fact]
    public Task Reported_in_the_body_of_the_request() => Verify.WithOwnContracts("IRQ0207", """
        class Pmu
        {
            public void Open(int line)
            {
                Result result = Kernel.Ask(line);
                if (result != Result.Success)
                {
                    Console.WriteLine("refused");
                }

                [|Kernel.Ready(line)|];
            }
        }
        """);

    [Fact]
    public Task Valid_outcome_recorded_for_each_ipi() => Verify.Valid(Ipis + """
            public void SetRange(IntId first)
            {
                ipiIrqBase = first;
                for (int i = 0; i < NrIpi; i++)
                {
                    Errno err = Errno.EINVAL;
                    if (ShouldBeNmi((Ipi)i))
                    {
                        err = Irq.RequestPercpuNmi(ipiIrqBase + i, Handle, "IPI");
                        ipiIsNmi[i] = err == Errno.Ok;
                    }

                    if (err != Errno.Ok)
                    {
                        err = Irq.RequestPercpuIrq(ipiIrqBase + i, Handle, "IPI");
                    }
                }
            }

            [RunsIn(Context.Task, Within = Section.CpuStarting)]
            private void Setup(CpuId cpu)
            {
                for (int i = 0; i < NrIpi; i++)
                {
                    if (ipiIsNmi[i])
                    {
                        Irq.PreparePercpuNmi(ipiIrqBase + i);
                        Irq.EnablePercpuNmi(ipiIrqBase + i);
                    }
                    else
                    {
                        Irq.EnablePercpuIrq(ipiIrqBase + i);
                    }
                }
            }

            [RunsIn(Context.Task, Within = Section.CpuStarting)]
            private void Teardown(CpuId cpu)
            {
                for (int i = 0; i < NrIpi; i++)
                {
                    if (ipiIsNmi[i])
                    {
                        Irq.DisablePercpuNmi(ipiIrqBase + i);
                        Irq.TeardownPercpuNmi(ipiIrqBase + i);
                    }
                    else
                    {
                        Irq.DisablePercpuIrq(ipiIrqBase + i);
                    }
                }
            }
        }
        """);

    [Fact]
    public Task Valid_outcome_recorded_in_one_field() => Verify.Valid("""
        class Kgdb(IntId irq)
        {
            private bool isNmi;

            public Errno Register()
            {
                isNmi = CpuFeatures.UsesIrqPrioMasking && Irq.RequestPercpuNmi(irq, Handle, "kgdb") == Errno.Ok;
                return isNmi ? Errno.Ok : Irq.RequestPercpuIrq(irq, Handle, "kgdb");
            }

            [RunsIn(Context.Task, Within = Section.CpuStarting)]
            private void Start(CpuId cpu)
            {
                if (isNmi)
                {
                    Irq.PreparePercpuNmi(irq);
                    Irq.EnablePercpuNmi(irq);
                    return;
                }

                Irq.EnablePercpuIrq(irq);
            }

            [RunsIn(Context.PseudoNmi | Context.HardIrq)]
            private IrqReturn Handle(IntId line) => IrqReturn.Handled;
        }
        """);

    private const string Pmu = """
        class Pmu
        {
            private static readonly IntId line = IntId.Ppi(7);
            private Errno asked;

            [RunsIn(Context.PseudoNmi | Context.HardIrq)]
            private IrqReturn Handle(IntId irq) => IrqReturn.Handled;

        """;

    [Theory]
    [InlineData("_ = Irq.RequestPercpuNmi(line, Handle, \"pmu\");")]
    [InlineData("Irq.RequestPercpuNmi(line, Handle, \"pmu\");")]
    [InlineData("if (CpuFeatures.HasVhe) { Irq.RequestPercpuNmi(line, Handle, \"pmu\"); }")]
    public Task Reported_once_where_nobody_looks_at_what_the_request_returned(string request) => Verify.Reported("IRQ0207", Pmu + $$"""
            public void Open()
            {
                {{request}}
            }

            [RunsIn(Context.Task, Within = Section.CpuStarting)]
            private void Start(CpuId cpu)
            {
                if ([|Irq.PreparePercpuNmi(line)|] == Errno.Ok)
                {
                    Irq.EnablePercpuNmi(line);
                }
            }

            [RunsIn(Context.Task, Within = Section.CpuStarting)]
            private void Stop(CpuId cpu)
            {
                Irq.DisablePercpuNmi(line);
                Irq.TeardownPercpuNmi(line);
            }
        }
        """,
        "'Irq.PreparePercpuNmi' on 'line' is chosen by what was asked for, but the request as an NMI in 'Open' may have failed. Record what the request returned and choose by that.");

    // Who knows what it returned may know that the callbacks do not run, or what they ask.
    [Theory]
    [InlineData("return Irq.RequestPercpuNmi(line, Handle, \"pmu\");", "true")]
    [InlineData("asked = Irq.RequestPercpuNmi(line, Handle, \"pmu\"); return asked;", "true")]
    [InlineData("Errno err = Irq.RequestPercpuNmi(line, Handle, \"pmu\"); if (err != Errno.Ok) { Printk.Deferred(\"no NMI\"); } return err;", "true")]
    [InlineData("_ = Irq.RequestPercpuNmi(line, Handle, \"pmu\"); return Errno.Ok;", "Machine.Current.Irqs[line].Actions.Count > 0")]
    public Task Valid_where_somebody_looks_at_it_or_the_use_asks_something(string request, string condition) => Verify.Valid(Pmu + $$"""
            public Errno Open()
            {
                {{request}}
            }

            [RunsIn(Context.Task, Within = Section.CpuStarting)]
            private void Start(CpuId cpu)
            {
                if ({{condition}})
                {
                    Irq.PreparePercpuNmi(line);
                    Irq.EnablePercpuNmi(line);
                }
            }
        }
        """);
}
