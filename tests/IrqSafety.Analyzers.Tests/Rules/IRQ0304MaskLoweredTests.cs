using System.Threading.Tasks;
using Xunit;

namespace IrqSafety.Analyzers.Tests.Rules;

public sealed class IRQ0304MaskLoweredTests
{
    [Fact]
    public Task Reported_where_a_constant_masks_less_than_what_is_around_it() => Verify.Reported("IRQ0304", """
        class Entry
        {
            [RunsIn(Context.PseudoNmi)]
            private void OnNmi() => [|LocalDaif.Restore(DaifFlags.ProcessNoIrq)|];

            [RunsIn(Context.HardIrq)]
            private void OnIrq()
            {
                Pmr before = Icc.ReadPmr();
                [|Icc.WritePmr(Pmr.IrqOn)|];
            }

            public void Section()
            {
                DaifFlags flags = LocalDaif.Save();
                [|LocalDaif.Restore(DaifFlags.Process)|];
            }

            [RequiresMasked(Mask.Nmi)]
            public void Suspend() => [|Icc.WritePmr(new Pmr(0xc0))|];
        }
        """,
        "'LocalDaif.Restore' writes DaifFlags.ProcessNoIrq, which lets interrupts and NMIs in that are masked where OnNmi is called. Restore what was saved, or keep the stricter of both.",
        "'Icc.WritePmr' writes Pmr.IrqOn, which lets interrupts in that are masked where OnIrq is called. Restore what was saved, or keep the stricter of both.",
        "'LocalDaif.Restore' writes DaifFlags.Process, which lets interrupts in that 'LocalDaif.Save' may have found or left masked. Restore what was saved, or keep the stricter of both.",
        "'Icc.WritePmr' writes new Pmr(0xc0), which lets NMIs in that are masked where Suspend is called. Restore what was saved, or keep the stricter of both.");

    [Fact]
    public Task Reported_through_calls_and_under_a_lock() => Verify.Reported("IRQ0304", """
        class Chip
        {
            private readonly RawSpinLock chipLock = new();

            public void Resume()
            {
                using (chipLock.LockIrqSave())
                {
                    Initialise();
                }
            }

            private void Initialise() => [|Icc.WritePmr(Pmr.Default)|];
        }
        """,
        "'Icc.WritePmr' writes Pmr.Default, which lets interrupts in that are masked where Initialise is called, reached via Resume → Initialise. Restore what was saved, or keep the stricter of both.");

    [Fact]
    public Task Reported_across_types_in_the_build() => Verify.Reported("IRQ0354", """
        class Resume(CpuInterfaceDriver driver)
        {
            public void Run()
            {
                IrqFlags flags = LocalIrq.Save();
                driver.Initialise();
                LocalIrq.Restore(flags);
            }
        }

        class CpuInterfaceDriver
        {
            public void Initialise() => [|Icc.WritePmr(Pmr.IrqOn)|];
        }
        """);

    [Fact]
    public Task Silent_where_what_was_read_is_written_back_or_the_stricter_of_both() => Verify.Valid("""
        class Entry
        {
            [RunsIn(Context.HardIrq | Context.PseudoNmi)]
            private void Root()
            {
                Pmr interrupted = Icc.ReadPmr();
                Icc.MaskIrqs();
                Icc.WritePmr(interrupted);
            }

            public void AtMost(Pmr wanted)
            {
                Pmr before = Icc.ReadPmr();
                Icc.WritePmr(before.Value < wanted.Value ? before : wanted);
                Icc.WritePmr(before);
            }

            [RunsIn(Context.HardIrq)]
            private void StaysMasked() => Icc.WritePmr(Pmr.IrqOff);

            // Nothing is known to be masked here.
            public void Initialise() => Icc.WritePmr(Pmr.IrqOn);

            public void Own()
            {
                LocalDaif.Mask();
                LocalDaif.Restore(DaifFlags.Process);
            }

            [RequiresMasked(Mask.Irq)]
            [SetsMask(Mask.Irq, false)]
            public void Opens() => Icc.WritePmr(Pmr.IrqOn);
        }
        """);
}
