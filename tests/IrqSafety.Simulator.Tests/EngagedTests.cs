using System;
using System.Linq;
using IrqSafety.Runtime;
using Xunit;

namespace IrqSafety.Simulator.Tests;

/// <summary>Samples that come between what is under way find sooner what needs just that.</summary>
public class EngagedTests
{
    private const int Seeds = 101;

    [Fact]
    public void Locks_taken_in_a_ring_of_three_deadlock_sooner_than_by_uniform_choice()
    {
        Assert.True(Median(engaged: true, Ring) < Median(engaged: false, Ring));

        static void Ring(MachineBuilder b)
        {
            RawSpinLock[] locks = [new("a"), new("b"), new("c")];
            b.Cpus(3);
            for (int cpu = 0; cpu < 3; cpu++)
            {
                (RawSpinLock first, RawSpinLock second) = (locks[cpu], locks[(cpu + 1) % 3]);
                b.Task(cpu, $"task {cpu}", () =>
                {
                    using (first.Lock())
                    using (second.Lock())
                    {
                        Processor.Relax();
                    }
                });
            }
        }
    }

    [Fact]
    public void A_lost_update_is_found_no_later_than_by_uniform_choice()
    {
        Assert.True(Median(engaged: true, LostUpdate) <= Median(engaged: false, LostUpdate));

        static void LostUpdate(MachineBuilder b)
        {
            var counter = new Shared<int>(0, "counter");
            void Count()
            {
                for (int round = 0; round < 2; round++)
                {
                    counter.WriteOnce(counter.ReadOnce() + 1);
                }
            }

            b.Cpus(2).Task(0, "first", Count).Task(1, "second", Count).AtEnd("nothing is lost", () => counter.Peek == 4);
        }
    }

    private static double Median(bool engaged, Action<MachineBuilder> build) =>
        Enumerable.Range(1, Seeds).Select(seed => FirstHarm(engaged ? new EngagedStrategy((ulong)seed) : new RandomStrategy((ulong)seed), build)).Order().ElementAt(Seeds / 2);

    private static int FirstHarm(IStrategy strategy, Action<MachineBuilder> build)
    {
        var runner = new ScenarioRunner(ScenarioType.From("sampled", () => new Inline(build)), profile: null);
        for (int execution = 1; execution < 1000; execution++)
        {
            _ = strategy.Begin();
            if (runner.Run(strategy, new ExecutionOptions(Switches: int.MaxValue)).Harm is not null)
            {
                return execution;
            }
        }

        return 1000;
    }
}
