using System.Threading.Tasks;
using Xunit;

namespace IrqSafety.Analyzers.Tests.Rules;

/// <summary>IRQ0320: CPU leaves or enters the interrupt controller out of order.</summary>
public sealed class IRQ0320RedistributorPowerTests
{
    private const string Id = "IRQ0320";

    // Xen 18b718b6af: another register was written.
    [Fact]
    public Task The_group_stays_on() => Verify.Reported(
        Id,
        """
        static class PowerDown
        {
            [RunsIn(Context.Task, Within = Section.CpuStarting)]
            public static void Off()
            {
                Icc.WriteCtlr(new IccControl(EoiMode.DropOnly));
                Barrier.Isb();
                Barrier.Dsb();
                [|Gicr.Sleep()|];
            }
        }
        """,
        "'Gicr.Sleep': there is no write of 0 to ICC_IGRPEN1_EL1 before it");

    [Fact]
    public Task The_group_is_turned_off_first() => Verify.Valid("""
        static class PowerDown
        {
            [RunsIn(Context.Task, Within = Section.CpuStarting)]
            public static void Off()
            {
                Icc.DisableGroup1();
                Barrier.Isb();
                Barrier.Dsb();
                Gicr.Sleep();
            }
        }
        """);

    [Fact]
    public Task It_is_turned_on_again_before_the_sleep() => Verify.Reported(
        Id,
        """
        static class PowerDown
        {
            [RunsIn(Context.Task, Within = Section.CpuStarting)]
            public static void Off()
            {
                Icc.DisableGroup1();
                Barrier.Isb();
                Barrier.Dsb();
                Icc.EnableGroup1();
                [|Gicr.Sleep()|];
            }
        }
        """,
        "'Gicr.Sleep': the group is still enabled: clear ICC_IGRPEN1_EL1 first, or an interrupt on its way is lost");

    [Fact]
    public Task It_is_turned_on_while_the_redistributor_sleeps() => Verify.Reported(Id, """
        static class PowerDown
        {
            [RunsIn(Context.Task, Within = Section.CpuStarting)]
            public static void Nap()
            {
                Icc.DisableGroup1();
                Barrier.Isb();
                Barrier.Dsb();
                Gicr.Sleep();
                [|Icc.EnableGroup1()|];
            }
        }
        """);

    [Fact]
    public Task A_method_that_declares_it_leaves_the_group_to_its_callers() => Verify.Valid("""
        static class Rdist
        {
            [PrecededBy("disable-group", Law = "gic.redistributor-power")]
            [RunsIn(Context.Task, Within = Section.CpuStarting)]
            public static void Sleep() => Gicr.Sleep();
        }
        """);
}
