using System.Threading.Tasks;
using Xunit;

namespace IrqSafety.Analyzers.Tests.Rules;

/// <summary>IRQ0315: binary point relied on but not set on this CPU.</summary>
public sealed class IRQ0315BinaryPointNotSetTests
{
    private const string Id = "IRQ0315";

    [Fact]
    public Task A_CPU_comes_up_with_what_firmware_left() => Verify.Reported(
        Id,
        """
        static class GicCpu
        {
            [RunsIn(Context.Task, Within = Section.CpuStarting)]
            public static void Init()
            {
                Gicr.Wake();
                Icc.WritePmr(Pmr.IrqOff);
                Icc.WriteCtlr(new IccControl(EoiMode.DropOnly));
                [|Icc.EnableGroup1()|];
            }
        }
        """,
        "'Icc.EnableGroup1' runs without a write of ICC_BPR1_EL1 after 'Gicr.Wake': which priorities preempt each other is then what firmware left. Write it on each CPU that comes up.");

    [Fact]
    public Task It_writes_both() => Verify.Valid("""
        static class GicCpu
        {
            [RunsIn(Context.Task, Within = Section.CpuStarting)]
            public static void Init()
            {
                Gicr.Wake();
                InitSysRegs();
                Icc.EnableGroup1();
            }

            private static void InitSysRegs()
            {
                Icc.WriteBpr1(0);
                Icc.WriteCtlr(new IccControl(EoiMode.DropOnly));
            }
        }
        """);

    // With CBPR set, the binary point of Group 1 is ignored: whether it is, ICC_CTLR_EL1 decides.
    [Fact]
    public Task CBPR_is_left_to_firmware() => Verify.Reported(
        Id,
        """
        static class GicCpu
        {
            [RunsIn(Context.Task, Within = Section.CpuStarting)]
            public static void Init()
            {
                Gicr.Wake();
                Icc.WriteBpr1(0);
                [|Icc.EnableGroup1()|];
            }
        }
        """,
        "'Icc.EnableGroup1' runs without a write of ICC_CTLR_EL1 after 'Gicr.Wake': which priorities preempt each other is then what firmware left. Write it on each CPU that comes up.");

    // It was written before, and nothing has lost it.
    [Fact]
    public Task A_group_that_is_turned_off_and_on_again() => Verify.Valid("""
        static class GicCpu
        {
            [RunsIn(Context.Task, Within = Section.PreemptOff)]
            public static void Quieten(Action work)
            {
                Icc.DisableGroup1();
                Barrier.Isb();
                work();
                Icc.EnableGroup1();
            }
        }
        """);

    // The CPU interface keeps its registers: only the redistributor slept.
    [Fact]
    public Task A_redistributor_that_the_same_code_put_to_sleep() => Verify.Valid("""
        static class GicCpu
        {
            [RunsIn(Context.Task, Within = Section.CpuStarting)]
            public static void Nap()
            {
                Icc.DisableGroup1();
                Barrier.Isb();
                Barrier.Dsb();
                Gicr.Sleep();
                Gicr.Wake();
                Icc.EnableGroup1();
            }
        }
        """);
}
