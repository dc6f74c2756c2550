using System;
using System.Collections.Generic;
using System.Linq;
using IrqSafety.Contracts;
using IrqSafety.Runtime;
using Xunit;

namespace IrqSafety.Simulator.Tests;

/// <summary>
/// Loops that wait by looking end when what they look at changes, whoever changes it, with <see cref="Processor.Relax"/> and without it; the reduced search finds the
/// ends that the unreduced one finds. Loops that nothing ends are hangs, and code that only looks often is no poll.
/// </summary>
public class PollTests
{
    private static readonly IntId s_line = IntId.Spi(7);

    [Fact]
    public void A_flag_that_another_CPU_sets() => Agree(["1"], (b, see) =>
    {
        var flag = new Shared<int>(0, "flag");
        var data = new Shared<int>(0, "data");
        b.Cpus(2)
            .Task(0, "polls", () =>
            {
                while (flag.LoadAcquire() == 0)
                {
                }

                see.Add($"{data.Read()}");
            })
            .Task(1, "sets", () =>
            {
                data.Write(1);
                flag.StoreRelease(1);
            });
    });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Two_that_poll_leave_the_third_its_turn(bool relax) => Agree(["done"], (b, see) =>
    {
        var flag = new Shared<int>(0, "flag");
        void Poll()
        {
            while (flag.LoadAcquire() == 0)
            {
                if (relax)
                {
                    Processor.Relax();
                }
            }
        }

        b.Cpus(3).Switches(1).Task(0, "polls", Poll).Task(1, "polls too", Poll).Task(2, "sets", () =>
        {
            flag.StoreRelease(1);
            see.Add("done");
        });
    });

    [Fact]
    public void Data_that_is_looked_at_under_its_lock() => Agree(["1"], (b, see) =>
    {
        var guard = new RawSpinLock("guard");
        var ready = new Shared<int>(0, "ready");
        b.Cpus(2)
            .Task(0, "polls", () =>
            {
                while (true)
                {
                    using (guard.Lock())
                    {
                        if (ready.Read() is int seen and not 0)
                        {
                            see.Add($"{seen}");
                            return;
                        }
                    }
                }
            })
            .Task(1, "sets", () =>
            {
                using (guard.Lock())
                {
                    ready.Write(1);
                }
            });
    });

    [Fact]
    public void A_lock_that_is_only_tried() => Agree(["0 1", "1 0"], (b, see) =>
    {
        var taken = new RawSpinLock("taken");
        b.Cpus(2).Task(0, "first", () => Enter(0)).Task(1, "second", () => Enter(1));

        void Enter(int cpu)
        {
            while (!taken.TryAcquire())
            {
            }

            see.Add($"{cpu}");
            taken.Release();
        }
    });

    [Fact]
    public void A_lock_made_by_hand_of_compare_and_exchange() => Agree(["0 1", "1 0"], (b, see) =>
    {
        var word = new Shared<int>(0, "word");
        b.Cpus(2).Task(0, "first", () => Enter(0)).Task(1, "second", () => Enter(1));

        void Enter(int cpu)
        {
            while (word.CompareExchange(1, 0) != 0)
            {
            }

            see.Add($"{cpu}");
            word.StoreRelease(0);
        }
    });

    [Fact]
    public void A_flag_that_a_handler_on_the_same_CPU_sets() => Agree(["1"], (b, see) =>
    {
        var flag = new Shared<int>(0, "flag");
        b.Cpus(2)
            .Boot(() => Irq.RequestIrq(s_line, [RunsIn(Context.HardIrq)] (_) => Handled(flag), IrqRequestFlags.None, "device"))
            .Task(0, "polls", () =>
            {
                while (flag.ReadOnce() == 0)
                {
                }

                see.Add("1");
            })
            .Task(1, "sets pending", () => Gicd.SetPending(s_line));
    });

    [Fact]
    public void A_pending_bit_of_the_distributor() => Agree(["pending"], (b, see) => b.Cpus(2)
        .Task(0, "polls", () =>
        {
            while (!Gicd.IsPending(s_line))
            {
            }

            see.Add("pending");
        })
        .Task(1, "sets pending", () => Gicd.SetPending(s_line)));

