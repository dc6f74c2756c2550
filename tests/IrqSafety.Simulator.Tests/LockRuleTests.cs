using System;
using System.Collections.Generic;
using System.Linq;
using IrqSafety.Contracts;
using IrqSafety.Rules;
using IrqSafety.Runtime;
using Xunit;

[assembly: DeclareLockClass("test_outer", LockKind.RawSpin)]
[assembly: DeclareLockClass("test_inner", LockKind.RawSpin)]
[assembly: DeclareLockClass("test_moved", LockKind.RawSpin)]
[assembly: LockOrder("old", "test_outer", "test_moved", "test_inner")]
[assembly: LockOrder("new", "test_moved", "test_outer", "test_inner")]

namespace IrqSafety.Simulator.Tests;

/// <summary>What the lock rules say about programs that the simulator runs.</summary>
public class LockRuleTests
{
    [LockClass(Alias = "test_outer")]
    private static readonly RawSpinLock s_outer = new();

    [LockClass(Alias = "test_moved")]
    private static readonly RawSpinLock s_moved = new();

    [LockClass(Alias = "test_inner")]
    private static readonly RawSpinLock s_inner = new();

    private static readonly RawSpinLock s_between = new();

    private static readonly RawSpinLock s_beyond = new();

    [LockClass(Level = 10)]
    private static readonly RawSpinLock s_low = new();

    [LockClass(Level = 20)]
    private static readonly RawSpinLock s_high = new();

