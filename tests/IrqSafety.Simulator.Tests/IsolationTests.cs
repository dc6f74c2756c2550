using System;
using System.Linq;
using System.Threading.Tasks;
using IrqSafety.Contracts;
using IrqSafety.Rules;
using IrqSafety.Runtime;
using Xunit;

namespace IrqSafety.Simulator.Tests;

/// <summary>What a program does must not get in the way of the search: executions end, and the next one starts clean.</summary>
public class IsolationTests
{
    private static ExplorationOutcome Explore(Action<MachineBuilder> build, string strategy = "exhaustive") =>
        Explorer.Explore(ScenarioType.From("isolated", () => new Inline(build)), new ExplorationOptions { Strategy = strategy });

    // Task 'stuck' waits for ever for a lock that 'holder' never releases, with this around the wait.
    private static ExplorationOutcome StuckInside(Action<Action> around) => Explore(b =>
    {
        var @lock = new RawSpinLock("held");
        b.Cpus(2).Switches(1)
            .Task(0, "holder", @lock.Acquire)
            .Task(1, "stuck", () => around(() =>
            {
                @lock.Acquire();
                @lock.Release();
            }));
    });

    private static void AssertDeadlock(ExplorationOutcome outcome)
    {
        Assert.Null(outcome.NonDeterminism);
        Assert.True(outcome.Summary.Exhaustive);

        // Waiting for ever is the harm of the lock that the holder ended with.
        Violation violation = Assert.Single(outcome.Violations).Violation;
        Assert.Equal((LawIds.LockLeak, Evidence.Harm), (violation.Law, violation.Evidence));
    }

    [Fact]
    public void A_catch_all_does_not_defeat_the_end_of_an_execution() => AssertDeadlock(StuckInside(wait =>
    {
        try
        {
            wait();
        }
        catch
        {
            // What a careless program does.
        }

        Processor.Relax();
    }));

    [Fact]
    public void A_loop_around_a_catch_all_is_left_behind() => AssertDeadlock(StuckInside(wait =>
    {
        while (true)
        {
            try
            {
                wait();
                return;
            }
            catch
            {
                // And again.
            }
        }
    }));

    [Fact]
    public void Model_operations_in_finally_do_nothing_after_the_end() => AssertDeadlock(StuckInside(wait =>
    {
        var cell = new Shared<int>(0, "cell");
        try
        {
            wait();
        }
        finally
        {
            for (int round = 0; round < 100; round++)
            {
                cell.Add(1);
            }
        }
    }));

    [Fact]
    public void Guards_are_disposed_on_the_way_out() => AssertDeadlock(StuckInside(wait =>
    {
        var outer = new RawSpinLock("outer");
        using (outer.LockIrqSave())
        {
            wait();
        }
    }));

    [Fact]
    public void An_execution_ends_from_three_handlers_deep()
    {
        // The task, an interrupt on it and an NMI on that; the NMI waits for what the task holds.
        ExplorationOutcome outcome = Explore(b =>
        {
            var @lock = new RawSpinLock("deep");
            IntId irq = IntId.Ppi(3);
            b.Cpus(1)
                .Boot(() => Lines.NmiOnBootCpu([RunsIn(Context.PseudoNmi)] (_) =>
                {
                    @lock.Acquire();
                    @lock.Release();
                    return IrqReturn.Handled;
                }))
                .Boot(() =>
                {
                    Irq.RequestPercpuIrq(irq, [RunsIn(Context.HardIrq)] (_) =>
                    {
                        new Shared<int>(0, "in the interrupt").Add(1);
                        return IrqReturn.Handled;
                    }, "timer");
                    Preemption.Disable();
                    Irq.EnablePercpuIrq(irq);
                    Preemption.Enable();
                })
                .Task(0, "task", () =>
                {
                    @lock.Acquire();
                    @lock.Release();
                })
                .Source("timer", irq, 0)
                .Source("watchdog", Lines.Watchdog, 0);
        });
        Assert.Null(outcome.NonDeterminism);
        Assert.True(outcome.Summary.Exhaustive);
        Violation violation = Assert.Single(outcome.Violations).Violation;
        Assert.Equal((LawIds.NmiShared, Evidence.Harm), (violation.Law, violation.Evidence));
    }

