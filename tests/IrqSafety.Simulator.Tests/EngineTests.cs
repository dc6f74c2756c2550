using System;
using System.Collections.Generic;
using System.Linq;
using IrqSafety.Contracts;
using IrqSafety.Rules;
using IrqSafety.Runtime;
using Xunit;

namespace IrqSafety.Simulator.Tests;

/// <summary>Scheduling, nesting, time and waits, by the set of states a search reaches.</summary>
public class EngineTests
{
    private static ExplorationOutcome Explore(Action<MachineBuilder> build, ExplorationOptions? options = null) =>
        Explorer.Explore(ScenarioType.From("engine", () => new Inline(build)), options ?? new ExplorationOptions { Strategy = "exhaustive" });

    private static SortedSet<string> States(Action<MachineBuilder, List<string>> build, ExplorationOptions? options = null, bool races = false)
    {
        var states = new SortedSet<string>(StringComparer.Ordinal);
        ExplorationOutcome outcome = Explore(
            b =>
            {
                var seen = new List<string>();
                build(b, seen);
                b.AtEnd("noted", () => states.Add(string.Join(' ', seen)) || true);
            },
            options);
        Assert.DoesNotContain(outcome.Violations, found => !races || found.Violation.Law != LawIds.DataRace);
        Assert.Null(outcome.NonDeterminism);
        Assert.True(outcome.Summary.Exhaustive);
        return states;
    }

    private static SortedSet<string> CounterStates(int switches) => States((b, seen) =>
    {
        var counter = new Shared<int>(0, "counter");
        b.Cpus(2).Switches(switches)
            .Task(0, "a", () => counter.Add(1))
            .Task(1, "b", () => counter.Add(1))
            .AtEnd("value", () =>
            {
                seen.Add(counter.Peek.ToString(System.Globalization.CultureInfo.InvariantCulture));
                return true;
            });
    }, races: true);

    [Fact]
    public void An_unprotected_increment_loses_an_update_with_one_switch() => Assert.Equal(["1", "2"], CounterStates(switches: 1));

    [Fact]
    public void Without_preemptive_switches_it_does_not() => Assert.Equal(["2"], CounterStates(switches: 0));

    [Fact]
    public void A_handler_runs_before_after_or_not_at_all()
    {
        SortedSet<string> states = States((b, seen) =>
        {
            var log = new Shared<int>(0, "log");
            void Mark(string text)
            {
                log.WriteOnce(seen.Count);
                seen.Add(text);
            }

            b.Cpus(1)
                .Boot(() => Lines.IrqOnBootCpu([RunsIn(Context.HardIrq)] (_) =>
                {
                    Mark("irq");
                    return IrqReturn.Handled;
                }))
                .Task(0, "task", () =>
                {
                    LocalIrq.Disable();
                    Mark("masked");
                    LocalIrq.Enable();
                    Mark("open");
                })
                .Source("watchdog", Lines.Watchdog, 0);
        });
        Assert.Equal(["irq masked open", "masked irq open", "masked open", "masked open irq"], states);
    }

    [Fact]
    public void An_nmi_nests_in_an_interrupt_but_not_the_reverse()
    {
        IntId irq = IntId.Ppi(3);
        var marks = new SortedSet<string>(StringComparer.Ordinal);
        ExplorationOutcome outcome = Explore(b =>
        {
            var seen = new List<string>();
            var cell = new Shared<int>(0, "cell");
            void Mark(string text)
            {
                cell.ReadOnce();
                seen.Add(text);
                cell.WriteOnce(seen.Count);
            }

            b.Cpus(1)
                .Boot(() => Lines.NmiOnBootCpu([RunsIn(Context.PseudoNmi)] (_) =>
                {
                    Mark("nmi(");
                    Mark(")nmi");
                    return IrqReturn.Handled;
                }))
                .Boot(() =>
                {
                    Irq.RequestPercpuIrq(irq, [RunsIn(Context.HardIrq)] (_) =>
                    {
                        Mark("irq(");
                        Mark(")irq");
                        return IrqReturn.Handled;
                    }, "timer");
                    Preemption.Disable();
                    Irq.EnablePercpuIrq(irq);
                    Preemption.Enable();
                })
                .Source("timer", irq, 0)
                .Source("watchdog", Lines.Watchdog, 0)
                .AtEnd("noted", () => marks.Add(string.Join(' ', seen)) || true);
        });
        Assert.Empty(outcome.Violations);
        Assert.Contains("irq( nmi( )nmi )irq", marks);
        Assert.Contains("nmi( )nmi irq( )irq", marks);
        Assert.DoesNotContain(marks, state => state.StartsWith("nmi( irq(", StringComparison.Ordinal));
    }

