using System.Threading.Tasks;
using Xunit;

namespace IrqSafety.Analyzers.Tests.Rules;

/// <summary>IRQ0313: write of the interrupt controller not awaited.</summary>
public sealed class IRQ0313WriteNotAwaitedTests
{
    private const string Id = "IRQ0313";

    [Fact]
    public Task A_disable_that_nothing_waits_for() => Verify.Reported(
        Id,
        """
        static class Chip
        {
            public static void Mask(IntId spi) => [|Gicd.Disable(spi)|];
        }
        """,
        "'Gicd.Disable' may not have taken effect when 'Mask' returns: wait until RWP reads 0");

    [Fact]
    public Task A_disable_that_is_awaited() => Verify.Valid("""
        static class Chip
        {
            public static void Mask(IntId spi)
            {
                Gicd.Disable(spi);
                Gicd.WaitForRwp();
            }
        }
        """);

    [Fact]
    public Task One_wait_for_many() => Verify.Valid("""
        static class Chip
        {
            public static void MaskAll(IntId[] lines)
            {
                foreach (IntId line in lines)
                {
                    Gicd.Disable(line);
                }

                Gicd.WaitForRwp();
            }
        }
        """);

    // Xen d86cf3cbd4: RWP of the other frame.
    [Fact]
    public Task The_wait_is_for_the_other_frame() => Verify.Reported(Id, """
        static class Chip
        {
            [RunsIn(Context.Task, Within = Section.PreemptOff)]
            public static void MaskPpi(IntId ppi)
            {
                [|Gicr.Disable(ppi)|];
                Gicd.WaitForRwp();
            }
        }
        """);

    [Fact]
    public Task An_early_return_does_not_wait() => Verify.Reported(Id, """
        static class Chip
        {
            public static void Mask(IntId spi, bool quick)
            {
                [|Gicd.Disable(spi)|];
                if (quick)
                {
                    return;
                }

                Gicd.WaitForRwp();
            }
        }
        """);

    [Fact]
    public Task What_needs_the_disable_is_told() => Verify.Reported(
        Id,
        """
        static class Chip
        {
            public static void Retype(IntId spi)
            {
                Gicd.Disable(spi);
                [|Gicd.Configure(spi, Trigger.Edge)|];
                Gicd.WaitForRwp();
                Gicd.Enable(spi);
            }
        }
        """,
        "'Gicd.Configure' relies on a disable before it that may not have taken effect: wait until RWP reads 0");

    [Fact]
    public Task LPI_tables_are_touched_after_the_wait() => Verify.Reported(Id, """
        static class Lpis
        {
            [RunsIn(Context.Task, Within = Section.PreemptOff)]
            public static void Off() => [|Gicr.DisableLpis()|];
        }
        """);

    [Fact]
    public Task A_private_method_may_leave_the_wait_to_its_callers() => Verify.Valid("""
        static class Chip
        {
            public static void Mask(IntId spi)
            {
                Poke(spi);
                Gicd.WaitForRwp();
            }

            private static void Poke(IntId spi) => Gicd.Disable(spi);
        }
        """);

    [Fact]
    public Task And_they_are_told_when_they_do_not() => Verify.Reported(Id, """
        static class Chip
        {
            public static void Mask(IntId spi) => [|Poke(spi)|];

            private static void Poke(IntId spi) => Gicd.Disable(spi);
        }
        """);

    [Fact]
    public Task A_method_that_declares_it_leaves_it_to_its_callers() => Verify.Valid("""
        static class Chip
        {
            [FollowedBy("distributor-rwp", Law = "gic.write-pending")]
            public static void Poke(IntId spi) => Gicd.Disable(spi);
        }
        """);
}
