using System.Threading.Tasks;
using Xunit;

namespace IrqSafety.Analyzers.Tests.Rules;

public sealed class IRQ0205LineProtocolOrderTests
{
    [Fact]
    public Task Reported_enable_without_prepare_after_the_request() => Verify.Reported("IRQ0205", """
        class Pmu
        {
            static readonly IntId Line = new(23);

            public Errno Open()
            {
                Errno err = Irq.RequestPercpuNmi(Line, Handle, "pmu");
                if (err != Errno.Ok)
                {
                    return err;
                }

                [|Irq.EnablePercpuNmi(Line)|];
                return Errno.Ok;
            }

            [RunsIn(Context.PseudoNmi)] IrqReturn Handle(IntId irq) => IrqReturn.Handled;
        }
        """,
        "'Irq.EnablePercpuNmi' on 'Line': the NMI was not prepared on this CPU: call prepare_percpu_nmi first");

    [Fact]
    public Task Reported_one_key_under_several_names() => Verify.WithOwnContracts("IRQ0205", """
        class Pmu
        {
            int lineBase;

            public void Up(int n)
            {
                for (int i = 0; i < n; i++)
                {
                    int line = lineBase + i;
                    Kernel.Ready(line);
                    Kernel.On(lineBase + i);
                    [|Kernel.Ready(line)|];
                }
            }
        }
        """);

    [Fact]
    public Task Reported_enable_of_a_private_line_that_nothing_in_the_type_prepares() => Verify.Reported("IRQ0205", """
        class Pmu
        {
            private readonly IntId line = new(23);

            public void Open()
            {
                if (Irq.RequestPercpuNmi(line, Handle, "pmu") != Errno.Ok)
                {
                    Printk.Deferred("no NMI");
                }
            }

            [RunsIn(Context.Task, Within = Section.CpuStarting)]
            void Start() => [|Irq.EnablePercpuNmi(line)|];

            [RunsIn(Context.PseudoNmi)] IrqReturn Handle(IntId irq) => IrqReturn.Handled;
        }
        """);

    [Fact]
    public Task Reported_where_it_is_enabled_and_not_where_it_is_disabled_although_nothing_prepares_it() => Verify.Reported("IRQ0205", """
        class Pmu
        {
            private readonly IntId line = new(23);

            [RunsIn(Context.Task, Within = Section.CpuStarting)]
            void Stop()
            {
                Irq.DisablePercpuNmi(line);
                Irq.TeardownPercpuNmi(line);
            }

            [RunsIn(Context.Task, Within = Section.CpuStarting)]
            void Start() => [|Irq.EnablePercpuNmi(line)|];

            public void Open()
            {
                if (Irq.RequestPercpuNmi(line, Handle, "pmu") != Errno.Ok)
                {
                    Printk.Deferred("no NMI");
                }
            }

            [RunsIn(Context.PseudoNmi)] IrqReturn Handle(IntId irq) => IrqReturn.Handled;
        }
        """);

    [Fact]
    public Task Reported_once_and_not_for_every_later_step() => Verify.WithOwnContracts("IRQ0205", """
        class Pmu
        {
            public void Run(int line)
            {
                if (Kernel.Ask(line) == Result.Success)
                {
                    [|Kernel.On(line)|];
                    Kernel.Off(line);
                }
            }
        }
        """);

    [Fact]
    public Task Valid_whole_life_of_a_line() => Verify.Valid("""
        class Pmu
        {
            private readonly IntId line = new(23);

            public Errno Open()
            {
                Errno err = Irq.RequestPercpuNmi(line, Handle, "pmu");
                if (err != Errno.Ok)
                {
                    return err;
                }

                using (Preemption.Off())
                {
                    Start();
                }

                return err;
            }

            public void Close()
            {
                using (Preemption.Off())
                {
                    Irq.DisablePercpuNmi(line);
                    Irq.TeardownPercpuNmi(line);
                }

                Irq.FreePercpuNmi(line);
            }

            void Start()
            {
                if (Irq.PreparePercpuNmi(line) == Errno.Ok)
                {
                    Irq.EnablePercpuNmi(line);
                }
            }

            [RunsIn(Context.PseudoNmi)] IrqReturn Handle(IntId irq) => IrqReturn.Handled;
        }
        """);

    [Fact]
    public Task Valid_state_unknown_at_entry_after_unknown_code_and_for_another_line() => Verify.WithOwnContracts("", """
        class Pmu
        {
            public void Up(int line) => Kernel.On(line);

            public void Both(int first, int second)
            {
                if (Kernel.Ask(first) == Result.Success)
                {
                    Kernel.On(second);
                    Someone.Prepares(first);
                    Kernel.On(first);
                }
            }

            public void EachInTurn(int[] lines)
            {
                foreach (int line in lines)
                {
                    Kernel.Ready(line);
                    Kernel.On(line);
                }
            }
        }

        static class Someone { public static void Prepares(int line) { } }
        """);

    [Fact]
    public Task An_NMI_is_routed_after_its_request() => Verify.Reported("IRQ0205", """
        class Uart
        {
            static readonly IntId line = IntId.Spi(9);

            public Errno Open(CpuId cpu)
            {
                Errno err = Irq.RequestNmi(line, Handle, IrqRequestFlags.PerCpu | IrqRequestFlags.NoAutoEnable, "uart");
                if (err == Errno.Ok)
                {
                    [|Irq.SetAffinity(line, cpu)|];
                    Irq.EnableNmi(line);
                }

                return err;
            }

            [RunsIn(Context.PseudoNmi)] static IrqReturn Handle(IntId irq) => IrqReturn.Handled;
        }
        """,
        "'Irq.SetAffinity' on 'line': an NMI stays on the CPU that its line was routed to: set the affinity before the request");

    [Fact]
    public Task Valid_an_NMI_is_routed_before_its_request_and_an_ordinary_line_at_any_time() => Verify.Valid("""
        class Uart
        {
            static readonly IntId line = IntId.Spi(9);

            public Errno Open(CpuId cpu)
            {
                Errno err = Irq.SetAffinity(line, cpu);
                if (err == Errno.Ok && Irq.RequestNmi(line, Handle, IrqRequestFlags.PerCpu | IrqRequestFlags.NoAutoEnable, "uart") == Errno.Ok)
                {
                    Irq.EnableNmi(line);
                    return Errno.Ok;
                }

                return err;
            }

            public void Move(CpuId cpu)
            {
                Irq.DisableNmiNosync(line);
                Irq.FreeNmi(line);
                Irq.SetAffinity(line, cpu);
                Open(cpu);
            }

            public void MoveWhatIsNotKnown(IntId irq, CpuId cpu) => Irq.SetAffinity(irq, cpu);

            [RunsIn(Context.PseudoNmi)] static IrqReturn Handle(IntId irq) => IrqReturn.Handled;
        }

        class Disk
        {
            static readonly IntId line = IntId.Spi(10);

            public Errno Open(CpuId cpu)
            {
                Errno err = Irq.RequestIrq(line, Handle, IrqRequestFlags.None, "disk");
                return err == Errno.Ok ? Irq.SetAffinity(line, cpu) : err;
            }

            [RunsIn(Context.HardIrq)] static IrqReturn Handle(IntId irq) => IrqReturn.Handled;
        }
        """);
}
