using System.Threading.Tasks;
using Xunit;

namespace IrqSafety.Analyzers.Tests.Rules;

/// <summary>IRQ0361: interrupt not ended as it was acknowledged, through another type.</summary>
public sealed class IRQ0361InterruptEndBuildTests
{
    private const string Id = "IRQ0361";

    [Fact]
    public Task Another_type_ends_what_was_ended() => Verify.Reported(
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

                Icc.WriteEoir1(irq);
                Barrier.Isb();
                Dispatch.Serve(irq);
            }
        }

        static class Dispatch
        {
            public static void Serve(IntId irq) => [|Icc.WriteEoir1(irq)|];
        }
        """,
        "'Icc.WriteEoir1' on 'irq': its priority is dropped already: write EOIR once for each acknowledge");

    [Fact]
    public Task Another_type_does_not_end_it_on_some_path() => Verify.Reported(Id, """
        static class GicV3
        {
            [RunsIn(Context.HardIrq)]
            public static void HandleIrq(bool ours)
            {
                IntId irq = [|Icc.ReadIar1()|];
                if (!irq.IsSpecial)
                {
                    Dispatch.Serve(irq, ours);
                }
            }
        }

        static class Dispatch
        {
            public static void Serve(IntId irq, bool ours)
            {
                if (ours)
                {
                    Icc.WriteEoir1(irq);
                }
            }
        }
        """);

    [Fact]
    public Task Another_type_ends_it() => Verify.Valid("""
        static class GicV3
        {
            [RunsIn(Context.HardIrq)]
            public static void HandleIrq()
            {
                IntId irq = Icc.ReadIar1();
                if (!irq.IsSpecial)
                {
                    Dispatch.Serve(irq);
                }
            }
        }

        static class Dispatch
        {
            public static void Serve(IntId irq) => Icc.WriteEoir1(irq);
        }
        """);

    // The live rule says it.
    [Fact]
    public Task In_one_type() => Verify.Reported("IRQ0311", """
        static class GicV3
        {
            [RunsIn(Context.HardIrq)]
            public static void HandleIrq()
            {
                IntId irq = Icc.ReadIar1();
                if (!irq.IsSpecial)
                {
                    Icc.WriteEoir1(irq);
                    Serve(irq);
                }
            }

            private static void Serve(IntId irq) => [|Icc.WriteEoir1(irq)|];
        }
        """);
}