    [Fact]
    public void A_handler_that_matters_only_through_another_one_comes_early_enough()
    {
        IntId first = IntId.Ppi(3);
        SortedSet<string> states = States((b, seen) =>
        {
            var flag = new Shared<bool>(false, "flag");
            var cell = new Shared<int>(0, "cell");
            b.Cpus(1)
                .Boot(() => Lines.IrqOnBootCpu([RunsIn(Context.HardIrq)] (_) =>
                {
                    if (flag.ReadOnce())
                    {
                        cell.WriteOnce(1);
                    }

                    return IrqReturn.Handled;
                }))
                .Boot(() =>
                {
                    Irq.RequestPercpuIrq(first, [RunsIn(Context.HardIrq)] (_) =>
                    {
                        flag.WriteOnce(true);
                        return IrqReturn.Handled;
                    }, "first");
                    Preemption.Disable();
                    Irq.EnablePercpuIrq(first);
                    Preemption.Enable();
                })
                .Task(0, "task", () =>
                {
                    seen.Add(cell.ReadOnce().ToString(System.Globalization.CultureInfo.InvariantCulture));
                    seen.Add(cell.ReadOnce().ToString(System.Globalization.CultureInfo.InvariantCulture));
                })
                .Source("first", first, 0)
                .Source("watchdog", Lines.Watchdog, 0);
        });
        Assert.Equal(["0 0", "0 1", "1 1"], states);
    }

    [Fact]
    public void An_input_has_every_value_and_one_in_each_execution()
    {
        SortedSet<string> states = States((b, seen) =>
        {
            FreeInput<int> size = b.Input("size", 1, 2, 3);
            b.Cpus(1).Task(0, "task", () => seen.AddRange([$"{size.Value}", $"{size.Value}"]));
        });
        Assert.Equal(["1 1", "2 2", "3 3"], states);
    }

    [Fact]
    public void An_unlatched_interrupt_comes_while_enabled_or_not_at_all()
    {
        SortedSet<string> states = States((b, seen) => b.Profile(MachineProfile.Unlatched).Cpus(1)
            .UnlatchedSource("one", 1, () => seen.Add("one"))
            .Task(0, "task", () =>
            {
                seen.Add("off");
                UnlatchedIrq.Enable(1);
                seen.Add("on");
                UnlatchedIrq.Disable(1);
                seen.Add("off");
            }));
        Assert.Equal(["off on off", "off on one off"], states);
    }

