using System.Threading.Tasks;
using Xunit;

namespace IrqSafety.Analyzers.Tests.Rules;

/// <summary>IRQ0310: interrupt handled without an ISB after its acknowledge.</summary>
public sealed class IRQ0310AcknowledgeWithoutIsbTests
{
    private const string Id = "IRQ0310";

    [Fact]
    public Task Mode_0_without_an_ISB() => Verify.Reported(
        Id,
        """
        static class GicV3
        {
            [RunsIn(Context.HardIrq)]
            public static void HandleIrq()
            {
                IntId irq = Icc.ReadIar1();
                if (irq.IsSpecial)
                {
                    return;
                }

                [|Irq.GenericHandleDomainIrq(irq)|];
            }
        }
        """,
        "'Irq.GenericHandleDomainIrq' runs without an ISB after 'Icc.ReadIar1': the handler may see the state of before the interrupt. Add one before the handler.");

    [Fact]
    public Task Mode_0_with_one() => Verify.Valid("""
        static class GicV3
        {
            [RunsIn(Context.HardIrq)]
            public static void HandleIrq()
            {
                IntId irq = Icc.ReadIar1();
                if (irq.IsSpecial)
                {
                    return;
                }

                Barrier.Isb();
                Irq.GenericHandleDomainIrq(irq);
            }
        }
        """);

    // adf14453d2c0: only the mode that writes EOIR first had the barrier.
    [Fact]
    public Task Only_the_path_of_mode_1_has_it() => Verify.Reported(Id, """
        static class GicV3
        {
            private static readonly bool s_supportsDeactivate = Environment.ProcessorCount > 1;

            [RunsIn(Context.PseudoNmi)]
            public static void HandleNmi()
            {
                IntId irq = Icc.ReadIar1();
                if (irq.IsSpecial)
                {
                    return;
                }

                if (s_supportsDeactivate)
                {
                    Icc.WriteEoir1(irq);
                    Barrier.Isb();
                }

                [|Irq.GenericHandleDomainNmi(irq)|];
            }
        }
        """);

    [Fact]
    public Task The_ISB_is_in_a_helper() => Verify.Valid("""
        static class GicV3
        {
            private static readonly bool s_supportsDeactivate = Environment.ProcessorCount > 1;

            [RunsIn(Context.HardIrq)]
            public static void HandleIrq()
            {
                IntId irq = Icc.ReadIar1();
                if (irq.IsSpecial)
                {
                    return;
                }

                CompleteAck(irq);
                Irq.GenericHandleDomainIrq(irq);
            }

            private static void CompleteAck(IntId irq)
            {
                if (s_supportsDeactivate)
                {
                    Icc.WriteEoir1(irq);
                }

                Barrier.Isb();
            }
        }
        """);

    [Fact]
    public Task The_handler_is_called_in_a_helper() => Verify.Reported(
        Id,
        """
        static class GicV3
        {
            [RunsIn(Context.HardIrq)]
            public static void HandleIrq()
            {
                IntId irq = Icc.ReadIar1();
                if (!irq.IsSpecial)
                {
                    Handle(irq);
                }
            }

            private static void Handle(IntId irq) => [|Irq.GenericHandleDomainIrq(irq)|];
        }
        """,
        "'Irq.GenericHandleDomainIrq' runs without an ISB after 'Icc.ReadIar1', reached via GicV3.Handle: the handler may see the state of before the interrupt. Add one before the handler.");

    [Fact]
    public Task The_helper_has_the_ISB_before_the_handler() => Verify.Valid("""
        static class GicV3
        {
            [RunsIn(Context.HardIrq)]
            public static void HandleIrq()
            {
                IntId irq = Icc.ReadIar1();
                if (!irq.IsSpecial)
                {
                    Handle(irq);
                }
            }

            private static void Handle(IntId irq)
            {
                Barrier.Isb();
                Irq.GenericHandleDomainIrq(irq);
            }
        }
        """);

