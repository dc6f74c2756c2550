using System.Threading.Tasks;
using Xunit;

namespace IrqSafety.Analyzers.Tests.Rules;

/// <summary>Orders of steps that are broken on ways that cross types are seen in a build.</summary>
public sealed class OrderRulesBuildTests
{
    [Fact]
    public Task IRQ0360_acknowledge_in_another_type() => Verify.Reported("IRQ0360", """
        static class Cpuif { public static IntId Acknowledge() => Icc.ReadIar1(); }

        static class Entry
        {
            [RunsIn(Context.HardIrq)]
            public static void HandleIrq()
            {
                IntId irq = Cpuif.Acknowledge();
                if (!irq.IsSpecial)
                {
                    [|Irq.GenericHandleDomainIrq(irq)|];
                }
            }
        }
        """);

    [Fact]
    public Task IRQ0360_the_other_type_has_the_ISB() => Verify.Valid("""
        static class Cpuif
        {
            public static IntId Acknowledge()
            {
                IntId irq = Icc.ReadIar1();
                Barrier.Isb();
                return irq;
            }
        }

        static class Entry
        {
            [RunsIn(Context.HardIrq)]
            public static void HandleIrq()
            {
                IntId irq = Cpuif.Acknowledge();
                if (!irq.IsSpecial)
                {
                    Irq.GenericHandleDomainIrq(irq);
                }
            }
        }
        """);

    [Fact]
    public Task IRQ0363_what_another_type_leaves_to_its_callers() => Verify.Reported("IRQ0363", """
        static class Regs
        {
            internal static void Off(IntId spi) => Poke(spi);

            [FollowedBy("distributor-rwp", Law = "gic.write-pending")]
            internal static void Poke(IntId spi) => Gicd.Disable(spi);
        }

        static class Chip
        {
            public static void Mask(IntId spi) => [|Regs.Off(spi)|];
        }
        """.Replace("=> Poke(spi)", "=> {|IRQ0313:Poke(spi)|}"));

    [Fact]
    public Task IRQ0365_the_redistributor_is_woken_in_another_type() => Verify.Reported("IRQ0365", """
        static class Rdist { public static void Up() { LocalIrq.Disable(); Gicr.Wake(); } }

        static class GicCpu
        {
            [RunsIn(Context.Task, Within = Section.CpuStarting)]
            public static void Init()
            {
                Rdist.Up();
                Icc.WriteCtlr(new IccControl(EoiMode.DropOnly));
                [|Icc.EnableGroup1()|];
            }
        }
        """);

    [Fact]
    public Task IRQ0367_another_type_asks() => Verify.Reported("IRQ0367", """
        static class Boot { public static bool CanUseNmis() => CpuFeatures.UsesIrqPrioMasking; }

        static class Arch
        {
            [RunsIn(Context.HardIrq)]
            public static void Enter() => [|Icc.MaskIrqs()|];
        }
        """);

    [Fact]
    public Task IRQ0368_the_group_is_disabled_in_another_type() => Verify.Reported("IRQ0368", """
        static class Cpuif
        {
            [RunsIn(Context.Task, Within = Section.CpuStarting)]
            public static void Disable() { Icc.DisableGroup1(); Barrier.Dsb(); }
        }

        static class PowerDown
        {
            [RunsIn(Context.Task, Within = Section.CpuStarting)]
            public static void Off()
            {
                Cpuif.Disable();
                [|Gicr.Sleep()|];
            }
        }
        """);
}
