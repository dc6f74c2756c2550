using System.Threading.Tasks;
using Xunit;

namespace IrqSafety.Analyzers.Tests.Rules;

public sealed class IRQ0302UnconditionalEnableTests
{
    [Fact]
    public Task Reported_where_a_caller_or_the_context_has_interrupts_off() => Verify.Reported("IRQ0302", """
        class Clock
        {
            private int ticks;

            [RequiresMasked(Mask.Irq)]
            public void Declared()
            {
                LocalIrq.Disable();
                ticks++;
                [|LocalIrq.Enable()|];
            }

            [RunsIn(Context.HardIrq)]
            private void OnTick()
            {
                [|LocalIrq.Enable()|];
            }

            public void Update()
            {
                IrqFlags flags = LocalIrq.Save();
                Read();
                LocalIrq.Restore(flags);
            }

            private void Read()
            {
                LocalIrq.Disable();
                ticks++;
                [|LocalIrq.Enable()|];
            }
        }
        """,
        "'LocalIrq.Enable' turns interrupts on, but they are off where Declared is called. Save the state and restore that.",
        "'LocalIrq.Enable' turns interrupts on, but they are off where OnTick is called. Save the state and restore that.",
        "'LocalIrq.Enable' turns interrupts on, but they are off where Read is called, reached via Update → Read. Save the state and restore that.");

    [Fact]
    public Task Reported_where_the_state_before_was_saved_or_a_lock_was_taken_with_interrupts_off() => Verify.Reported("IRQ0302", """
        class Clock
        {
            private readonly RawSpinLock clockLock = new();

            public void Saved()
            {
                IrqFlags flags = LocalIrq.Save();
                [|LocalIrq.Enable()|];
            }

            public void UnderALock()
            {
                using (clockLock.LockIrqSave())
                {
                    [|LocalIrq.Enable()|];
                }
            }
        }
        """,
        "'LocalIrq.Enable' turns interrupts on, but 'LocalIrq.Save' saved the state before, in which they may be off. Restore what was saved.",
        "'LocalIrq.Enable' turns interrupts on under the lock that 'RawSpinLock.LockIrqSave' took with them off. Release the lock first.");

    [Fact]
    public Task Reported_where_the_body_promises_to_keep_the_mask() => Verify.Reported("IRQ0302", """
        class Chip
        {
            [KeepsMask(Mask.Irq)]
            public void Ack()
            {
                LocalIrq.Disable();
                [|LocalIrq.Enable()|];
            }
        }
        """,
        "'LocalIrq.Enable' turns interrupts on, but Ack promises to keep the mask it finds. Save the state and restore that.");

    [Fact]
    public Task Reported_across_types_in_the_build() => Verify.Reported("IRQ0352", """
        class Clock(Counter counter)
        {
            private readonly RawSpinLock clockLock = new();

            public void Update()
            {
                using (clockLock.LockIrqSave())
                {
                    counter.Read();
                }
            }
        }

        class Counter
        {
            public void Read()
            {
                LocalIrq.Disable();
                [|LocalIrq.Enable()|];
            }
        }
        """);

    // irqchip callbacks run under the descriptor's raw lock, with interrupts off.
    [Fact]
    public Task Reported_in_a_callback_whose_delegate_type_says_that_interrupts_are_off() => Verify.Reported("IRQ0302", """
        class Expander
        {
            public IrqChip Chip => new("expander") { Mask = OnMask };

            [RunsIn(Context.Task | Context.HardIrq, Within = Section.PreemptOff)]
            private static void Declared(IntId irq)
            {
                LocalIrq.Disable();
                LocalIrq.Enable();
            }

            private static void OnMask(IntId irq)
            {
                LocalIrq.Disable();
                [|LocalIrq.Enable()|];
            }
        }
        """.Replace("private static void OnMask", "internal static void OnMask", System.StringComparison.Ordinal));

    [Fact]
    public Task Silent_where_interrupts_are_known_to_be_on_or_nothing_is_known() => Verify.Valid("""
        class Idle
        {
            private int ticks;

            public void Loop(bool run)
            {
                while (run)
                {
                    LocalIrq.Disable();
                    Processor.WaitForInterrupt();
                    LocalIrq.Enable();
                }
            }

            public void Count()
            {
                LocalIrq.Disable();
                ticks++;
                LocalIrq.Enable();
            }

            public void Caller()
            {
                Count();
            }

            [RequiresUnmasked(Mask.Irq)]
            public void WithInterruptsOn()
            {
                IrqFlags flags = LocalIrq.Save();
                LocalIrq.Enable();
            }

            [RunsIn(Context.Task)]
            private void Thread()
            {
                LocalIrq.Disable();
                LocalIrq.Enable();
            }
        }
        """);

    [Fact]
    public Task Silent_where_the_contract_says_that_it_unmasks() => Verify.Valid("""
        class SoftIrq
        {
            // __do_softirq(): called with interrupts off, serves with them on.
            [RequiresMasked(Mask.Irq)]
            [SetsMask(Mask.Irq, false)]
            public void Serve()
            {
                LocalIrq.Enable();
            }

            public void Exit()
            {
                LocalIrq.Disable();
                Serve();
            }
        }
        """);

    [Fact]
    public Task A_call_whose_contract_says_that_it_unmasks_is_judged_like_an_enable() => Verify.Reported("IRQ0302", """
        class SoftIrq
        {
            [SetsMask(Mask.Irq, false)]
            public void Serve()
            {
                LocalIrq.Enable();
            }

            public void Exit()
            {
                IrqFlags flags = LocalIrq.Save();
                [|Serve()|];
                LocalIrq.Restore(flags);
            }
        }
        """);

    [Fact]
    public Task In_an_NMI_the_operation_itself_is_illegal_and_that_is_said_once() => Verify.Reported("IRQ0202", """
        class Watchdog
        {
            [RunsIn(Context.PseudoNmi)]
            private void OnNmi()
            {
                [|LocalIrq.Enable()|];
            }
        }
        """);

    [Fact]
    public Task After_a_DAIF_section_interrupts_are_as_they_were() => Verify.Valid("""
        class Cpu0
        {
            public void Sleepable()
            {
                DaifFlags flags = LocalDaif.Save();
                LocalDaif.Restore(flags);
                Slab.Allocate(64, mayWait: true);
            }
        }
        """);
}
