using System;
using System.Collections.Generic;
using System.Linq;
using IrqSafety.Contracts;
using IrqSafety.Rules;
using IrqSafety.Runtime;
using Xunit;

namespace IrqSafety.Simulator.Tests;

/// <summary>A task that another one waits for runs on top of that one's stack. Nobody can tell, however either of them ends.</summary>
public class StackOnTopTests
{
    private static ExplorationOutcome Explore(Action<MachineBuilder> build) =>
        Explorer.Explore(ScenarioType.From("on top", () => new Inline(build)), new ExplorationOptions { Strategy = "exhaustive" });

    // CPU 1 is brought up by the program; its hotplug thread runs this while the program waits for it.
    private static void BringUp(MachineBuilder b, Action<CpuId> online, Action? around = null) => b.Cpus(2).Task(0, "admin", () =>
    {
        _ = CpuHotplug.SetupOnlineState(
            "state",
            [RunsIn(Context.Task, Within = Section.CpuOnline)] (cpu) =>
            {
                if (cpu == new CpuId(1))
                {
                    online(cpu);
                }

                return Errno.Ok;
            },
            null,
            out _);
        around?.Invoke();
    });

    private static Violation Only(ExplorationOutcome outcome)
    {
        Assert.Null(outcome.NonDeterminism);
        Assert.True(outcome.Summary.Exhaustive);
        return Assert.Single(outcome.Violations).Violation;
    }

    [Fact]
    public void What_waits_comes_after_what_it_waits_for()
    {
        List<string> order = [];
        ExplorationOutcome outcome = Explore(b =>
        {
            order.Clear();
            var cell = new Shared<int>(0, "cell");
            BringUp(
                b,
                cpu =>
                {
                    cell.WriteOnce(1);
                    order.Add($"online {KernelTask.Current.Cpu}");
                },
                () => order.Add($"admin {KernelTask.Current.Cpu}"));
            b.Task(0, "other", () => cell.WriteOnce(2));
        });
        Assert.Empty(outcome.Violations);
        Assert.True(outcome.Summary.Exhaustive);
        Assert.Equal(["online CPU1", "admin CPU0"], order);
    }

    [Fact]
    public void Who_waits_in_it_lets_others_go_on()
    {
        // The callback waits for another task of the CPU whose stack it is on.
        ExplorationOutcome outcome = Explore(b =>
        {
            var ready = new Completion();
            BringUp(b, _ => ready.Wait());
            b.Task(0, "provider", ready.Complete);
        });
        Assert.Empty(outcome.Violations);
        Assert.True(outcome.Summary.Exhaustive);
    }

    [Fact]
    public void A_wait_for_ever_on_top_ends_both_innermost_first()
    {
        List<string> order = [];
        Violation violation = Only(Explore(b =>
        {
            order.Clear();
            var never = new Completion();
            b.Cpus(2).Task(0, "admin", () =>
            {
                try
                {
                    _ = CpuHotplug.SetupOnlineState(
                        "state",
                        [RunsIn(Context.Task, Within = Section.CpuOnline)] (cpu) =>
                        {
                            try
                            {
                                if (cpu == new CpuId(1))
                                {
                                    never.Wait();
                                }
                            }
                            finally
                            {
                                order.Add($"callback on {cpu}");
                            }

                            return Errno.Ok;
                        },
                        null,
                        out _);
                }
                finally
                {
                    order.Add("admin");
                }
            });
        }));
        Assert.Equal((Harms.Deadlock, Evidence.Harm), (violation.Law, violation.Evidence));
        Assert.Equal(["callback on CPU0", "callback on CPU1", "admin"], order);
    }

    [Fact]
    public void A_stack_that_was_lent_comes_back_from_below()
    {
        // As a worker runs: the hotplug thread stands on top of a task on the caller's own stack, and every execution ends there.
        List<string> order = [];
        using var runner = new ScenarioRunner(
            ScenarioType.From("lent", () => new Inline(b =>
            {
                var never = new Completion();
                BringUp(b, _ =>
                {
                    try
                    {
                        never.Wait();
                    }
                    finally
                    {
                        order.Add("callback");
                    }
                });
            })),
            null);
        runner.LendStack();
        var strategy = new ReplayStrategy([]);
        for (int execution = 0; execution < 3; execution++)
        {
            _ = strategy.Begin();
            ExecutionResult result = runner.Run(strategy, new ExecutionOptions());
            Assert.Equal(Harms.Deadlock, result.Harm?.Kind);
            Assert.False(result.LeftThreadBehind);
        }

        Assert.Equal(["callback", "callback", "callback"], order);
    }

