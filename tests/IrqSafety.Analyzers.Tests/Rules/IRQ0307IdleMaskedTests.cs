using System.Threading.Tasks;
using Xunit;

namespace IrqSafety.Analyzers.Tests.Rules;

public sealed class IRQ0307IdleMaskedTests
{
    [Fact]
    public Task Reported_where_interrupts_are_masked_by_priority() => Verify.Reported("IRQ0307", """
        class Idle
        {
            private readonly RawSpinLock stateLock = new();

            public void Disabled()
            {
                LocalIrq.Disable();
                [|Processor.Wfi()|];
                LocalIrq.Enable();
            }

            public void Saved()
            {
                IrqFlags flags = LocalIrq.Save();
                [|Processor.Wfi()|];
                LocalIrq.Restore(flags);
            }

            public void UnderALock()
            {
                using (stateLock.LockIrqSave())
                {
                    [|Processor.Wfi()|];
                }
            }

            [RunsIn(Context.HardIrq)]
            private void OnIrq() => [|Processor.Wfi()|];

            [RequiresMasked(Mask.Irq)]
            public void Enter() => Relax();

            private void Relax() => [|Processor.Wfi()|];
        }
        """,
        "'Processor.Wfi' waits for an interrupt in code that masks interrupts by priority: an IRQ is not signalled there and never wakes the CPU. Wait as cpu_do_idle does, masked by DAIF with PMR open.",
        "'Processor.Wfi' waits for an interrupt in code that masks interrupts by priority: an IRQ is not signalled there and never wakes the CPU. Wait as cpu_do_idle does, masked by DAIF with PMR open.",
        "'Processor.Wfi' waits for an interrupt in code that masks interrupts by priority: an IRQ is not signalled there and never wakes the CPU. Wait as cpu_do_idle does, masked by DAIF with PMR open.",
        "'Processor.Wfi' waits for an interrupt in code that masks interrupts by priority: an IRQ is not signalled there and never wakes the CPU. Wait as cpu_do_idle does, masked by DAIF with PMR open.",
        "'Processor.Wfi' waits for an interrupt in code that masks interrupts by priority, reached via Enter → Relax: an IRQ is not signalled there and never wakes the CPU. Wait as cpu_do_idle does, masked by DAIF with PMR open.");

    [Fact]
    public Task Reported_across_types_in_the_build() => Verify.Reported("IRQ0357", """
        class Governor(Firmware firmware)
        {
            public void Select()
            {
                LocalIrq.Disable();
                firmware.Standby();
                LocalIrq.Enable();
            }
        }

        class Firmware
        {
            public void Standby() => [|Processor.Wfi()|];
        }
        """);

    [Fact]
    public Task Silent_where_DAIF_masks_and_PMR_is_open() => Verify.Valid("""
        class Idle
        {
            public void AllMasked()
            {
                DaifFlags flags = LocalDaif.Save();
                Processor.Wfi();
                LocalDaif.Restore(flags);
            }

            public void Both()
            {
                LocalIrq.Disable();
                DaifFlags flags = LocalDaif.Save();
                Processor.Wfi();
                LocalDaif.Restore(flags);
                LocalIrq.Enable();
            }

            [RunsIn(Context.PseudoNmi)]
            private void OnNmi() => Processor.Wfi();
        }
        """);

    [Fact]
    public Task Silent_with_interrupts_on_where_it_is_not_known_and_for_cpu_do_idle() => Verify.Valid("""
        class Idle
        {
            public void Loop(bool run)
            {
                while (run)
                {
                    LocalIrq.Disable();
                    Processor.WaitForInterrupt();
                    LocalIrq.Enable();
                }
            }

            public void Unknown() => Processor.Wfi();

            public void On()
            {
                LocalIrq.Enable();
                Processor.Wfi();
            }

            [RunsIn(Context.Task, Within = Section.CpuStarting)]
            private void Starting() => Processor.Wfi();
        }
        """);

    [Fact]
    public Task A_wait_of_the_programs_own_is_judged_by_its_contract() => Verify.Reported("IRQ0307", """
        class Psci
        {
            [WaitsForInterrupt]
            public static void CpuSuspend() { }

            [RequiresMasked(Mask.Irq)]
            public void Enter() => [|CpuSuspend()|];
        }
        """);
}