    [Fact]
    public void An_unlatched_source_needs_its_profile() => Assert.Contains(
        "MachineProfile.Unlatched",
        Assert.Throws<ScenarioException>(() => Explore(b => b.Cpus(1).UnlatchedSource("one", 1, () => { }))).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Asserting_is_apart_from_taking_when_reductions_are_off()
    {
        var choices = new HashSet<string>();
        _ = Explore(
            b => b.Cpus(1)
                .Boot(() => Lines.IrqOnBootCpu([RunsIn(Context.HardIrq)] (_) => IrqReturn.Handled))
                .Task(0, "task", () =>
                {
                    LocalIrq.Disable();
                    LocalIrq.Enable();
                })
                .Source("watchdog", Lines.Watchdog, 0),
            new ExplorationOptions
            {
                Strategy = "exhaustive",
                InjectEveryPoint = true,
                OnExecution = result => choices.UnionWith(result.Schedule.Select(decision => $"{decision.Operation}: {decision.Choice}")),
            });

        // Raised while masked, it stays pending; once unmasked it is taken, or still left for later.
        Assert.Contains("LocalIrq.Enable: assert watchdog", choices);
        Assert.Contains("LocalIrq.Disable: defer", choices);
    }

    [Fact]
    public void Time_passes_only_when_nothing_else_can_happen()
    {
        SortedSet<string> states = States((b, seen) => b.Cpus(2)
            .Task(0, "sleeper", () =>
            {
                Processor.Delay(5);
                seen.Add("late");
            })
            .Task(1, "worker", () =>
            {
                new Shared<int>(0, "work").WriteOnce(1);
                seen.Add("early");
            }));
        Assert.Equal(["early late"], states);
    }

    [Fact]
    public void Early_timeouts_let_a_deadline_pass_anywhere()
    {
        static void Build(MachineBuilder b)
        {
            var done = new Completion();
            var timedOut = new Shared<bool>(false, "timed out");
            b.Cpus(2)
                .Task(0, "waiter", () => timedOut.WriteOnce(!done.WaitTimeout(1)))
                .Task(1, "completer", done.Complete)
                .AtEnd("in time", () => !timedOut.Peek);
        }

        Assert.Empty(Explore(Build).Violations);
        ExplorationOutcome early = Explore(Build, new ExplorationOptions { Strategy = "exhaustive", EarlyTimeouts = true });
        Assert.Contains(early.Violations, found => found.Violation.Law == Harms.Assertion);
        Assert.Contains("deadlines may pass anywhere", early.Summary.Bound, StringComparison.Ordinal);
    }

    [Fact]
    public void A_wake_up_that_comes_is_waited_for_asleep()
    {
        SortedSet<string> states = States((b, seen) =>
        {
            var done = new Completion();
            b.Cpus(1)
                .Task(0, "waiter", () =>
                {
                    done.Wait();
                    seen.Add("woken");
                })
                .Task(0, "completer", () =>
                {
                    done.Complete();
                    seen.Add("completed");
                });
        });
        Assert.Contains("completed woken", states);
    }

    [Fact]
    public void A_spontaneous_source_never_rescues_a_wait()
    {
        ExplorationOutcome outcome = Explore(b =>
        {
            var done = new Completion();
            b.Cpus(1)
                .Boot(() => Lines.IrqOnBootCpu([RunsIn(Context.HardIrq)] (_) =>
                {
                    done.Complete();
                    return IrqReturn.Handled;
                }))
                .Task(0, "waiter", done.Wait)
                .Source("watchdog", Lines.Watchdog, 0);
        });
        Violation deadlock = Assert.Single(outcome.Violations).Violation;
        Assert.Equal(Harms.Deadlock, deadlock.Law);
        Assert.Contains("'waiter' waits for", deadlock.Detail[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Faults_happen_as_often_as_declared()
    {
        var failures = new SortedSet<int>();
        ExplorationOutcome outcome = Explore(b =>
        {
            int failed = 0;
            b.Cpus(1).Fault("kmalloc", 2)
                .Task(0, "allocates", () =>
                {
                    for (int round = 0; round < 3; round++)
                    {
                        failed += Slab.Allocate(16) is null ? 1 : 0;
                    }
                })
                .AtEnd("noted", () => failures.Add(failed) || true);
        });
        Assert.Empty(outcome.Violations);
        Assert.Equal([0, 1, 2], failures);
    }

    [Fact]
    public void Hotplug_runs_the_callbacks_down_and_up()
    {
        SortedSet<string> states = States((b, seen) => b.Cpus(2)
            .Boot(() => CpuHotplug.SetupState("test:starting", cpu => seen.Add($"up{cpu.Value}"), cpu => seen.Add($"down{cpu.Value}")))
            .Hotplug(1, upAgain: true));
        Assert.Equal(["up0 up1 down1 up1"], states);
    }

    [Fact]
    public void An_invariant_is_checked_at_every_step()
    {
        ExplorationOutcome outcome = Explore(b =>
        {
            var balance = new Shared<int>(0, "balance");
            b.Cpus(1).Invariant("balance is not negative", () => balance.Peek >= 0)
                .Task(0, "spender", () =>
                {
                    balance.WriteOnce(-1);
                    balance.WriteOnce(1);
                });
        });
        Violation violation = Assert.Single(outcome.Violations).Violation;
        Assert.Equal(Harms.Assertion, violation.Law);
        Assert.Contains("balance is not negative", violation.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_invariant_over_two_cells_sees_every_interleaving()
    {
        // Each cell is touched by one CPU only; what the two of them show together still depends on the schedule.
        ExplorationOutcome outcome = Explore(b =>
        {
            var left = new Shared<bool>(false, "left");
            var right = new Shared<bool>(false, "right");
            b.Cpus(2).Invariant("not both", () => !(left.Peek && right.Peek))
                .Task(0, "left", () => Pulse(left))
                .Task(1, "right", () => Pulse(right));
        });
        Assert.Equal(Harms.Assertion, Assert.Single(outcome.Violations).Violation.Law);

        static void Pulse(Shared<bool> cell)
        {
            cell.WriteOnce(true);
            cell.WriteOnce(false);
        }
    }

    [Fact]
    public void An_interrupt_left_behind_a_mask_is_lost()
    {
        ExplorationOutcome outcome = Explore(b =>
        {
            var ipi = IntId.Sgi(1);
            b.Cpus(1)
                .Boot(machine =>
                {
                    Irq.RequestPercpuIrq(ipi, [RunsIn(Context.HardIrq)] (_) => IrqReturn.Handled, "self");
                    Preemption.Disable();
                    Irq.EnablePercpuIrq(ipi);
                    Preemption.Enable();
                })
                .Task(0, "masks and idles", () =>
                {
                    LocalIrq.Disable();
                    Machine.Current.Gic.SendSgi(ipi, CpuMask.Of(new CpuId(0)));
                    Processor.Delay(1);
                    LocalIrq.Enable();
                });
        });
        Assert.Empty(outcome.Violations);
    }

    [Fact]
    public void Exploration_is_the_same_twice()
    {
        ExplorationOutcome first = Explorer.Explore(ScenarioType.Of<OppositeOrders>(), new ExplorationOptions { Strategy = "random", Seed = 7, Executions = 200 });
        ExplorationOutcome second = Explorer.Explore(ScenarioType.Of<OppositeOrders>(), new ExplorationOptions { Strategy = "random", Seed = 7, Executions = 200 });
        Assert.Equal(first.Violations.Select(found => found.Violation.Key), second.Violations.Select(found => found.Violation.Key));
        Assert.Equal(
            first.Violations.Select(found => string.Join(';', found.Violation.Schedule)),
            second.Violations.Select(found => string.Join(';', found.Violation.Schedule)));
    }

    [Theory]
    [InlineData("pct")]
    [InlineData("random")]
    public void Sampling_finds_the_deadlock_and_does_not_claim_to_be_exhaustive(string strategy)
    {
        ExplorationOutcome outcome = Explorer.Explore(ScenarioType.Of<OppositeOrders>(), new ExplorationOptions { Strategy = strategy, Executions = 500 });
        Assert.False(outcome.Summary.Exhaustive);
        Assert.Equal(strategy, outcome.Summary.Strategy);
        Assert.Contains(outcome.Violations, found => found.Violation.Evidence == Evidence.Harm);
        Assert.Equal(strategy == "pct", outcome.Summary.MissBound.Contains("depth 3", StringComparison.Ordinal));
    }
}