    [Fact]
    public void A_catch_all_on_top_does_not_let_who_waits_below_go_on()
    {
        bool wentOn = false;
        Violation violation = Only(Explore(b =>
        {
            var never = new Completion();
            var cell = new Shared<int>(0, "cell");
            BringUp(
                b,
                _ =>
                {
                    try
                    {
                        never.Wait();
                    }
                    catch
                    {
                        // What a careless program does.
                    }
                },
                () =>
                {
                    wentOn = true;
                    cell.Add(1);
                });
        }));
        Assert.Equal(Harms.Deadlock, violation.Law);
        Assert.False(wentOn);
    }

    [Fact]
    public void A_loop_around_a_catch_all_on_top_is_left_behind_with_what_is_below()
    {
        Violation violation = Only(Explore(b =>
        {
            var never = new Completion();
            BringUp(b, _ =>
            {
                while (true)
                {
                    try
                    {
                        never.Wait();
                        return;
                    }
                    catch
                    {
                        // And again.
                    }
                }
            });
        }));
        Assert.Equal(Harms.Deadlock, violation.Law);
    }

    [Fact]
    public void An_exception_on_top_does_not_reach_who_waits_below()
    {
        bool caught = false;
        Violation violation = Only(Explore(b => b.Cpus(2).Task(0, "admin", () =>
        {
            try
            {
                _ = CpuHotplug.SetupOnlineState(
                    "state",
                    [RunsIn(Context.Task, Within = Section.CpuOnline)] (cpu) => cpu == new CpuId(1) ? throw new InvalidOperationException("no such device") : Errno.Ok,
                    null,
                    out _);
            }
            catch (InvalidOperationException)
            {
                caught = true;
            }
        })));
        Assert.Equal(Harms.Exception, violation.Law);
        Assert.Contains("cpuhp/1", violation.Message, StringComparison.Ordinal);
        Assert.False(caught);
    }

    [Fact]
    public void What_ends_elsewhere_while_it_stands_on_top_unwinds_both()
    {
        // CPU 1's callback stands at a point in the middle when the other task runs into its BUG().
        List<string> order = [];
        ExplorationOutcome outcome = Explore(b =>
        {
            order.Clear();
            var cell = new Shared<int>(0, "cell");
            BringUp(b, _ =>
            {
                try
                {
                    cell.Add(1);
                    cell.Add(1);
                }
                finally
                {
                    order.Add("callback");
                }
            });
            b.Task(0, "other", () =>
            {
                if (cell.ReadOnce() == 1)
                {
                    throw new InvalidOperationException("seen in the middle");
                }
            });
        });
        Assert.Null(outcome.NonDeterminism);
        Assert.True(outcome.Summary.Exhaustive);
        Assert.Contains(outcome.Violations, found => found.Violation.Law == Harms.Exception && found.Violation.Message.Contains("seen in the middle", StringComparison.Ordinal));
        Assert.Equal("callback", Assert.Single(order));
    }

    [Fact]
    public void Its_calls_end_where_it_begins()
    {
        var calls = new List<int>();
        using var runner = new ScenarioRunner(ScenarioType.From("sites", () => new Inline(b => BringUp(b, InCallback))), null);
        var strategy = new ReplayStrategy([]);
        _ = strategy.Begin();
        _ = runner.Run(strategy, new ExecutionOptions(CaptureSites: true), step =>
        {
            if (step.Task.StartsWith("cpuhp/1", StringComparison.Ordinal) && step.Operation.Name == "Preemption.Disable")
            {
                calls.Add(step.Calls.Count(call => call.Site.ToString().Contains("SetupOnlineState", StringComparison.Ordinal)));
            }
        });
        Assert.Equal([0], calls);
    }

    private static void InCallback(CpuId cpu)
    {
        Preemption.Disable();
        Preemption.Enable();
    }
}
