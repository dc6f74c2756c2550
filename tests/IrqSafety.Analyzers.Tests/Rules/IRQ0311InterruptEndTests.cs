using System.Threading.Tasks;
using Xunit;

namespace IrqSafety.Analyzers.Tests.Rules;

/// <summary>IRQ0311: interrupt not ended as it was acknowledged.</summary>
public sealed class IRQ0311InterruptEndTests
{
    private const string Id = "IRQ0311";

    [Fact]
    public Task A_special_INTID_is_ended() => Verify.Reported(
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
                    [|Icc.WriteEoir1(irq)|];
                    return;
                }

                Icc.WriteEoir1(irq);
            }
        }
        """,
        "'Icc.WriteEoir1' on 'irq': the interrupt was not acknowledged here: end only what IAR returned, and not the special INTIDs 1020 to 1023");

    [Fact]
    public Task Nobody_asked_whether_it_is_special() => Verify.Reported(Id, """
        static class GicV3
        {
            [RunsIn(Context.HardIrq)]
            public static void HandleIrq()
            {
                IntId irq = Icc.ReadIar1();
                Barrier.Isb();
                [|Irq.GenericHandleDomainIrq(irq)|];
            }
        }
        """);

    [Theory]
    [InlineData("irq.IsSpecial")]
    [InlineData("irq == IntId.Spurious")]
    [InlineData("irq.Value >= 1020 && irq.Value < 1024")]
    [InlineData("irq is { Value: > 1019 and < 1024 }")]
    public Task Each_way_to_ask(string special) => Verify.Valid($$"""
        static class GicV3
        {
            [RunsIn(Context.HardIrq)]
            public static void HandleIrq()
            {
                IntId irq = Icc.ReadIar1();
                if ({{special}})
                {
                    return;
                }

                Icc.WriteEoir1(irq);
            }
        }
        """);

    [Fact]
    public Task It_is_ended_twice() => Verify.Reported(
        Id,
        """
        static class GicV3
        {
            [RunsIn(Context.HardIrq)]
            public static void HandleIrq(bool mode1)
            {
                IntId irq = Icc.ReadIar1();
                if (irq.IsSpecial)
                {
                    return;
                }

                if (mode1)
                {
                    Icc.WriteEoir1(irq);
                }

                Barrier.Isb();
                [|Icc.WriteEoir1(irq)|];
            }
        }
        """,
        "'Icc.WriteEoir1' on 'irq': its priority is dropped already: write EOIR once for each acknowledge");

    [Fact]
    public Task It_is_deactivated_before_the_drop() => Verify.Reported(Id, """
        static class GicV3
        {
            [RunsIn(Context.HardIrq)]
            public static void HandleIrq()
            {
                IntId irq = Icc.ReadIar1();
                if (!irq.IsSpecial)
                {
                    [|Icc.WriteDir(irq)|];
                    Icc.WriteEoir1(irq);
                }
            }
        }
        """);

    [Fact]
    public Task It_is_not_ended_on_some_path() => Verify.Reported(
        Id,
        """
        static class GicV3
        {
            [RunsIn(Context.HardIrq)]
            public static void HandleIrq(bool ours)
            {
                IntId irq = [|Icc.ReadIar1()|];
                if (irq.IsSpecial)
                {
                    return;
                }

                if (ours)
                {
                    Icc.WriteEoir1(irq);
                }
            }
        }
        """,
        "'Icc.ReadIar1' on 'HandleIrq': the interrupt is acknowledged, and on some path neither ended nor handed to its flow handler: no interrupt of its priority or below comes to this CPU any more. Write EOIR on every path, except for the special INTIDs");

    [Fact]
    public Task It_is_not_ended_before_the_next_one_in_a_loop() => Verify.Reported(Id, """
        static class GicV3
        {
            [RunsIn(Context.HardIrq)]
            public static void Drain()
            {
                IntId irq;
                while (!(irq = [|Icc.ReadIar1()|]).IsSpecial)
                {
                    Barrier.Isb();
                }
            }
        }
        """);

    [Fact]
    public Task Two_are_ended_in_the_order_of_their_acknowledges() => Verify.Reported(
        Id,
        """
        static class GicV3
        {
            [RunsIn(Context.HardIrq)]
            public static void HandleTwo()
            {
                IntId outer = Icc.ReadIar1();
                if (outer.IsSpecial)
                {
                    return;
                }

                IntId inner = Icc.ReadIar1();
                if (inner.IsSpecial)
                {
                    Icc.WriteEoir1(outer);
                    return;
                }

                [|Icc.WriteEoir1(outer)|];
                Icc.WriteEoir1(inner);
            }
        }
        """,
        "'Icc.WriteEoir1' on 'outer': the interrupt that 'Icc.ReadIar1' acknowledged later still runs: end them in reverse order");

    [Fact]
    public Task Two_are_ended_in_reverse_order() => Verify.Valid("""
        static class GicV3
        {
            [RunsIn(Context.HardIrq)]
            public static void HandleTwo()
            {
                IntId outer = Icc.ReadIar1();
                if (outer.IsSpecial)
                {
                    return;
                }

                IntId inner = Icc.ReadIar1();
                if (!inner.IsSpecial)
                {
                    Icc.WriteEoir1(inner);
                }

                Icc.WriteEoir1(outer);
            }
        }
        """);

    [Fact]
    public Task Mode_1_drops_before_the_handler_and_deactivates_after_it() => Verify.Valid("""
        static class GicV3
        {
            [RunsIn(Context.HardIrq)]
            public static void HandleIrq(Action<IntId> handler)
            {
                IntId irq = Icc.ReadIar1();
                if (irq.IsSpecial)
                {
                    return;
                }

                Icc.WriteEoir1(irq);
                Barrier.Isb();
                handler(irq);
                Icc.WriteDir(irq);
            }
        }
        """);

    [Fact]
    public Task What_is_stored_returned_or_handed_on_is_ended_by_others() => Verify.Valid("""
        class GicV3
        {
            private IntId _running;

            public void Store()
            {
                IntId irq = Icc.ReadIar1();
                if (!irq.IsSpecial)
                {
                    _running = irq;
                }
            }

            public void End() => Icc.WriteEoir1(_running);

            public static IntId Acknowledge() => Icc.ReadIar1();

            public static void HandOn(Action<IntId> handler)
            {
                IntId irq = Icc.ReadIar1();
                if (!irq.IsSpecial)
                {
                    handler(irq);
                }
            }
        }
        """);

    // gic_deactivate_unhandled()
    [Fact]
    public Task What_has_no_handler_is_deactivated_by_the_root_handler_or_its_helper() => Verify.Valid("""
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

                Icc.WriteEoir1(irq);
                Barrier.Isb();
                if (Irq.GenericHandleDomainIrq(irq) != Errno.Ok)
                {
                    Icc.WriteDir(irq);
                }
            }

            [RunsIn(Context.HardIrq)]
            public static void HandleByHelper()
            {
                IntId irq = Icc.ReadIar1();
                if (!irq.IsSpecial)
                {
                    Icc.WriteEoir1(irq);
                    Barrier.Isb();
                    Serve(irq);
                }
            }

            static void Serve(IntId irq)
            {
                if (Irq.GenericHandleDomainIrq(irq) != Errno.Ok)
                {
                    Icc.WriteDir(irq);
                }
            }
        }
        """);

    [Fact]
    public Task What_was_handled_is_deactivated_again() => Verify.Reported(Id, """
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

                Icc.WriteEoir1(irq);
                Barrier.Isb();
                if (Irq.GenericHandleDomainIrq(irq) == Errno.Ok)
                {
                    [|Icc.WriteDir(irq)|];
                }
            }
        }
        """);
}
