using System.Threading.Tasks;
using IrqSafety.Testing;
using Xunit;

namespace IrqSafety.CodeFixes.Tests;

/// <summary>IRQ0308: Test for special INTIDs first. With the rule, so that what is fixed is no longer found.</summary>
public sealed class IRQ0308TestSpecialFirstFixTests
{
    [Fact]
    public Task The_handler_returns_for_special_INTIDs_right_after_the_acknowledge() => CodeFixVerifier.Verify(
        new IRQ0308TestSpecialFirstFix(),
        "IRQ0308",
        ["""
        using IrqSafety.Contracts;
        using IrqSafety.Runtime;

        class Gic
        {
            [RunsIn(Context.HardIrq | Context.PseudoNmi)]
            private void HandleIrq()
            {
                IntId irq = Icc.ReadIar1(); // acknowledges
                Icc.MaskIrqs();
                [|LocalDaif.Restore(DaifFlags.ProcessNoIrq)|];
                {|IRQ0311:Icc.WriteEoir1(irq)|};
            }
        }
        """],
        ["""
        using IrqSafety.Contracts;
        using IrqSafety.Runtime;

        class Gic
        {
            [RunsIn(Context.HardIrq | Context.PseudoNmi)]
            private void HandleIrq()
            {
                IntId irq = Icc.ReadIar1(); // acknowledges
                if (irq.IsSpecial)
                {
                    return;
                }

                Icc.MaskIrqs();
                LocalDaif.Restore(DaifFlags.ProcessNoIrq);
                Icc.WriteEoir1(irq);
            }
        }
        """],
        "Test for special INTIDs first",
        TestContext.Current.CancellationToken);

    [Fact]
    public Task Nothing_is_offered_where_preparation_is_missing_or_a_value_is_returned() => CodeFixVerifier.NotOffered(
        new IRQ0308TestSpecialFirstFix(),
        "IRQ0308",
        ["""
        using IrqSafety.Contracts;
        using IrqSafety.Runtime;

        class Gic
        {
            [PreparesInterrupts("the IRQ stacks")]
            private static void InitIrqStacks() { }

            public void StartKernel()
            {
                [|LocalIrq.Enable()|];
                InitIrqStacks();
            }

            [RunsIn(Context.HardIrq | Context.PseudoNmi)]
            private IntId Acknowledge()
            {
                IntId irq = Icc.ReadIar1();
                Icc.MaskIrqs();
                [|LocalDaif.Restore(DaifFlags.ProcessNoIrq)|];
                return irq;
            }
        }
        """],
        TestContext.Current.CancellationToken);
}
