using System;
using System.Collections.Generic;
using System.Linq;
using IrqSafety.Rules;
using IrqSafety.Runtime;
using Xunit;

namespace IrqSafety.Simulator.Tests;

/// <summary>What the lock rules say about programs that the simulator runs.</summary>
public class LockRuleTests
{
    [Fact]
    public void Two_locks_in_opposite_orders_one_after_the_other_are_predicted()
    {
        var first = new RawSpinLock("first");
        var second = new RawSpinLock("second");
        Violation violation = Assert.Single(Explore(() =>
        {
            Nested(first, second);
            Nested(second, first);
        }));
        Assert.Equal((LawIds.LockOrder, Evidence.Predicted), (violation.Law, violation.Evidence));
        Assert.Contains("first is taken inside second, and elsewhere the other way round", violation.Message, StringComparison.Ordinal);
        Assert.Equal(2, violation.Detail.Count);
    }

    [Fact]
    public void Orders_that_one_outer_lock_keeps_apart_are_legal()
    {
        var gate = new RawSpinLock("gate");
        var first = new RawSpinLock("first");
        var second = new RawSpinLock("second");
        Assert.Empty(Explore(() =>
        {
            using (gate.Lock())
            {
                Nested(first, second);
            }

            using (gate.Lock())
            {
                Nested(second, first);
            }
        }));
    }

    [Fact]
    public void An_attempt_in_the_other_order_is_legal()
    {
        var first = new RawSpinLock("first");
        var second = new RawSpinLock("second");
        Assert.Empty(Explore(() =>
        {
            Nested(first, second);
            using (second.Lock())
            {
                if (first.TryLock(out LockGuard guard))
                {
                    guard.Dispose();
                }
            }
        }));
    }

    [Fact]
    public void Recursive_readers_inside_themselves_and_in_any_order_are_legal()
    {
        var first = new RwLock("first");
        var second = new RwLock("second");
        Assert.Empty(Explore(() =>
        {
            using (first.LockReadRecursive())
            using (second.LockReadRecursive())
            using (first.LockReadRecursive())
            {
            }
        }));
    }

    [Fact]
    public void Readers_that_queue_in_opposite_orders_can_be_kept_apart_by_writers()
    {
        var first = new RwLock("first");
        var second = new RwLock("second");
        Violation violation = Assert.Single(Explore(() =>
        {
            first.AcquireRead();
            second.AcquireRead();
            second.ReleaseRead();
            first.ReleaseRead();
            second.AcquireRead();
            first.AcquireRead();
            first.ReleaseRead();
            second.ReleaseRead();
        }));
        Assert.Equal(LawIds.LockOrder, violation.Law);
    }

    [Fact]
    public void Every_CPUs_own_local_lock_is_legal_on_both_CPUs()
    {
        var pages = new LocalLock("pages");
        Assert.Empty(Explore(() => pages.Lock().Dispose(), () => pages.Lock().Dispose()));
    }

    [Fact]
    public void A_lock_taken_again_is_a_deadlock_of_its_holder()
    {
        var @lock = new RawSpinLock("lock");
        Violation violation = Assert.Single(Explore(() =>
        {
            @lock.Acquire();
            @lock.Acquire();
        }));
        Assert.Equal((LawIds.LockRecursion, Evidence.Harm), (violation.Law, violation.Evidence));
    }

    [Fact]
    public void A_second_lock_of_a_named_class_needs_a_subclass()
    {
        var one = new RawSpinLock("node");
        var two = new RawSpinLock("node");
        Violation violation = Assert.Single(Explore(() => Nested(one, two)));
        Assert.Equal((LawIds.LockRecursion, Evidence.Predicted), (violation.Law, violation.Evidence));
        Assert.Empty(Explore(() =>
        {
            one.Acquire();
            two.AcquireNested(1);
            two.Release();
            one.Release();
        }));
    }

    [Fact]
    public void A_lock_without_a_name_is_a_class_of_its_own()
    {
        var one = new RawSpinLock();
        var two = new RawSpinLock();
        Assert.Empty(Explore(() => Nested(one, two)));
        Assert.Equal(LawIds.LockOrder, Assert.Single(Explore(() =>
        {
            Nested(one, two);
            Nested(two, one);
        })).Law);
    }

    [Fact]
    public void A_spin_lock_inside_a_raw_one_waits_too_hard()
    {
        var raw = new RawSpinLock("raw");
        var spin = new SpinLock("spin");
        Violation violation = Assert.Single(Explore(() =>
        {
            using (raw.Lock())
            using (spin.Lock())
            {
            }
        }));
        Assert.Equal((LawIds.LockWaitType, Evidence.Breach), (violation.Law, violation.Evidence));
    }

    [Fact]
    public void A_lock_released_twice_is_not_held() =>
        Assert.Equal(LawIds.LockUnheldRelease, Assert.Single(Explore(() =>
        {
            var @lock = new RawSpinLock("lock");
            @lock.Acquire();
            @lock.Release();
            @lock.Release();
        })).Law);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_lock_of_a_handler_is_held_only_with_interrupts_masked(bool masked)
    {
        var @lock = new RawSpinLock("lock");
        IReadOnlyList<Violation> violations = Explore(b => b
            .Cpus(1)
            .Boot(() => Lines.IrqOnBootCpu(_ =>
            {
                @lock.Lock().Dispose();
                return IrqReturn.Handled;
            }))
            .Task(0, "holder", () =>
            {
                if (masked)
                {
                    @lock.LockIrqSave().Dispose();
                }
                else
                {
                    @lock.Lock().Dispose();
                }
            })
            .Source("watchdog", Lines.Watchdog, cpu: 0));
        if (masked)
        {
            Assert.Empty(violations);
        }
        else
        {
            Assert.All(violations, violation => Assert.Equal(LawIds.LockIrqUnsafeUse, violation.Law));
            Assert.Contains(violations, violation => violation.Evidence == Evidence.Harm);
        }
    }

    private static IReadOnlyList<Violation> Explore(params Action[] tasks) => Explore(b =>
    {
        b.Cpus(tasks.Length);
        for (int i = 0; i < tasks.Length; i++)
        {
            b.Task(i, $"task {i}", tasks[i]);
        }
    });

    private static IReadOnlyList<Violation> Explore(Action<MachineBuilder> build)
    {
        ExplorationOutcome outcome = Explorer.Explore(ScenarioType.From("locks", () => new Declared(build)), new ExplorationOptions { Strategy = "exhaustive" });
        Assert.Null(outcome.NonDeterminism);
        Assert.True(outcome.Summary.Exhaustive);
        return [.. outcome.Violations.Select(found => found.Violation)];
    }

    private static void Nested(RawSpinLock outer, RawSpinLock inner)
    {
        using (outer.Lock())
        using (inner.Lock())
        {
        }
    }

    private sealed class Declared(Action<MachineBuilder> build) : IScenario
    {
        public void Build(MachineBuilder b) => build(b);
    }
}
