using System.Collections.Generic;
using IrqSafety.Simulator;
using Xunit;

namespace Testing;

/// <summary>Explorations as tests.</summary>
public class TimerTests(ITestOutputHelper output)
{
    [Fact]
    public void No_tick_is_lost_when_the_timer_is_masked()
    {
        ExplorationMessage explored = Simulate.Run<CollectMasked>(new SimulationOptions { Write = output.WriteLine });

        // Silence means something only when everything within the bound was looked at.
        Assert.True(explored.Exhaustive, explored.Bound);
    }

    [Fact]
    public void A_tick_is_lost_when_it_is_not()
    {
        var written = new List<string>();

        SimulationFailedException failed = Assert.Throws<SimulationFailedException>(() => Simulate.Run<CollectUnmasked>(new SimulationOptions { Write = written.Add }));

        // The message is the report: what is wrong, where, and the schedule that shows it. The delegate gets the same, line by line.
        Assert.Equal(failed.Message.Split('\n'), written);
        Assert.Contains("TimerStatistics.cs:", failed.Message);
        Assert.Contains("The final condition 'every tick is collected or waits' does not hold.", failed.Message);
        Assert.Contains("data.race", failed.Message);
        Assert.Contains("schedule: collector", failed.Message);
        Assert.Contains(failed.Outcome.Violations, found => found.Violation.Law == "harm.assertion");
    }

    [Fact]
    public void A_search_can_be_given_a_strategy_and_a_budget()
    {
        ExplorationMessage explored = Simulate.Run<CollectMasked>(new SimulationOptions
        {
            Exploration = new ExplorationOptions { Strategy = "random", Seed = 7, Executions = 50 },
        });

        Assert.Equal(50, explored.Executions);
        Assert.False(explored.Exhaustive);
    }
}
