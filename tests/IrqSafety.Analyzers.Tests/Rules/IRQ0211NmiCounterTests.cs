using System.Threading.Tasks;
using Xunit;

namespace IrqSafety.Analyzers.Tests.Rules;

public sealed class IRQ0211NmiCounterTests
{
    [Fact]
    public Task Reported_where_one_side_changes_it_in_two_steps() => Verify.Reported("IRQ0211", """
        class Statistics
        {
            private readonly Shared<int> total = new(0);
            private readonly Shared<int> seen = new(0);

            [RunsIn(Context.PseudoNmi)]
            private IrqReturn OnNmi(IntId irq)
            {
                total.FetchAdd(1);
                [|seen.Add(1)|];
                return IrqReturn.Handled;
            }

            [RunsIn(Context.HardIrq)]
            private IrqReturn OnIrq(IntId irq)
            {
                [|total.Add(1)|];
                seen.FetchAdd(1);
                return IrqReturn.Handled;
            }
        }
        """,
        "'SharedNumbers.Add' reads and writes 'Statistics.seen' in two steps in a pseudo-NMI, and 'OnIrq' writes it in an interrupt: one of the changes is lost. Change it atomically on both sides, or count per CPU.",
        "'SharedNumbers.Add' reads and writes 'Statistics.total' in two steps in an interrupt, and 'OnNmi' writes it in a pseudo-NMI: one of the changes is lost. Change it atomically on both sides, or count per CPU.");

    [Fact]
    public Task Reported_for_a_read_and_a_write_of_their_own_and_masked_by_PMR_only() => Verify.Reported("IRQ0211", """
        class Statistics
        {
            private readonly Shared<int> total = new(0);

            [RunsIn(Context.PseudoNmi)]
            private IrqReturn OnNmi(IntId irq)
            {
                total.FetchAdd(1);
                return IrqReturn.Handled;
            }

            [RunsIn(Context.Task)]
            public void Reset()
            {
                IrqFlags flags = LocalIrq.Save();
                [|total.Write(total.Read() - 1)|];
                LocalIrq.Restore(flags);
            }
        }
        """);

    [Fact]
    public Task Reported_across_types_in_the_build() => Verify.Reported("IRQ0261", """
        class Watchdog(Counter counter)
        {
            [RunsIn(Context.PseudoNmi)]
            private IrqReturn OnNmi(IntId irq)
            {
                counter.Count();
                return IrqReturn.Handled;
            }
        }

        class Counter
        {
            private readonly Shared<int> total = new(0);

            public void Count() => total.FetchAdd(1);

            [RunsIn(Context.Task)]
            public void Clear() => [|total.Add(-1)|];
        }
        """);

    [Fact]
    public Task Silent_where_both_are_atomic_the_other_only_reads_or_DAIF_keeps_the_NMI_out() => Verify.Valid("""
        class Statistics
        {
            private readonly Shared<int> atomic = new(0);
            private readonly Shared<int> shown = new(0);
            private readonly Shared<int> masked = new(0);
            private readonly Shared<int> irqOnly = new(0);

            [RunsIn(Context.PseudoNmi)]
            private IrqReturn OnNmi(IntId irq)
            {
                atomic.FetchAdd(1);
                shown.Add(1);
                masked.FetchAdd(1);
                return IrqReturn.Handled;
            }

            [RunsIn(Context.Task)]
            public int Show()
            {
                atomic.FetchAdd(1);
                DaifFlags flags = LocalDaif.Save();
                masked.Add(1);
                LocalDaif.Restore(flags);
                irqOnly.Add(1);
                return shown.Read();
            }

            [RunsIn(Context.HardIrq)]
            private IrqReturn OnIrq(IntId irq)
            {
                irqOnly.Write(0);
                return IrqReturn.Handled;
            }
        }
        """);
}
