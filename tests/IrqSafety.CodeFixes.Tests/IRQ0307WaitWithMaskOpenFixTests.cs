using System.Threading.Tasks;
using IrqSafety.Testing;
using Xunit;

namespace IrqSafety.CodeFixes.Tests;

/// <summary>IRQ0307: Wait with the priority mask open. With the rule, so that what is fixed is no longer found.</summary>
public sealed class IRQ0307WaitWithMaskOpenFixTests
{
    [Fact]
    public Task The_wait_becomes_one_that_opens_the_priority_mask() => CodeFixVerifier.Verify(
        new IRQ0307WaitWithMaskOpenFix(),
        "IRQ0307",
        ["""
        using IrqSafety.Contracts;
        using IrqSafety.Runtime;

        class Idle
        {
            public void Disabled()
            {
                LocalIrq.Disable();
                [|Processor.Wfi()|]; // sleeps
                LocalIrq.Enable();
            }

            [RequiresMasked(Mask.Irq)]
            public void Enter() => [|Processor.Wfi()|];
        }
        """],
        ["""
        using IrqSafety.Contracts;
        using IrqSafety.Runtime;

        class Idle
        {
            public void Disabled()
            {
                LocalIrq.Disable();
                Processor.WaitForInterrupt(); // sleeps
                LocalIrq.Enable();
            }

            [RequiresMasked(Mask.Irq)]
            public void Enter() => Processor.WaitForInterrupt();
        }
        """],
        "Wait with the priority mask open",
        TestContext.Current.CancellationToken);

    [Fact]
    public Task Nothing_is_offered_in_a_handler_or_where_the_operation_names_no_other() => CodeFixVerifier.NotOffered(
        new IRQ0307WaitWithMaskOpenFix(),
        "IRQ0307",
        ["""
        using IrqSafety.Contracts;
        using IrqSafety.Runtime;

        class Psci
        {
            [WaitsForInterrupt]
            public static void CpuSuspend() { }

            [RequiresMasked(Mask.Irq)]
            public void Enter() => [|CpuSuspend()|];

            [RunsIn(Context.HardIrq)]
            private void OnIrq() => [|Processor.Wfi()|];
        }
        """],
        TestContext.Current.CancellationToken);
}
