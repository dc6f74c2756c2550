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

    [Fact]
    public async Task A_helper_ends_what_was_ended() => Assert.Equal(
        "HandleIrq\nServe\nServe calls Icc.WriteEoir1",
        Assert.Single(await Verify.Reported(Id, """
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
                    Serve(irq);
                }

                private static void Serve(IntId number) => [|Icc.WriteEoir1(number)|];
            }
            """)).Properties[IrqSafety.Rules.Fingerprint.PathProperty]);

    [Fact]
    public Task A_helper_does_not_end_it_on_some_path() => Verify.Reported(Id, """
        static class GicV3
        {
            [RunsIn(Context.HardIrq)]
            public static void HandleIrq()
            {
                IntId irq = [|Icc.ReadIar1()|];
                if (!irq.IsSpecial)
                {
                    Serve(irq, Processor.RawId.Value == 0);
                }
            }

            private static void Serve(IntId irq, bool ours)
            {
                if (ours)
                {
                    Icc.WriteEoir1(irq);
                }
            }
        }
        """);

    [Fact]
    public Task A_helper_acknowledges_and_its_caller_does_not_end_it() => Verify.Reported(Id, """
        static class GicV3
        {
            [RunsIn(Context.HardIrq)]
            public static void HandleIrq(bool ours)
            {
                IntId irq = [|Acknowledge()|];
                if (irq.IsSpecial)
                {
                    return;
                }

                if (ours)
                {
                    End(irq);
                }
            }

            private static IntId Acknowledge()
            {
                IntId irq = Icc.ReadIar1();
                Barrier.Isb();
                return irq;
            }

            private static void End(IntId irq) => Icc.WriteEoir1(irq);
        }
        """);

    [Fact]
    public Task A_special_INTID_is_ended_by_a_helper() => Verify.Reported(Id, """
        static class GicV3
        {
            [RunsIn(Context.HardIrq)]
            public static void HandleIrq()
            {
                IntId irq = Icc.ReadIar1();
                if (irq.IsSpecial)
                {
                    End(irq);
                    return;
                }

                Icc.WriteEoir1(irq);
            }

            private static void End(IntId irq) => [|Icc.WriteEoir1(irq)|];
        }
        """);

    [Fact]
    public Task After_a_helper_that_ends_it_the_caller_ends_it_again() => Verify.Reported(Id, """
        static class GicV3
        {
            [RunsIn(Context.HardIrq)]
            public static void HandleIrq()
            {
                IntId irq = Icc.ReadIar1();
                if (!irq.IsSpecial)
                {
                    Drop(irq);
                    Barrier.Isb();
                    [|Icc.WriteEoir1(irq)|];
                }
            }

            private static void Drop(IntId irq) => Inner(irq);

            private static void Inner(IntId irq) => Icc.WriteEoir1(irq);
        }
        """);

    [Theory]
    [InlineData("irq.IsSpecial")]
    [InlineData("irq.Value >= 1020")]
    [InlineData("irq == IntId.Spurious")]
    public Task Helpers_that_do_it_right(string special) => Verify.Valid($$"""
        static class GicV3
        {
            [RunsIn(Context.HardIrq)]
            public static void TestedHere()
            {
                IntId irq = Acknowledge();
                if ({{special}})
                {
                    return;
                }

                Drop(irq);
                Serve(irq);
            }

            [RunsIn(Context.HardIrq)]
            public static void TestedThere()
            {
                IntId irq = Icc.ReadIar1();
                TestAndServe(irq);
            }

            [RunsIn(Context.HardIrq)]
            public static void TestedTwice()
            {
                IntId irq = Icc.ReadIar1();
                if (!irq.IsSpecial)
                {
                    TestAndServe(irq);
                }
            }

            private static void TestAndServe(IntId irq)
            {
                if ({{special}})
                {
                    return;
                }

                Drop(irq);
                Serve(irq);
            }

            private static IntId Acknowledge() => Icc.ReadIar1();

            private static void Drop(IntId irq) => Icc.WriteEoir1(irq);

            private static void Serve(IntId irq)
            {
                Barrier.Isb();
                if (Irq.GenericHandleDomainIrq(irq) != Errno.Ok)
                {
                    Icc.WriteDir(irq);
                }
            }
        }
        """);

    // Each call leaves it to the other helper.
    [Fact]
    public Task A_helper_for_each_mode() => Verify.Valid("""
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

                Begin(irq, mode1);
                Barrier.Isb();
                Finish(irq, mode1);
            }

            private static void Begin(IntId irq, bool mode1)
            {
                if (mode1)
                {
                    Icc.WriteEoir1(irq);
                }
            }

            private static void Finish(IntId irq, bool mode1)
            {
                if (mode1)
                {
                    Icc.WriteDir(irq);
                }
                else
                {
                    Icc.WriteEoir1(irq);
                }
            }
        }
        """);

    [Fact]
    public Task Helpers_that_ask_the_same_field() => Verify.Valid("""
        static class GicV3
        {
            private static readonly bool s_supportsDeactivate = Environment.ProcessorCount > 0;

            [RunsIn(Context.HardIrq)]
            public static void HandleIrq()
            {
                IntId irq = Icc.ReadIar1();
                if (irq.IsSpecial)
                {
                    return;
                }

                Complete(irq);
                Barrier.Isb();
                if (!s_supportsDeactivate)
                {
                    Icc.WriteEoir1(irq);
                }
                else
                {
                    Icc.WriteDir(irq);
                }
            }

            private static void Complete(IntId irq)
            {
                if (s_supportsDeactivate)
                {
                    Icc.WriteEoir1(irq);
                }
            }
        }
        """);

    // What the register said when the helper asked is what it says when the caller does.
    [Fact]
    public Task Helpers_that_ask_the_same_register() => Verify.Valid("""
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

                Complete(irq);
                Barrier.Isb();
                if (Icc.ReadCtlr().EoiMode == EoiMode.DropOnly)
                {
                    Icc.WriteDir(irq);
                }
                else
                {
                    Icc.WriteEoir1(irq);
                }
            }

            private static void Complete(IntId irq)
            {
                if (Icc.ReadCtlr().EoiMode == EoiMode.DropOnly)
                {
                    Icc.WriteEoir1(irq);
                }
            }
        }
        """);

    [Fact]
    public Task Helpers_that_ask_a_field_of_their_object() => Verify.Valid("""
        class GicV3(bool supportsDeactivate)
        {
            private readonly bool _supportsDeactivate = supportsDeactivate;

            [RunsIn(Context.HardIrq)]
            public void HandleIrq()
            {
                IntId irq = Icc.ReadIar1();
                if (irq.IsSpecial)
                {
                    return;
                }

                Complete(irq);
                Barrier.Isb();
                if (_supportsDeactivate)
                {
                    Icc.WriteDir(irq);
                }
                else
                {
                    Icc.WriteEoir1(irq);
                }
            }

            private void Complete(IntId irq)
            {
                if (_supportsDeactivate)
                {
                    Icc.WriteEoir1(irq);
                }
            }
        }
        """);

    [Fact]
    public Task A_drain_through_helpers() => Verify.Valid("""
        static class GicV3
        {
            [RunsIn(Context.HardIrq)]
            public static void Drain()
            {
                IntId irq;
                while (!(irq = Acknowledge()).IsSpecial)
                {
                    End(irq);
                }
            }

            private static IntId Acknowledge() => Icc.ReadIar1();

            private static void End(IntId irq) => Icc.WriteEoir1(irq);
        }
        """);
}
