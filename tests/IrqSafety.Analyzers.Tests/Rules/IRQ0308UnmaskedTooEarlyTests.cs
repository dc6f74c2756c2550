using System.Threading.Tasks;
using Xunit;

namespace IrqSafety.Analyzers.Tests.Rules;

public sealed class IRQ0308UnmaskedTooEarlyTests
{
    [Fact]
    public Task Reported_before_stacks_and_handlers_are_there() => Verify.Reported("IRQ0308", """
        class Boot
        {
            [PreparesInterrupts("the IRQ stacks")]
            private static void InitIrqStacks() { }

            [PreparesInterrupts("the root handler")]
            private static void InitIrqChip() { }

            public void StartKernel()
            {
                [|LocalDaif.Restore(DaifFlags.ProcessNoIrq)|];
                InitIrqStacks();
            }

            public void StartSecondary(bool late)
            {
                [|LocalIrq.Enable()|];
                InitIrqChip();
            }

            public void ThroughAHelper()
            {
                [|SetupArch()|];
                InitIrqStacks();
            }

            private static void SetupArch() => LocalIrq.Enable();
        }
        """,
        "'LocalDaif.Restore' lets interrupts and NMIs in before 'Boot.InitIrqStacks' has prepared the IRQ stacks. Prepare first.",
        "'LocalIrq.Enable' lets interrupts in before 'Boot.InitIrqChip' has prepared the root handler. Prepare first.",
        "'Boot.SetupArch' lets interrupts in before 'Boot.InitIrqStacks' has prepared the IRQ stacks. Prepare first.");

    [Fact]
    public Task Reported_where_an_NMI_is_let_in_before_the_special_INTIDs_are_told() => Verify.Reported("IRQ0308", """
        class Gic
        {
            [RunsIn(Context.HardIrq | Context.PseudoNmi)]
            private void HandleIrq()
            {
                IntId irq = Icc.ReadIar1();
                Icc.MaskIrqs();
                [|LocalDaif.Restore(DaifFlags.ProcessNoIrq)|];
                if (irq.IsSpecial)
                {
                    return;
                }

                Icc.WriteEoir1(irq);
            }
        }
        """,
        "'LocalDaif.Restore' lets interrupts and NMIs in before it is known that 'Icc.ReadIar1' returned an interrupt. Return for the special INTIDs 1020 to 1023 first, with everything still masked.");

    [Fact]
    public Task Silent_where_the_preparation_comes_first() => Verify.Valid("""
        class Boot
        {
            [PreparesInterrupts("the IRQ stacks")]
            private static void InitIrqStacks() { }

            public void StartKernel()
            {
                InitIrqStacks();
                LocalDaif.Restore(DaifFlags.ProcessNoIrq);
                LocalIrq.Enable();
            }

            public void Masked()
            {
                LocalIrq.Disable();
                InitIrqStacks();
                LocalIrq.Enable();
            }

            public void Restored()
            {
                IrqFlags flags = LocalIrq.Save();
                LocalIrq.Restore(flags);
                InitIrqStacks();
            }
        }
        """);

    [Fact]
    public Task Silent_where_it_is_tested_first_or_the_handler_is_no_NMI() => Verify.Valid("""
        class Gic
        {
            [RunsIn(Context.HardIrq | Context.PseudoNmi)]
            private void Tested()
            {
                IntId irq = Icc.ReadIar1();
                if (irq.IsSpecial)
                {
                    return;
                }

                Icc.MaskIrqs();
                LocalDaif.Restore(DaifFlags.ProcessNoIrq);
                Icc.WriteEoir1(irq);
            }

            [RunsIn(Context.HardIrq | Context.PseudoNmi)]
            private void Compared()
            {
                IntId irq = Icc.ReadIar1();
                if (irq.Value >= 1020 && irq.Value <= 1023)
                {
                    return;
                }

                Icc.MaskIrqs();
                LocalDaif.Restore(DaifFlags.ProcessNoIrq);
                Icc.WriteEoir1(irq);
            }

            // From interrupts on, a special INTID is no NMI, and NMIs may come: gic_handle_irq_from_irqson().
            [RunsIn(Context.HardIrq)]
            private void FromIrqsOn()
            {
                IntId irq = Icc.ReadIar1();
                Icc.MaskIrqs();
                LocalDaif.Restore(DaifFlags.ProcessNoIrq);
                if (!irq.IsSpecial)
                {
                    Icc.WriteEoir1(irq);
                }
            }

            [RunsIn(Context.HardIrq | Context.PseudoNmi)]
            private void Split(bool irqsOn)
            {
                if (irqsOn)
                {
                    FromIrqsOn();
                }
            }
        }
        """);
}