    [Fact]
    public void A_lock_taken_against_the_declared_order_is_a_breach_and_not_an_inversion_too()
    {
        Violation violation = Assert.Single(Explore(() =>
        {
            Nested(s_outer, s_inner);
            Nested(s_inner, s_outer);
        }));
        Assert.Equal((LawIds.LockDeclaredOrder, Evidence.Breach), (violation.Law, violation.Evidence));
        Assert.Contains("test_outer is taken inside test_inner, against the declared order (new: test_outer → test_inner)", violation.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Whoever_keeps_to_the_order_waits_for_ever_for_who_does_not() => Assert.Contains(
        Explore(() => Nested(s_outer, s_inner), () => Nested(s_inner, s_outer)),
        violation => violation.Law == LawIds.LockDeclaredOrder && violation.Evidence == Evidence.Harm);

    [Fact]
    public void A_chain_through_other_locks_is_against_the_order_too() => Assert.Equal(LawIds.LockDeclaredOrder, Assert.Single(Explore(() =>
    {
        Nested(s_inner, s_between);
        Nested(s_between, s_outer);
    })).Law);

    [Fact]
    public void A_ring_of_classes_is_one_violation_at_whichever_of_its_places_it_closes()
    {
        Violation ring = Assert.Single(Explore(
            () =>
            {
                using (s_between.Lock())
                using (s_beyond.Lock())
                {
                }
            },
            () =>
            {
                using (s_beyond.Lock())
                using (s_between.Lock())
                {
                }

                using (s_between.Lock())
                using (s_beyond.Lock())
                {
                }
            }));
        Assert.Equal((LawIds.LockOrder, Evidence.Harm), (ring.Law, ring.Evidence));
        Assert.Equal(
            ["F:IrqSafety.Simulator.Tests.LockRuleTests.s_between", "F:IrqSafety.Simulator.Tests.LockRuleTests.s_beyond"],
            ring.Subjects);
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData("old", false)]
    [InlineData("new", true)]
    public void The_machine_says_which_version_of_the_order_holds(string? version, bool isAgainst) => Assert.Equal(
        isAgainst ? [LawIds.LockDeclaredOrder] : [],
        Explore(b => b.Profile(MachineProfile.GicV3PseudoNmi with { LockOrder = version }).Cpus(1).Task(0, "task", () => Nested(s_outer, s_moved))).Select(violation => violation.Law));

    [Fact]
    public void Levels_order_classes()
    {
        Assert.Empty(Explore(() => Nested(s_low, s_high)));
        Assert.Equal(LawIds.LockDeclaredOrder, Assert.Single(Explore(() => Nested(s_high, s_low))).Law);
    }

    [Fact]
    public void A_second_read_of_the_hotplug_lock_waits_for_ever_behind_a_CPU_that_goes_down() => Assert.Contains(
        Explore(b => b.Cpus(3)
            .Task(0, "driver", () =>
            {
                CpusLock.AcquireRead();
                CpusLock.AcquireRead();
                CpusLock.ReleaseRead();
                CpusLock.ReleaseRead();
            })
            .Task(1, "sysfs", () => CpuHotplug.TakeDown(new CpuId(2)))),
        violation => violation.Law == LawIds.LockReaderRecursion && violation.Evidence == Evidence.Harm);

    [Fact]
    public void A_held_lock_that_is_initialised_is_one_report_and_not_one_for_its_release_too()
    {
        var held = new RawSpinLock("held");
        Violation violation = Assert.Single(Explore(() =>
        {
            held.Acquire();
            held.Initialise();
            held.Release();
        }));
        Assert.Equal((LawIds.LockInitialised, Evidence.Breach), (violation.Law, violation.Evidence));
    }

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
        Assert.Equal((LawIds.LockClassNesting, Evidence.Predicted), (violation.Law, violation.Evidence));
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
    public void A_spin_lock_in_a_STARTING_callback_waits_too_hard_and_a_raw_one_does_not()
    {
        var raw = new RawSpinLock("raw");
        var spin = new SpinLock("spin");
        Violation violation = Assert.Single(Explore(() => CpuHotplug.SetupState("test:starting", _ =>
        {
            using (raw.Lock())
            {
            }

            using (spin.Lock())
            {
            }
        }, null)));
        Assert.Equal((LawIds.LockWaitType, Evidence.Breach), (violation.Law, violation.Evidence));
        Assert.Equal("SpinLock.Lock: spin (spin) may sleep on a real-time build, where code may only spin.", violation.Message);
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

    [Fact]
    public void A_lock_that_is_held_when_its_task_ends_is_reported_where_it_was_taken()
    {
        Violation violation = Assert.Single(Explore(() =>
        {
            var @lock = new RawSpinLock("lock");
            @lock.Acquire();
            LocalIrq.IrqsDisabled();
        }));
        Assert.Equal((LawIds.LockLeak, Evidence.Breach), (violation.Law, violation.Evidence));
        Assert.Equal("RawSpinLock.Acquire: 'task 0' ends with lock held.", violation.Message);
    }

    [Fact]
    public void A_lock_that_a_handler_keeps_and_a_guard_that_nobody_ends_are_reported()
    {
        var @lock = new RawSpinLock("lock");
        IReadOnlyList<Violation> violations = Explore(b => b
            .Cpus(1)
            .Boot(() => Lines.IrqOnBootCpu(_ =>
            {
                LockGuard held = @lock.Lock();
                return IrqReturn.Handled;
            }))
            .Task(0, "idle", () => LocalIrq.IrqsDisabled())
            .Source("watchdog", Lines.Watchdog, cpu: 0));
        Assert.Equal(LawIds.LockLeak, Assert.Single(violations).Law);
    }

    [Fact]
    public void Whoever_waits_for_a_lock_that_an_ended_task_took_shows_the_harm_of_the_leak()
    {
        var @lock = new RawSpinLock("lock");
        IReadOnlyList<Violation> violations = Explore(
            () => @lock.Acquire(),
            () => @lock.Lock().Dispose());
        Assert.Contains(violations, violation => violation.Law == LawIds.LockLeak && violation.Evidence == Evidence.Harm);
    }

    [Fact]
    public void A_task_that_hands_its_lock_on_before_it_ends_is_silent() => Assert.Empty(Explore(() =>
    {
        var @lock = new RwSemaphore("lock");
        @lock.AcquireWrite();
        @lock.DowngradeWrite();
        @lock.ReleaseRead();
    }));

    [Theory]
    [InlineData("irq exit")]
    [InlineData("irq guard")]
    [InlineData("crossed flags")]
    [InlineData("left off")]
    [InlineData("inner step")]
    public void Releasing_a_lock_puts_back_what_taking_it_masked(string wrong)
    {
        var first = new RawSpinLock("first");
        var second = new RawSpinLock("second");
        Violation violation = Assert.Single(Explore(() =>
        {
            switch (wrong)
            {
                case "irq exit":
                    IrqFlags flags = first.AcquireIrqSave();
                    second.AcquireIrq();
                    second.ReleaseIrq();
                    first.ReleaseIrqRestore(flags);
                    break;
                case "irq guard":
                    LocalIrq.Disable();
                    first.LockIrq().Dispose();
                    break;
                case "crossed flags":
                    IrqFlags outer = first.AcquireIrqSave();
                    IrqFlags inner = second.AcquireIrqSave();
                    second.ReleaseIrqRestore(outer);
                    first.ReleaseIrqRestore(inner);
                    LocalIrq.Enable();
                    break;
                case "left off":
                    first.AcquireIrq();
                    first.Release();
                    break;
                default:
                    first.Acquire();
                    first.DoRelease();
                    break;
            }
        }), found => found.Law == LawIds.LockFlavour);
        Assert.Equal(Evidence.Breach, violation.Evidence);
    }

    [Fact]
    public void A_mask_that_is_handed_on_or_undone_by_itself_is_legal()
    {
        var first = new RawSpinLock("first");
        var second = new RawSpinLock("second");
        Assert.Empty(Explore(() =>
        {
            IrqFlags flags = first.AcquireIrqSave();
            second.Acquire();
            first.Release();
            second.ReleaseIrqRestore(flags);
            flags = first.AcquireIrqSave();
            IrqFlags inner = second.AcquireIrqSave();
            first.ReleaseIrqRestore(inner);
            second.ReleaseIrqRestore(flags);
            LocalIrq.Disable();
            first.Acquire();
            first.ReleaseIrq();
            first.AcquireIrq();
            first.Release();
            LocalIrq.Enable();
            using (first.LockIrqSave())
            using (second.LockIrqSave())
            {
            }
        }));
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
