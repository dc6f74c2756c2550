using System.Threading.Tasks;
using Xunit;

namespace IrqSafety.Analyzers.Tests.Rules;

/// <summary>Ways that cross types are seen only in a build, and what is seen while typing is not said again.</summary>
public sealed class BuildTierTests
{
    [Fact]
    public Task IRQ0251_console_lock_in_a_type_that_an_nmi_calls() => Verify.Reported("IRQ0251", """
        class Driver { [RunsIn(Context.PseudoNmi)] void Handle() => Report.Dump(); }
        static class Report { public static void Dump() => [|Printk.Direct("")|]; }
        """,
        "'Printk.Direct' may have to wait for 'console' in a pseudo-NMI, reached via Handle → Dump: the interrupted code may hold it. Use a try form, a lock of the NMI's own, or defer the work.");

    [Fact]
    public Task IRQ0252_wake_up_in_a_registered_handler_of_another_type() => Verify.Reported("IRQ0252", """
        class Driver { public Errno Open() => Irq.RequestPercpuNmi(new IntId(23), {|IRQ0002:Handlers.OnPmu|}, "pmu"); }

        static class Handlers
        {
            static readonly WaitQueue watchers = new();

            public static IrqReturn OnPmu(IntId irq)
            {
                [|watchers.WakeUp()|];
                return IrqReturn.Handled;
            }
        }
        """);

    [Fact]
    public Task IRQ0258_lock_of_another_type() => Verify.Reported("IRQ0258", """
        class Driver
        {
            [RunsIn(Context.PseudoNmi)] void Handle() => Buffer.Append();
            public void Show() => Buffer.Read();
        }

        static class Buffer
        {
            static readonly RawSpinLock bufferLock = new();

            public static void Append() { [|bufferLock.Acquire()|]; bufferLock.Release(); }
            public static void Read() { bufferLock.Acquire(); bufferLock.Release(); }
        }
        """);

    [Fact]
    public Task IRQ0852_cross_call_in_a_type_that_is_called_with_interrupts_masked() => Verify.Reported("IRQ0852", """
        class Driver
        {
            public void Run()
            {
                LocalIrq.Disable();
                Census.Take();
                LocalIrq.Enable();
            }
        }

        static class Census
        {
            public static void Take() => [|Smp.CallFunctionSingle(new CpuId(1), Count, wait: true)|];
            [RunsIn(Context.HardIrq)] static void Count() { }
        }
        """);

    [Fact]
    public Task Live_finding_is_not_repeated() => Verify.Reported("IRQ0201", """
        class Driver { [RunsIn(Context.PseudoNmi)] void Handle() { Helper(); Report.Dump(); } void Helper() => [|Printk.Direct("")|]; }
        static class Report { public static void Dump() { } }
        """);

    [Fact]
    public Task Valid_lock_used_from_one_nmi_through_another_type() => Verify.Valid("""
        class Driver { [RunsIn(Context.PseudoNmi)] void Handle() => Buffer.Append(); }

        static class Buffer
        {
            static readonly RawSpinLock bufferLock = new();
            public static void Append() { bufferLock.Acquire(); bufferLock.Release(); }
        }
        """);

    // What a method calls is taken over with it, but an iterator runs when it is asked, and its turn may come later.
    [Fact]
    public Task A_body_that_calls_an_iterator_is_taken_over() => Verify.Valid("""
        class Walker
        {
            private readonly RawSpinLock own = new();

            public int Sum()
            {
                int all = 0;
                foreach (int one in Each())
                {
                    using (own.Lock()) { all += one; }
                }

                return all;
            }

            private System.Collections.Generic.IEnumerable<int> Each()
            {
                yield return 1;
            }
        }
        """);
}
