using System.Threading.Tasks;
using Xunit;

namespace IrqSafety.Analyzers.Tests.Rules;

/// <summary>A handler of two roles asks which it is in, or enters an NMI itself: each branch is judged by what it knows.</summary>
public sealed class ContextNarrowingTests
{
    // gic_handle_irq of the pseudo-NMI thread.
    [Fact]
    public Task A_root_handler_that_asks_is_legal() => Verify.Valid("""
        class Gic
        {
            [RunsIn(Context.HardIrq | Context.PseudoNmi)]
            private void HandleIrq()
            {
                if (Processor.InNmi)
                {
                    Pmr interrupted = Icc.ReadPmr();
                    Icc.MaskIrqs();
                    IntId nmi = Icc.ReadIar1();
                    Barrier.Isb();
                    Icc.WritePmr(interrupted);
                    if (!nmi.IsSpecial)
                    {
                        Icc.WriteEoir1(nmi);
                        Irq.GenericHandleDomainNmi(nmi);
                    }

                    return;
                }

                IntId irq = Icc.ReadIar1();
                Barrier.Isb();
                if (irq.IsSpecial)
                {
                    return;
                }

                Icc.WriteEoir1(irq);
                if (Icc.ReadRpr() == Priority.Nmi)
                {
                    NmiContext.Enter();
                    Irq.GenericHandleDomainNmi(irq);
                    NmiContext.Exit();
                    return;
                }

                Icc.MaskIrqs();
                LocalDaif.Restore(DaifFlags.ProcessNoIrq);
                Irq.GenericHandleDomainIrq(irq);
            }
        }
        """);

    [Fact]
    public Task Each_branch_is_judged_by_what_it_knows() => Verify.Reported("IRQ0201", """
        class Handler
        {
            private readonly SpinLock stateLock = new();

            [RunsIn(Context.HardIrq | Context.PseudoNmi)]
            private void Handle()
            {
                bool nmi = Processor.InNmi;
                if (!nmi)
                {
                    using (stateLock.Lock())
                    {
                    }
                }
                else
                {
                    using ([|stateLock.Lock()|])
                    {
                    }
                }
            }
        }
        """);

    [Fact]
    public Task A_callee_is_entered_in_what_the_branch_knows() => Verify.Reported("IRQ0201", """
        class Handler
        {
            private readonly SpinLock stateLock = new();

            [RunsIn(Context.HardIrq | Context.PseudoNmi)]
            private void Handle()
            {
                if (Processor.InNmi)
                {
                    AsNmi();
                    return;
                }

                AsIrq();
            }

            private void AsIrq()
            {
                using (stateLock.Lock())
                {
                }
            }

            private void AsNmi()
            {
                using ([|stateLock.Lock()|])
                {
                }
            }
        }
        """);

    [Fact]
    public Task After_nmi_enter_the_code_is_an_NMI() => Verify.Reported("IRQ0201", """
        class Handler
        {
            private readonly SpinLock stateLock = new();

            [RunsIn(Context.HardIrq)]
            private void Handle()
            {
                using (stateLock.Lock())
                {
                }

                LocalDaif.Mask();
                NmiContext.Enter();
                using ([|stateLock.Lock()|])
                {
                }

                NmiContext.Exit();
                using (stateLock.Lock())
                {
                }
            }
        }
        """);

    [Fact]
    public Task A_question_of_the_programs_own_tells_as_its_contract_says() => Verify.Valid("""
        class Handler
        {
            private readonly SpinLock stateLock = new();

            [TellsContext(Context.AnyNmi)]
            private static bool IsNmi() => Processor.InNmi;

            [RunsIn(Context.HardIrq | Context.PseudoNmi)]
            private void Handle()
            {
                if (IsNmi())
                {
                    return;
                }

                using (stateLock.Lock())
                {
                }
            }
        }
        """);
}
