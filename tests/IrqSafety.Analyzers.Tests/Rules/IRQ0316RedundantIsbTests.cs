using System.Threading.Tasks;
using Xunit;

namespace IrqSafety.Analyzers.Tests.Rules;

/// <summary>IRQ0316: ISB after a write of PMR that needs none.</summary>
public sealed class IRQ0316RedundantIsbTests
{
    private const string Id = "IRQ0316";

    [Fact]
    public Task Masking_followed_by_an_ISB() => Verify.Reported(
        Id,
        """
        static class Mask
        {
            [RunsIn(Context.Task, Within = Section.PreemptOff)]
            public static void Off()
            {
                Icc.WritePmr(Pmr.IrqOff);
                [|Barrier.Isb()|];
            }
        }
        """,
        "The ISB after 'Icc.WritePmr' is superfluous: the write is self-synchronising. Remove it.");

    [Fact]
    public Task Without_one() => Verify.Valid("""
        static class Mask
        {
            [RunsIn(Context.Task, Within = Section.PreemptOff)]
            public static void Off() => Icc.WritePmr(Pmr.IrqOff);
        }
        """);

    // The interrupts that the acknowledge may select depend on PMR.
    [Fact]
    public Task Before_an_acknowledge_it_is_needed() => Verify.Valid("""
        static class GicV3
        {
            [RunsIn(Context.PseudoNmi)]
            public static void FromIrqsOff()
            {
                Pmr pmr = Icc.ReadPmr();
                Icc.MaskIrqs();
                Barrier.Isb();
                IntId irq = Icc.ReadIar1();
                Icc.WritePmr(pmr);
                if (!irq.IsSpecial)
                {
                    Icc.WriteEoir1(irq);
                }
            }
        }
        """);

    [Fact]
    public Task Another_register_was_written_before() => Verify.Valid("""
        static class GicCpu
        {
            [RunsIn(Context.Task, Within = Section.CpuStarting)]
            public static void Init()
            {
                Icc.WriteBpr1(0);
                Icc.WritePmr(Pmr.IrqOff);
                Barrier.Isb();
            }
        }
        """);

    [Fact]
    public Task Something_unknown_was_called_before() => Verify.Valid("""
        static class Mask
        {
            [RunsIn(Context.Task, Within = Section.PreemptOff)]
            public static void Off(Action setUp)
            {
                setUp();
                Icc.WritePmr(Pmr.IrqOff);
                Barrier.Isb();
            }
        }
        """);

    [Fact]
    public Task It_is_not_directly_after_it() => Verify.Valid("""
        static class Mask
        {
            [RunsIn(Context.Task, Within = Section.PreemptOff)]
            public static void Off(Action work)
            {
                Icc.WritePmr(Pmr.IrqOff);
                work();
                Barrier.Isb();
            }
        }
        """);

    [Fact]
    public Task On_one_path_it_is_needed() => Verify.Valid("""
        static class Mask
        {
            [RunsIn(Context.Task, Within = Section.PreemptOff)]
            public static IntId Look(bool look)
            {
                Icc.WritePmr(Pmr.IrqOff);
                Barrier.Isb();
                return look ? Icc.ReadHppir1() : IntId.Spurious;
            }
        }
        """);
}
