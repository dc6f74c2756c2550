using System.Threading.Tasks;
using Xunit;

namespace IrqSafety.Analyzers.Tests.Rules;

public sealed class IRQ0002HandlerContextNotDeclaredTests
{
    [Fact]
    public Task Reported_handler_of_another_type() => Verify.Reported("IRQ0002", """
        class Driver { public Errno Open() => Irq.RequestPercpuNmi(new IntId(23), [|Handlers.OnPmu|], "pmu"); }
        static class Handlers { public static IrqReturn OnPmu(IntId irq) => IrqReturn.Handled; }
        """,
        "'Handlers.OnPmu' is registered to run in a pseudo-NMI, but does not declare it, so its body is not checked while you type. Add [RunsIn(Context.PseudoNmi)] to it.");

    [Fact]
    public Task Reported_with_the_section_it_runs_in() => Verify.Reported("IRQ0002", """
        class Driver { public void Open() => CpuHotplug.SetupState("driver:starting", [|Handlers.Start|], null); }
        static class Handlers { public static void Start(CpuId cpu) { } }
        """,
        "'Handlers.Start' is registered to run in task context, but does not declare it, so its body is not checked while you type. Add [RunsIn(Context.Task, Within = Section.CpuStarting)] to it.");

    [Fact]
    public Task Valid_declared_or_of_the_same_type_or_not_ours() => Verify.Valid("""
        class Driver
        {
            public void Open()
            {
                Irq.RequestPercpuNmi(new IntId(23), Handlers.OnPmu, "pmu");
                Irq.RequestPercpuNmi(new IntId(24), OnOther, "other");
                new IrqWork(Console.WriteLine).Queue();
            }

            static IrqReturn OnOther(IntId irq) => IrqReturn.Handled;
        }

        static class Handlers { [RunsIn(Context.PseudoNmi)] public static IrqReturn OnPmu(IntId irq) => IrqReturn.Handled; }
        """);

    [Fact]
    public Task Silent_for_the_body_of_a_task_which_is_judged_as_one_anyway() => Verify.Valid("""
        static class Threads { public static void Start([RunsIn(Context.Task)] Action body) { } }
        class Driver { public void Open() => Threads.Start(Worker.Run); }
        static class Worker { public static void Run() { } }
        """);
}