    [Theory]
    [InlineData(MemoryModel.Sc)]
    [InlineData(MemoryModel.Arm)]
    public void What_was_stored_before_the_flag_is_seen_after_it(MemoryModel memory)
    {
        Seen seen = Explore(everyPoint: true, memory, (b, see) =>
        {
            var flag = new Shared<int>(0, "flag");
            var data = new Shared<int>(0, "data");
            b.Cpus(2)
                .Task(0, "polls", () =>
                {
                    while (flag.LoadAcquire() == 0)
                    {
                    }

                    see.Add($"{data.ReadOnce()}");
                })
                .Task(1, "sets", () =>
                {
                    data.WriteOnce(1);
                    flag.StoreRelease(1);
                });
        });

        Assert.Equal((null, true), (seen.Harm, seen.Exhaustive));
        Assert.Equal(["1"], seen.Ends);
    }

    [Fact]
    public void A_flag_that_nobody_sets_is_a_hang_that_names_it()
    {
        Seen seen = Explore(everyPoint: false, MemoryModel.Sc, (b, _) =>
        {
            var flag = new Shared<int>(0, "flag");
            var other = new Shared<int>(0, "other");
            b.Cpus(2)
                .Task(0, "polls", () =>
                {
                    while (flag.ReadOnce() == 0)
                    {
                    }
                })
                .Task(1, "sets another", () => other.WriteOnce(1));
        });

        Assert.Equal(Harms.Hang, seen.Harm?.Kind);
        Assert.StartsWith("'polls' looks at flag (Shared.ReadOnce) again and again, and nothing that goes on changes it", seen.Harm!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_loop_with_an_end_gives_up_when_nothing_else_goes_on() => Agree(["given up", "seen"], (b, see) =>
    {
        var flag = new Shared<int>(0, "flag");
        FreeInput<bool> chooses = b.Cpus(2).Input("sets it", false, true);
        b.Task(0, "polls", () =>
            {
                for (int look = 0; look < 100; look++)
                {
                    if (flag.ReadOnce() != 0)
                    {
                        see.Add("seen");
                        return;
                    }
                }

                see.Add("given up");
            })
            .Task(1, "sets or not", () =>
            {
                if (chooses.Value)
                {
                    flag.WriteOnce(1);
                }
            });
    });

    [Fact]
    public void Looking_a_dozen_times_is_no_poll() => Agree(["0 first", "second 0", "second 1"], (b, see) =>
    {
        var data = new Shared<int>(0, "data");
        var done = new Shared<int>(0, "done");
        b.Cpus(2)
            .Task(0, "looks", () =>
            {
                int sum = 0;
                for (int look = 0; look < 12; look++)
                {
                    sum = data.ReadOnce();
                }

                done.WriteOnce(1);
                see.Add($"{sum}");
            })
            .Task(1, "writes", () =>
            {
                see.Add(done.ReadOnce() == 1 ? "first" : "second");
                data.WriteOnce(1);
            })
            .Switches(1);
    });

    private static IrqReturn Handled(Shared<int> flag)
    {
        flag.WriteOnce(1);
        return IrqReturn.Handled;
    }

    private static void Agree(string[] expected, Action<MachineBuilder, List<string>> build)
    {
        Seen unreduced = Explore(everyPoint: true, MemoryModel.Sc, build);
        Seen reduced = Explore(everyPoint: false, MemoryModel.Sc, build);
        Assert.Null(unreduced.Harm);
        Assert.Null(reduced.Harm);
        Assert.True(unreduced.Exhaustive && reduced.Exhaustive);
        Assert.Equal(expected, unreduced.Ends);
        Assert.Equal(expected, reduced.Ends);
    }

    private static Seen Explore(bool everyPoint, MemoryModel memory, Action<MachineBuilder, List<string>> build)
    {
        var ends = new SortedSet<string>(StringComparer.Ordinal);
        HarmRecord? harm = null;
        ExplorationOutcome outcome = Explorer.Explore(ScenarioType.From("polls", () => new Inline(b =>
        {
            var see = new List<string>();
            build(b, see);
            b.AtEnd("seen", () =>
            {
                _ = ends.Add(string.Join(' ', see));
                return true;
            });
        })), new ExplorationOptions
        {
            Strategy = "exhaustive",
            InjectEveryPoint = everyPoint,
            Executions = 20_000,
            Memory = memory,
            ConfirmsViolations = false,
            OnExecution = result => harm ??= result.Harm,
        });
        Assert.Null(outcome.NonDeterminism);
        return new Seen([.. ends], harm, outcome.Summary.Exhaustive);
    }

    private sealed record Seen(string[] Ends, HarmRecord? Harm, bool Exhaustive);
}
