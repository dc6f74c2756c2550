using System.Threading.Tasks;
using Xunit;

namespace IrqSafety.Analyzers.Tests.Rules;

/// <summary>IRQ0314: NMI priority written to an enabled line.</summary>
public sealed class IRQ0314NmiPriorityOnEnabledLineTests
{
    private const string Id = "IRQ0314";

    [Fact]
    public Task The_line_was_enabled_before() => Verify.Reported(
        Id,
        """
        static class Setup
        {
            public static void Line(IntId spi)
            {
                Gicd.Enable(spi);
                [|Gicd.SetPriority(spi, Machine.Current.Gic.Programmed(Priority.Nmi))|];
            }
        }
        """,
        "'Gicd.SetPriority' on 'spi': the line is enabled, so the interrupt may be pending or running as an ordinary one: disable it, wait for RWP, then write the priority of an NMI");

    [Fact]
    public Task It_is_enabled_afterwards() => Verify.Valid("""
        static class Setup
        {
            public static void Line(IntId spi)
            {
                Gicd.SetPriority(spi, Machine.Current.Gic.Programmed(Priority.Nmi));
                Gicd.Enable(spi);
            }
        }
        """);

    [Fact]
    public Task It_is_disabled_in_between() => Verify.Valid("""
        static class Setup
        {
            public static void Line(IntId spi)
            {
                Gicd.Enable(spi);
                Gicd.Disable(spi);
                Gicd.WaitForRwp();
                Gicd.SetPriority(spi, Machine.Current.Gic.Programmed(Priority.Nmi));
                Gicd.Enable(spi);
            }
        }
        """);

    [Fact]
    public Task A_private_line() => Verify.Reported(Id, """
        static class Setup
        {
            [RunsIn(Context.Task, Within = Section.PreemptOff)]
            public static void Pmu(IntId ppi)
            {
                Gicr.Enable(ppi);
                [|Gicr.SetPriority(ppi, Machine.Current.Gic.Programmed(new Priority(0x80)))|];
            }
        }
        """);

    [Fact]
    public Task Another_line_is_enabled() => Verify.Valid("""
        static class Setup
        {
            public static void Lines(IntId one, IntId other)
            {
                Gicd.Enable(one);
                Gicd.SetPriority(other, Machine.Current.Gic.Programmed(Priority.Nmi));
            }
        }
        """);

    // Another law, which the run checks: changing an enabled line at all.
    [Fact]
    public Task An_ordinary_priority() => Verify.Valid("""
        static class Setup
        {
            public static void Line(IntId spi, Priority priority)
            {
                Gicd.Enable(spi);
                Gicd.SetPriority(spi, Machine.Current.Gic.Programmed(Priority.Irq));
                Gicd.SetPriority(spi, priority);
            }
        }
        """);

    [Fact]
    public Task Through_a_variable() => Verify.Reported(Id, """
        static class Setup
        {
            public static void Line(IntId spi)
            {
                Priority nmi = Machine.Current.Gic.Programmed(Priority.Nmi);
                Gicd.Enable(spi);
                [|Gicd.SetPriority(spi, nmi)|];
            }
        }
        """);
}
