using System.Linq;
using IrqSafety.Rules;
using IrqSafety.Runtime;
using Xunit;

namespace IrqSafety.Simulator.Tests;

public class DeadlockTests
{
    private static ExplorationOutcome Explore<T>(ExplorationOptions? options = null)
        where T : IScenario, new() => Explorer.Explore(ScenarioType.Of<T>(), options ?? new ExplorationOptions { Strategy = "exhaustive" });

    [Fact]
    public void A_lock_shared_with_an_nmi_deadlocks_with_the_interrupted_holder()
    {
        ExplorationOutcome outcome = Explore<NmiTakesTheTasksLock>();
        Assert.Null(outcome.NonDeterminism);
        Assert.True(outcome.Summary.Exhaustive);
        Violation shared = outcome.Violations.Single(found => found.Violation.Law == LawIds.NmiShared).Violation;
        Assert.Equal(Evidence.Harm, shared.Evidence);
        Assert.EndsWith("NmiTakesTheTasksLock.OnWatchdog(IrqSafety.Runtime.IntId)|M:IrqSafety.Runtime.RawSpinLock.Lock|0", shared.Site!.ToString());
        Assert.Contains(shared.Detail, line => line.Contains("interrupted it and waits on its stack", System.StringComparison.Ordinal));
    }

    [Fact]
    public void A_try_form_in_the_nmi_is_silent()
    {
        ExplorationOutcome outcome = Explore<NmiTriesTheTasksLock>();
        Assert.Null(outcome.NonDeterminism);
        Assert.True(outcome.Summary.Exhaustive);
        Assert.Empty(outcome.Violations);
    }

    [Fact]
    public void Opposite_orders_deadlock_and_the_cycle_names_both()
    {
        ExplorationOutcome outcome = Explore<OppositeOrders>();
        Assert.Null(outcome.NonDeterminism);
        Assert.True(outcome.Summary.Exhaustive);
        Assert.Contains(outcome.Violations, found => found.Violation.Law == LawIds.LockOrder);
        Violation deadlock = outcome.Violations.First(found => found.Violation.Evidence == Evidence.Harm).Violation;
        Assert.Contains(deadlock.Detail, line => line.Contains("'forward' waits for _second", System.StringComparison.Ordinal));
        Assert.Contains(deadlock.Detail, line => line.Contains("'backward' waits for _first", System.StringComparison.Ordinal));
    }

    // An interrupt came while it idled, and its idle loop waits for the next one with interrupts off: the stop of the machine wakes it.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_CPU_that_idles_does_not_hold_up_one_that_goes_down(bool nmi)
    {
        ExplorationOutcome outcome = Explorer.Explore(ScenarioType.From("idle", () => new GoesDownWhileTheOtherIdles(nmi)), new ExplorationOptions { Strategy = "exhaustive" });
        Assert.Null(outcome.NonDeterminism);
        Assert.True(outcome.Summary.Exhaustive);
        Assert.Empty(outcome.Violations);
    }

    private sealed class GoesDownWhileTheOtherIdles(bool nmi) : IScenario
    {
        public void Build(MachineBuilder b) => b.Cpus(2)
            .Boot(() =>
            {
                if (nmi)
                {
                    Lines.NmiOnBootCpu(static _ => IrqReturn.Handled);
                }
                else
                {
                    Lines.IrqOnBootCpu(static _ => IrqReturn.Handled);
                }
            })
            .Source("device", Lines.Watchdog, cpu: 0)
            .Hotplug(1, upAgain: false);
    }
}
