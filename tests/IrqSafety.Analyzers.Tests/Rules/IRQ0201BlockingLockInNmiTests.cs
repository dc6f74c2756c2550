using System.Threading.Tasks;
using Xunit;

namespace IrqSafety.Analyzers.Tests.Rules;

public sealed class IRQ0201BlockingLockInNmiTests
{
    [Fact]
    public Task Reported_console_lock_in_a_handler_that_may_be_an_nmi() => Verify.Reported("IRQ0201", """
        class Backtrace
        {
            [RunsIn(Context.HardIrq | Context.PseudoNmi)]
            void Handle() => [|Printk.Direct("trace")|];
        }
        """,
        "'Printk.Direct' may have to wait for 'console' in a pseudo-NMI: the interrupted code may hold it. Use a try form, a lock of the NMI's own, or defer the work.");

    // On the path that comes first the lock is the NMI's own.
    [Fact]
    public Task Reported_where_the_lock_is_another_one_on_one_of_the_paths() => Verify.Reported("IRQ0201", """
        [assembly: DeclareLockClass("log", LockKind.RawSpin, UsedIn = Context.Task)]

        class Trace
        {
            static readonly RawSpinLock s_own = new();
            [LockClass(Alias = "log")] static readonly RawSpinLock s_log = new("log");

            [RunsIn(Context.PseudoNmi)]
            void Handle(bool own)
            {
                RawSpinLock buffer = own ? s_own : s_log;
                [|buffer.Acquire()|];
                buffer.Release();
            }
        }
        """,
        "'RawSpinLock.Acquire' may have to wait for 'Trace.s_log' in a pseudo-NMI: the interrupted code may hold it. Use a try form, a lock of the NMI's own, or defer the work.");

    [Fact]
    public Task Valid_where_the_lock_is_the_nmis_own_on_each_path() => Verify.Valid("""
        class Trace
        {
            static readonly RawSpinLock s_first = new();
            static readonly RawSpinLock s_second = new();

            [RunsIn(Context.PseudoNmi)]
            void Handle(bool first)
            {
                RawSpinLock buffer = first ? s_first : s_second;
                buffer.Acquire();
                buffer.Release();
            }
        }
        """);

    [Fact]
    public Task Reported_three_calls_deep_with_the_shortest_path() => Verify.Reported("IRQ0201", """
        class Backtrace
        {
            [RunsIn(Context.PseudoNmi)]
            void Handle() { Long(); Short(); }

            void Long() => Middle();
            void Middle() => Short();
            void Short() => [|Printk.Direct("trace")|];
        }
        """,
        "'Printk.Direct' may have to wait for 'console' in a pseudo-NMI, reached via Handle → Short: the interrupted code may hold it. Use a try form, a lock of the NMI's own, or defer the work.");

    [Fact]
    public Task Reported_spinlock_that_sleeps_on_a_real_time_build() => Verify.Reported("IRQ0201", """
        class Driver
        {
            readonly SpinLock stateLock = new();

            [RunsIn(Context.PseudoNmi)]
            void Handle()
            {
                using ([|stateLock.Lock()|])
                {
                }
            }
        }
        """);

    [Fact]
    public Task Reported_in_another_part_of_the_type() => Verify.ReportedInFiles("IRQ0201",
        "partial class Driver { [RunsIn(Context.PseudoNmi)] void Handle() => Dump(); }",
        "partial class Driver { void Dump() => [|Printk.Direct(\"\")|]; }");

    [Fact]
    public Task Reported_in_a_lambda_that_is_registered() => Verify.Reported("IRQ0201", """
        class Driver
        {
            void Open()
            {
                Errno err = Irq.RequestPercpuNmi(new IntId(23), irq =>
                {
                    [|Printk.Direct("")|];
                    return IrqReturn.Handled;
                }, "pmu");
            }
        }
        """);

    [Fact]
    public Task Reported_in_a_local_function_through_a_local_delegate() => Verify.Reported("IRQ0201", """
        class Driver
        {
            Errno Open()
            {
                IrqHandler handler = Handle;
                return Irq.RequestPercpuNmi(new IntId(23), handler, "pmu");

                IrqReturn Handle(IntId irq)
                {
                    [|Printk.Direct("")|];
                    return IrqReturn.Handled;
                }
            }
        }
        """);

    [Fact]
    public Task Reported_in_a_nested_type_a_property_and_a_generic_method() => Verify.Reported("IRQ0201", """
        class Driver
        {
            [RunsIn(Context.PseudoNmi)]
            int Handle() => Inner.Value + Convert<int>(Inner.Method());

            static int Convert<T>(T value) { [|Printk.Direct("")|]; return 0; }

            static class Inner
            {
                public static int Value { get { [|Printk.Direct("")|]; return 1; } }
                public static int Method() { [|Printk.Direct("")|]; return 1; }
            }
        }
        """);

    [Fact]
    public Task Reported_once_although_two_handlers_reach_it() => Verify.Reported("IRQ0201", """
        class Driver
        {
            [RunsIn(Context.PseudoNmi)] void One() => Dump();
            [RunsIn(Context.SdeiNormal)] void Two() => Dump();
            void Dump() => [|Printk.Direct("")|];
        }
        """);

    [Fact]
    public Task Reported_with_own_primitives() => Verify.WithOwnContracts("IRQ0201", """
        class Driver
        {
            readonly SleepLock gate = new();

            [RunsIn(Context.PseudoNmi)]
            void Handle() { [|gate.Enter()|]; gate.Exit(); }
        }
        """);

    [Fact]
    public Task Valid_trylock() => Verify.Valid("""
        class Driver
        {
            readonly SpinLock stateLock = new();

            [RunsIn(Context.PseudoNmi)]
            void Handle()
            {
                if (stateLock.TryLock(out LockGuard guard))
                {
                    guard.Dispose();
                }
            }
        }
        """);

    [Fact]
    public Task Valid_raw_lock_private_to_the_nmi() => Verify.Valid("""
        class Driver
        {
            readonly RawSpinLock bufferLock = new();

            [RunsIn(Context.PseudoNmi)]
            void Handle()
            {
                using (bufferLock.Lock())
                {
                }
            }
        }
        """);

    [Fact]
    public Task Valid_deferred_printk_and_irq_work() => Verify.Valid("""
        class Backtrace
        {
            readonly IrqWork report;
            public Backtrace() => report = new IrqWork(Report);

            [RunsIn(Context.PseudoNmi)]
            void Handle() { Printk.Deferred("trace"); report.Queue(); }

            [RunsIn(Context.HardIrq)]
            void Report() => Printk.Direct("trace");
        }
        """);

    [Fact]
    public Task Valid_in_an_interrupt_and_in_a_task() => Verify.Valid("""
        class Driver
        {
            [RunsIn(Context.HardIrq)] void Handle() => Printk.Direct("");
            public void Show() => Printk.Direct("");
        }
        """);

    [Fact]
    public Task Valid_after_the_cpu_is_parked() => Verify.Valid("""
        class Driver
        {
            [RunsIn(Context.PseudoNmi)]
            void Handle() { Processor.Park(); Printk.Direct(""); }
        }
        """);

    [Fact]
    public Task Valid_in_a_lambda_that_is_deferred() => Verify.Valid("""
        class Driver
        {
            [RunsIn(Context.PseudoNmi)]
            void Handle()
            {
                Action later = () => Printk.Direct("");
            }
        }
        """);
}