    // It is the acknowledge that must be seen, so an ISB before it does nothing.
    [Fact]
    public Task An_ISB_before_the_acknowledge_is_none_after_it() => Verify.Reported(Id, """
        static class GicV3
        {
            [RunsIn(Context.PseudoNmi)]
            public static void HandleFromIrqsOff()
            {
                Pmr pmr = Icc.ReadPmr();
                Icc.MaskIrqs();
                Barrier.Isb();
                IntId irq = Icc.ReadIar1();
                Icc.WritePmr(pmr);
                if (irq.IsSpecial)
                {
                    return;
                }

                [|Irq.GenericHandleDomainNmi(irq)|];
            }
        }
        """);

    [Fact]
    public Task A_DSB_is_no_ISB() => Verify.Reported(Id, """
        static class GicV3
        {
            [RunsIn(Context.HardIrq)]
            public static void HandleIrq()
            {
                IntId irq = Icc.ReadIar1();
                if (!irq.IsSpecial)
                {
                    Barrier.Dsb();
                    [|Irq.GenericHandleDomainIrq(irq)|];
                }
            }
        }
        """);

    [Fact]
    public Task A_loop_that_acknowledges_until_there_is_nothing_more() => Verify.Valid("""
        static class GicV3
        {
            [RunsIn(Context.HardIrq)]
            public static void HandleIrq()
            {
                while (true)
                {
                    IntId irq = Icc.ReadIar1();
                    if (irq.IsSpecial)
                    {
                        return;
                    }

                    Barrier.Isb();
                    Irq.GenericHandleDomainIrq(irq);
                }
            }
        }
        """);

    [Fact]
    public Task Accessors_of_the_program_with_contracts() => Verify.Reported(Id, """
        static class Arch
        {
            [FollowedBy("isb", Before = "handle-interrupt", Law = "gic.acknowledge-sync")]
            public static uint AckIrq() => 0;

            [Step("isb")]
            public static void SyncContext() { }

            [Step("handle-interrupt")]
            public static void DoIrq(uint irq) { }
        }

        static class Entry
        {
            public static void Good()
            {
                uint irq = Arch.AckIrq();
                Arch.SyncContext();
                Arch.DoIrq(irq);
            }

            public static void Bad()
            {
                uint irq = Arch.AckIrq();
                [|Arch.DoIrq(irq)|];
            }
        }
        """);

    [Fact]
    public Task Accessors_in_a_contract_file() => Verify.WithContractFile(
        Id,
        """
        static class Arch
        {
            public static uint AckIrq() => 0;
            public static void SyncContext() { }
            public static void DoIrq(uint irq) { }
        }

        static class Entry
        {
            public static void Bad()
            {
                uint irq = Arch.AckIrq();
                [|Arch.DoIrq(irq)|];
            }

            public static void Good()
            {
                uint irq = Arch.AckIrq();
                Arch.SyncContext();
                Arch.DoIrq(irq);
            }
        }
        """,
        """
        version 1
        M:Arch.AckIrq  [FollowedBy("isb", Before = "handle-interrupt", Law = "gic.acknowledge-sync")]
        M:Arch.SyncContext  [Step("isb")]
        M:Arch.DoIrq(System.UInt32)  [Step("handle-interrupt")]
        """);

    // While typing, nothing is known of a wrapper in another type; the build knows its body.
    [Fact]
    public Task A_wrapper_in_another_type() => Verify.Valid("""
        static class Arch { public static void SyncContext() => Barrier.Isb(); }

        static class GicV3
        {
            [RunsIn(Context.HardIrq)]
            public static void HandleIrq()
            {
                IntId irq = Icc.ReadIar1();
                if (!irq.IsSpecial)
                {
                    Arch.SyncContext();
                    Irq.GenericHandleDomainIrq(irq);
                }
            }
        }
        """);

    [Fact]
    public Task Another_type_does_something_else() => Verify.Reported("IRQ0360", """
        static class Log { public static void Note(IntId irq) => Printk.Deferred($"{irq}"); }

        static class GicV3
        {
            [RunsIn(Context.HardIrq)]
            public static void HandleIrq()
            {
                IntId irq = Icc.ReadIar1();
                if (!irq.IsSpecial)
                {
                    Log.Note(irq);
                    [|Irq.GenericHandleDomainIrq(irq)|];
                }
            }
        }
        """);
}