    [Fact]
    public void An_exception_that_leaves_a_handler_is_a_violation()
    {
        ExplorationOutcome outcome = Explore(b => b.Cpus(1)
            .Boot(() => Lines.IrqOnBootCpu([RunsIn(Context.HardIrq)] (_) => throw new InvalidOperationException("no such device")))
            .Source("watchdog", Lines.Watchdog, 0));
        Violation violation = Assert.Single(outcome.Violations).Violation;
        Assert.Equal(Harms.Exception, violation.Law);
        Assert.Contains("no such device", violation.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_loop_over_a_plain_field_is_no_progress_outside_the_model()
    {
        bool stop = false;
        ExplorationOutcome outcome = Explore(b => b.Cpus(1).Task(0, "spinner", () =>
        {
            Processor.Relax();
            while (!System.Threading.Volatile.Read(ref stop))
            {
            }
        }));
        System.Threading.Volatile.Write(ref stop, true);
        Assert.True(outcome.IsHanging);
        Violation violation = Assert.Single(outcome.Violations).Violation;
        Assert.Equal(Harms.Hang, violation.Law);
        Assert.Contains("'spinner'", violation.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_real_lock_that_another_task_holds_is_no_progress_outside_the_model()
    {
        var real = new object();
        using var release = new System.Threading.ManualResetEventSlim();
        ExplorationOutcome outcome = Explore(b => b.Cpus(2)
            .Task(0, "owner", () =>
            {
                lock (real)
                {
                    Processor.Relax();
                    release.Wait();
                }
            })
            .Task(1, "blocked", () =>
            {
                Processor.Relax();
                lock (real)
                {
                }
            }));
        release.Set();
        Assert.True(outcome.IsHanging);
        Violation violation = Assert.Single(outcome.Violations).Violation;
        Assert.Equal(Harms.Hang, violation.Law);
        Assert.StartsWith("No progress outside the model:", violation.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_loop_in_finally_is_left_behind() => AssertDeadlock(StuckInside(wait =>
    {
        bool over = false;
        try
        {
            wait();
            over = true;
        }
        finally
        {
            while (!over)
            {
                Processor.Relax();
            }
        }
    }));

    [Fact]
    public void A_catch_that_throws_something_else_ends_too() => AssertDeadlock(StuckInside(wait =>
    {
        try
        {
            wait();
        }
        catch (Exception exception)
        {
            throw new InvalidOperationException("translated", exception);
        }
    }));

    [Fact]
    public void A_model_operation_on_a_real_thread_is_refused_in_words()
    {
        ExplorationOutcome outcome = Explore(b => b.Cpus(1).Task(0, "escapes", () => Task.Run(() => new RawSpinLock("outside").Acquire()).GetAwaiter().GetResult()));
        Violation violation = Assert.Single(outcome.Violations).Violation;
        Assert.Equal(Harms.Exception, violation.Law);
        Assert.Contains("no kernel task runs on this thread", violation.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_program_that_differs_from_run_to_run_is_called_non_deterministic()
    {
        int run = 0;
        ExplorationOutcome outcome = Explore(b =>
        {
            var cell = new Shared<int>(0, "cell");
            int steps = ++run % 3;
            b.Cpus(2).Task(0, "writer", () => Write(cell, steps)).Task(1, "other", () => Write(cell, steps));
        });
        Assert.NotNull(outcome.NonDeterminism);
        Assert.False(outcome.Summary.Exhaustive);
    }

    private static void Write(Shared<int> cell, int times)
    {
        foreach (int value in Enumerable.Range(0, times))
        {
            cell.WriteOnce(value);
        }
    }
}

/// <summary>A scenario written where it is used.</summary>
internal sealed class Inline(Action<MachineBuilder> build) : IScenario
{
    public void Build(MachineBuilder b) => build(b);
}
