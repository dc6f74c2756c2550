using System.Threading.Tasks;
using Xunit;

namespace IrqSafety.Analyzers.Tests.Rules;

public sealed class IRQ0202UnsafeCallInNmiTests
{
    [Fact]
    public Task Reported_wake_up_three_calls_deep() => Verify.Reported("IRQ0202", """
        class Backtrace
        {
            readonly WaitQueue watchers = new();

            [RunsIn(Context.PseudoNmi)]
            void BacktraceHandler() => DumpCpu();

            void DumpCpu() => Done();
            void Done() => [|watchers.WakeUp()|];
        }
        """,
        "'WaitQueue.WakeUp' is not safe in a pseudo-NMI: it takes the runqueue lock, reached via BacktraceHandler → DumpCpu → Done. Defer it through irq_work.");

    [Fact]
    public Task Reported_allocation() => Verify.Reported("IRQ0202", """
        class Backtrace
        {
            [RunsIn(Context.PseudoNmi)]
            void Handle()
            {
                SlabObject? buffer = [|Slab.Allocate(64)|];
            }
        }
        """,
        "'Slab.Allocate' is not safe in a pseudo-NMI: it allocates memory and so takes the allocator's locks. Defer it through irq_work.");

    [Fact]
    public Task Reported_through_recursion() => Verify.Reported("IRQ0202", """
        class Backtrace
        {
            readonly WaitQueue watchers = new();

            [RunsIn(Context.PseudoNmi)]
            void Handle(int depth)
            {
                if (depth > 0)
                {
                    Other(depth - 1);
                }
            }

            void Other(int depth)
            {
                [|watchers.WakeUp()|];
                Handle(depth);
            }
        }
        """);

    [Fact]
    public Task Reported_for_a_handler_assigned_to_a_field_that_says_where_it_runs() => Verify.Reported("IRQ0202", """
        class Driver
        {
            [RunsIn(Context.SdeiNormal)] Action? onEvent;
            readonly WaitQueue watchers = new();

            public void Open() => onEvent = () => [|watchers.WakeUp()|];
        }
        """);

    [Fact]
    public Task Reported_for_an_implementation_of_a_contracted_interface_method() => Verify.Reported("IRQ0202", """
        interface IHandler { [RunsIn(Context.PseudoNmi)] void Handle(); }

        class Driver : IHandler
        {
            readonly WaitQueue watchers = new();
            public void Handle() => [|watchers.WakeUp()|];
        }
        """);

    [Fact]
    public Task Reported_for_a_delegate_type_that_says_where_it_runs() => Verify.Reported("IRQ0202", """
        [RunsIn(Context.PseudoNmi)] delegate void NmiCallback();

        class Driver
        {
            readonly WaitQueue watchers = new();
            NmiCallback? callback;

            public void Open() => callback = Handle;
            void Handle() => [|watchers.WakeUp()|];
        }
        """);

    [Fact]
    public Task Reported_with_own_primitives() => Verify.WithOwnContracts("IRQ0202", """
        class Driver
        {
            public void Open() => Kernel.Attach(Handle);
            void Handle() => Dump();
            void Dump() => [|Kernel.Wake()|];
        }
        """,
        "'Kernel.Wake' is not safe in a pseudo-NMI: it touches the scheduler, reached via Handle → Dump. Defer it through irq_work.");

    [Fact]
    public Task Valid_wake_up_from_an_interrupt() => Verify.Valid("""
        class Driver
        {
            readonly WaitQueue watchers = new();
            [RunsIn(Context.HardIrq)] void Handle() => watchers.WakeUp();
        }
        """);

    [Fact]
    public Task Valid_call_of_what_promises_to_be_nmi_safe() => Verify.Valid("""
        class Driver
        {
            readonly IrqWork work = new(() => { });
            [RunsIn(Context.PseudoNmi)] void Handle() => Safe();
            [NmiSafe] void Safe() => work.Queue();
        }
        """);

    [Fact]
    public Task Valid_unknown_callee_and_unregistered_lambda() => Verify.Valid("""
        class Driver
        {
            readonly WaitQueue watchers = new();
            readonly Func<int> unknown = () => 0;

            [RunsIn(Context.PseudoNmi)] void Handle() { unknown(); GC.KeepAlive(this); }

            public void Open() => Later(() => watchers.WakeUp());
            static void Later(Action action) { }
        }
        """);
}
