using System.Threading.Tasks;
using Xunit;

namespace IrqSafety.Analyzers.Tests.Rules;

/// <summary>IRQ0318: barrier of the interrupt controller missing.</summary>
public sealed class IRQ0318BarrierMissingTests
{
    private const string Id = "IRQ0318";

    [Fact]
    public Task An_SGI_without_a_DSB() => Verify.Reported(
        Id,
        """
        class Mailbox
        {
            private readonly Shared<int> _message = new(0);

            [RunsIn(Context.Task, Within = Section.PreemptOff)]
            public void Send(CpuMask to)
            {
                _message.WriteOnce(1);
                [|Icc.SendSgi(IntId.Sgi(3), to)|];
            }
        }
        """,
        "'Icc.SendSgi' runs without a DSB before it. Add one.");

    [Fact]
    public Task An_SGI_after_one() => Verify.Valid("""
        class Mailbox
        {
            private readonly Shared<int> _message = new(0);

            [RunsIn(Context.Task, Within = Section.PreemptOff)]
            public void Send(CpuMask to)
            {
                _message.WriteOnce(1);
                Barrier.Dsb();
                Icc.SendSgi(IntId.Sgi(3), to);
            }
        }
        """);

    [Fact]
    public Task A_store_after_the_DSB() => Verify.Reported(
        Id,
        """
        class Mailbox
        {
            private readonly Shared<int> _message = new(0);

            [RunsIn(Context.Task, Within = Section.PreemptOff)]
            public void Send(CpuMask to)
            {
                Barrier.Dsb();
                _message.WriteOnce(1);
                [|Icc.SendSgi(IntId.Sgi(3), to)|];
            }
        }
        """,
        "'Icc.SendSgi' runs without a DSB after 'Shared.WriteOnce'. Add one.");

    [Fact]
    public Task One_DSB_for_the_SGIs_of_a_loop() => Verify.Valid("""
        static class Clusters
        {
            [RunsIn(Context.Task, Within = Section.PreemptOff)]
            public static void Send(CpuMask[] clusters)
            {
                Barrier.Dsb();
                foreach (CpuMask cluster in clusters)
                {
                    Icc.SendSgi(IntId.Sgi(3), cluster);
                }

                Barrier.Isb();
            }
        }
        """);

    // The memory-mapped register of a GICv2 is ordered by the lesser barrier too.
    [Fact]
    public Task A_GICv2_needs_a_DMB() => Verify.Reported(Id, """
        static class Ipi2
        {
            public static void Good(CpuMask to)
            {
                Barrier.Dmb();
                Gicd.SendSgi(IntId.Sgi(1), to);
            }

            public static void AlsoGood(CpuMask to)
            {
                Barrier.Dsb();
                Gicd.SendSgi(IntId.Sgi(1), to);
            }

            public static void Bad(CpuMask to) => [|Gicd.SendSgi(IntId.Sgi(1), to)|];
        }
        """);

    [Fact]
    public Task The_system_registers_are_used_before_their_enable_is_synchronised() => Verify.Reported(
        Id,
        """
        static class GicCpu
        {
            [RunsIn(Context.Task, Within = Section.CpuStarting)]
            public static void Init()
            {
                Icc.WriteSre(true);
                [|Icc.WritePmr(Pmr.IrqOff)|];
            }
        }
        """,
        "'Icc.WritePmr' runs without an ISB after 'Icc.WriteSre'. Add one.");

    [Fact]
    public Task They_are_used_after_an_ISB() => Verify.Valid("""
        static class GicCpu
        {
            [RunsIn(Context.Task, Within = Section.CpuStarting)]
            public static void Init()
            {
                Icc.WriteSre(true);
                Barrier.Isb();
                Icc.WritePmr(Pmr.IrqOff);
            }
        }
        """);

    // TF-A 5a5e0aac3.
    [Fact]
    public Task The_redistributor_sleeps_before_the_group_is_known_to_be_off() => Verify.Reported(Id, """
        static class PowerDown
        {
            [RunsIn(Context.Task, Within = Section.CpuStarting)]
            public static void Disable()
            {
                Icc.DisableGroup1();
                Barrier.Isb();
                [|Gicr.Sleep()|];
            }
        }
        """);

    [Fact]
    public Task It_sleeps_after_both_barriers() => Verify.Valid("""
        static class PowerDown
        {
            [RunsIn(Context.Task, Within = Section.CpuStarting)]
            public static void Disable()
            {
                Icc.DisableGroup1();
                Barrier.Isb();
                Barrier.Dsb();
                Gicr.Sleep();
            }
        }
        """);

    [Fact]
    public Task A_helper_may_leave_the_DSB_to_its_callers() => Verify.Reported(Id, """
        static class Smp3
        {
            public static void Good(CpuMask to)
            {
                Barrier.Dsb();
                Send(to);
            }

            public static void Bad(CpuMask to) => Send(to);

            private static void Send(CpuMask to) => [|Icc.SendSgi(IntId.Sgi(2), to)|];
        }
        """);

    [Fact]
    public Task A_method_that_declares_it_leaves_it_to_its_callers() => Verify.Valid("""
        static class Smp3
        {
            [PrecededBy("dsb", Since = "store", Law = "gic.barrier")]
            public static void Send(CpuMask to) => Icc.SendSgi(IntId.Sgi(2), to);
        }
        """);

    [Fact]
    public Task A_wrapper_in_another_type() => Verify.Valid("""
        static class Arch { public static void Wmb() => Barrier.Dsb(); }

        static class Smp3
        {
            public static void Send(CpuMask to)
            {
                Arch.Wmb();
                Icc.SendSgi(IntId.Sgi(2), to);
            }
        }
        """);
}
