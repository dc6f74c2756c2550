using System;
using System.Collections.Generic;
using System.Linq;
using IrqSafety.Contracts;
using IrqSafety.Runtime;
using Xunit;

namespace IrqSafety.Simulator.Tests;

/// <summary>
/// What an interrupt depends on that comes earlier or later: for every kind of operation on the state of interrupts, the reduced search with one worker finds every
/// end that the unreduced one finds, and among them those that only the order of that operation and the interrupt tells apart.
/// </summary>
public class InterruptDependenceTests
{
    private static readonly IntId s_line = IntId.Spi(7);
    private static readonly IntId s_other = IntId.Spi(9);
    private static readonly IntId s_sgi = IntId.Sgi(9);
    private static readonly CpuMask s_cpu0 = CpuMask.Of(new CpuId(0));

    [Fact]
    public void Pending_seen_by_the_CPU_that_masks_it() => Agree(
        ["", "h", "pending h"],
        (b, see) => Line(b, see).Task(0, "task", () => Masked(() => See(see, Gicd.IsPending(s_line), "0 pending"))));

    [Fact]
    public void Pending_seen_by_another_CPU() => Agree(
        ["", "h", "pending h"],
        (b, see) => Line(b, see).Task(0, "task", () => Masked(Nothing)).Task(1, "looks", () => See(see, Gicd.IsPending(s_line), "1 pending")));

    [Fact]
    public void Pending_seen_between_the_assertion_and_the_exception() => Agree(
        ["", "h", "pending h"],
        (b, see) => Line(b, see).Task(0, "task", () => See(see, Gicd.IsPending(s_line), "0 pending")));

    [Fact]
    public void The_highest_pending_interrupt() => Agree(
        ["none", "7 h", "none h"],
        (b, see) => Line(b, see).Task(0, "task", () => Masked(() => see.Add(Icc.ReadHppir1() == s_line ? "0 7" : "0 none"))));

    [Fact]
    public void Pending_cleared_by_the_CPU_that_masks_it() => Agree(
        ["", "h", "pending"],
        (b, see) => Line(b, see).Task(0, "task", () => Masked(() =>
        {
            See(see, Gicd.IsPending(s_line), "0 pending");
            Gicd.ClearPending(s_line);
        })));

    [Fact]
    public void Pending_cleared_by_another_CPU() => Agree(
        ["", "h", "pending", "pending h"],
        (b, see) => Line(b, see).Task(0, "task", () => Masked(() => See(see, Gicd.IsPending(s_line), "0 pending"))).Task(1, "clears", () => Gicd.ClearPending(s_line)));

    [Fact]
    public void Pending_cleared_between_the_exception_and_the_acknowledge() => Agree(
        ["", "h", "1023"],
        (b, see) => Root(b, see).Task(0, "task", Nothing).Task(1, "clears", () => Gicd.ClearPending(s_line)));

    // Where the assertion comes directly before the step that lowers the line, no switch is left to take it: it came while the CPU idled and the other had not begun.
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void A_level_line_lowered_by_another_CPU_before_it_was_taken(int bound) => Agree(
        ["0", "0 h", "1 h"],
        (b, see) =>
        {
            var handled = new Shared<int>(0, "handled");
            var work = new Shared<int>(0, "work");
            b.Cpus(2)
                .Boot(() => Irq.RequestIrq(
                    s_line,
                    [RunsIn(Context.HardIrq)] (_) =>
                    {
                        handled.WriteOnce(1);
                        see.Add("h h");
                        Machine.Current.Gic.Deassert(s_line, new CpuId(0));
                        return IrqReturn.Handled;
                    },
                    IrqRequestFlags.None,
                    "line"))
                .Source("line", s_line, 0, 1, Trigger.Level)
                .Task(1, "lowers", () =>
                {
                    see.Add($"1 {handled.ReadOnce()}");
                    work.WriteOnce(1);
                    Machine.Current.Gic.Deassert(s_line, new CpuId(0));
                });
        },
        bound);

    // The free switch at the end of the task of CPU 0 is the only one left on which CPU 1 may see what has just been asserted.
    [Fact]
    public void Pending_while_another_CPU_looks_and_set_pending_again_when_it_was_taken() => Agree(
        ["2 none pending h h", "2 none none h h"],
        (b, see) =>
        {
            var cell = new Shared<int>(0, "cell");
            _ = Line(b, see).Switches(2)
                .Task(0, "reads", () => see.Add($"0 {cell.ReadOnce()}"))
                .Task(1, "looks and sets", () =>
                {
                    cell.WriteOnce(2);
                    see.Add(Gicd.IsPending(s_line) ? "1 pending" : "1 none");
                    see.Add(Gicd.IsPending(s_line) ? "1 pending" : "1 none");
                    Gicd.SetPending(s_line);
                });
        });

    // It comes after what held it off because it was raised after that began; nothing says that it had to be.
    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(Explorer.Unbounded)]
    public void Raised_by_another_CPU_before_a_masked_region_or_after_it(int bound) => HeldOff(Masked, bound);

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(Explorer.Unbounded)]
    public void Raised_by_another_CPU_before_a_region_with_the_line_disabled_or_after_it(int bound) => HeldOff(
        static body =>
        {
            Irq.DisablePercpuIrq(s_sgi);
            body();
            Preemption.Disable();
            Irq.EnablePercpuIrq(s_sgi);
            Preemption.Enable();
        },
        bound);

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(Explorer.Unbounded)]
    public void Raised_by_another_CPU_before_two_masked_regions_one_in_the_other_or_after_both(int bound) => HeldOff(
        static body =>
        {
            IrqFlags flags = LocalIrq.Save();
            DaifFlags daif = LocalDaif.Save();
            body();
            LocalDaif.Restore(daif);
            LocalIrq.Restore(flags);
        },
        bound);

    // The other one has the lower number: once it is raised, it is taken first.
    [Theory]
    [InlineData(2)]
    [InlineData(Explorer.Unbounded)]
    public void Taken_before_one_that_goes_first_is_raised_or_after_that_was_taken(int bound) => Agree(
        ["first second", "second first"],
        (b, see) =>
        {
            IntId first = IntId.Sgi(3);
            b.Cpus(2)
                .Boot(() =>
                {
                    EnableSgi(s_sgi, _ => see.Add("h second"));
                    EnableSgi(first, _ => see.Add("h first"));
                })
                .Task(0, "task", Nothing)
                .Task(1, "raises", () =>
                {
                    Icc.SendSgi(s_sgi, s_cpu0);
                    Icc.SendSgi(first, s_cpu0);
                });
        },
        bound);

    // Nothing says of the write that an interrupt is raised after it, before the next point: it is learned when it happens.
    [Theory]
    [InlineData(2)]
    [InlineData(Explorer.Unbounded)]
    public void Raised_by_a_step_that_does_not_say_so(int bound) => Agree(
        ["first second 1", "second 1 first", "second 0 first"],
        (b, see) =>
        {
            var cell = new Shared<int>(0, "cell");
            IntId first = IntId.Sgi(3);
            b.Cpus(2)
                .Boot(() =>
                {
                    EnableSgi(s_sgi, _ => see.Add($"h second {cell.ReadOnce()}"));
                    EnableSgi(first, _ => see.Add("h first"));
                })
                .Task(0, "task", Nothing)
                .Task(1, "raises", () =>
                {
                    Icc.SendSgi(s_sgi, s_cpu0);
                    cell.WriteOnce(1);
                    Machine.Current.Gic.SendSgi(first, s_cpu0);
                });
        },
        bound);

    [Theory]
    [InlineData(2)]
    [InlineData(Explorer.Unbounded)]
    public void Raised_by_another_CPU_before_another_interrupt_is_handled_or_after_it(int bound) => Agree(
        ["h 0", "h 1"],
        (b, see) =>
        {
            var cell = new Shared<int>(0, "cell");
            b.Cpus(2)
                .Boot(() => EnableSgi(_ => see.Add($"h h {cell.ReadOnce()}")))
                .Boot(() => Irq.RequestIrq(
                    s_line,
                    [RunsIn(Context.HardIrq)] (_) =>
                    {
                        cell.WriteOnce(1);
                        return IrqReturn.Handled;
                    },
                    IrqRequestFlags.None,
                    "line"))
                .Source("line", s_line, 0)
                .Task(0, "task", Nothing)
                .Task(1, "raises", () => Machine.Current.Gic.SendSgi(s_sgi, s_cpu0));
        },
        bound);

    [Fact]
    public void Pending_set_twice_coalesces_or_does_not() => Agree(
        ["h", "h h"],
        (b, see) => Line(b, see, arrives: false)
            .Task(0, "task", Nothing)
            .Task(1, "sets", () =>
            {
                Gicd.SetPending(s_line);
                Gicd.SetPending(s_line);
            }));

    [Fact]
    public void Pending_set_cleared_and_set_again() => Agree(
        ["h", "h h"],
        (b, see) => Line(b, see, arrives: false)
            .Task(0, "task", Nothing)
            .Task(1, "sets", () =>
            {
                Gicd.SetPending(s_line);
                Gicd.ClearPending(s_line);
                Gicd.SetPending(s_line);
            }));

    [Fact]
    public void Disabled_at_the_core_before_it_arrives_meanwhile_or_after() => Agree(
        ["", "h", "masked h"],
        (b, see) => Line(b, see).Task(0, "task", Nothing).Task(1, "disables", () =>
        {
            Irq.DisableIrqNosync(s_line);
            See(see, !Gicd.IsEnabled(s_line), "1 masked");
            Irq.EnableIrq(s_line);
        }));

    [Fact]
    public void Disabled_for_good_at_the_core() => Agree(
        ["", "h"],
        (b, see) => Line(b, see).Task(0, "task", Nothing).Task(1, "disables", () => Irq.DisableIrq(s_line)));

    [Fact]
    public void Disabled_for_good_at_the_controller() => Agree(
        ["", "h"],
        (b, see) => Line(b, see).Task(0, "task", Nothing).Task(1, "disables", () =>
        {
            Gicd.Disable(s_line);
            Gicd.WaitForRwp();
        }));

    [Fact]
    public void Enabled_and_disabled_again() => Agree(
        ["", "h"],
        (b, see) => Line(b, see, IrqRequestFlags.NoAutoEnable).Task(0, "task", Nothing).Task(1, "enables", () =>
        {
            Irq.EnableIrq(s_line);
            Irq.DisableIrqNosync(s_line);
        }));

    [Fact]
    public void Routed_to_another_CPU_by_the_core() => Agree(
        ["", "h@0", "h@1"],
        (b, see) => Placed(b, see).Task(0, "task", Nothing).Task(1, "moves", () => Irq.SetAffinity(s_line, new CpuId(1))));

    [Fact]
    public void Routed_to_another_CPU_at_the_controller_while_it_is_pending() => Agree(
        ["", "h@0", "h@1", "pending h@1", "pending h@0"],
        (b, see) => Placed(b, see)
            .Task(0, "task", () => Masked(() => See(see, Gicd.IsPending(s_line), "0 pending")))
            .Task(1, "moves", () => Gicd.Route(s_line, new CpuId(1))));

    [Fact]
    public void Routed_to_the_CPU_that_was_declared_only_later() => Agree(
        ["", "h@0", "h@1"],
        (b, see) => Placed(b, see, cpu: 1).Task(1, "task", Nothing).Task(0, "moves", () => Irq.SetAffinity(s_line, new CpuId(1))));

    [Fact]
    public void Masked_by_DAIF() => Agree(
        ["", "h", "pending h"],
        (b, see) => Line(b, see).Task(0, "task", () =>
        {
            DaifFlags flags = LocalDaif.Save();
            See(see, Gicd.IsPending(s_line), "0 pending");
            LocalDaif.Restore(flags);
        }));

    [Fact]
    public void Masked_for_good() => Agree(
        ["", "h"],
        (b, see) => Line(b, see).Task(0, "task", () =>
        {
            LocalIrq.Disable();
            Processor.Park();
        }));

    [Fact]
    public void More_urgent_one_among_two_that_are_pending() => Agree(
        ["", "h", "o", "h o", "o h"],
        (b, see) => Other(Line(b, see), see).Source("other", s_other, 0).Task(0, "task", () => Masked(Nothing)));

    [Fact]
    public void Priority_changed_while_another_is_pending() => Agree(
        ["h o", "o h"],
        (b, see) => Other(Line(b, see, arrives: false), see, IrqRequestFlags.NoAutoEnable)
            .Task(0, "task", () => Masked(() =>
            {
                Gicd.SetPending(s_line);
                Gicd.SetPending(s_other);
                Irq.EnableIrq(s_other);
            }))
            .Task(1, "urgent", () => Gicd.SetPriority(s_other, Machine.Current.Gic.Programmed(new Priority(0x90)))));

    [Fact]
    public void Active_as_another_CPU_sees_it() => Agree(
        ["", "h", "active h"],
        (b, see) => Line(b, see).Task(0, "task", Nothing).Task(1, "looks", () => See(see, Gicd.IsActive(s_line), "1 active")));

    [Fact]
    public void Deactivated_by_another_CPU_so_that_it_comes_again() => Agree(
        ["", "h", "h h", "deactivated h", "deactivated h h"],
        (b, see) => Line(b, see, arrives: false).Source("line", s_line, 0, arrivals: 2).Task(0, "task", Nothing).Task(1, "deactivates", () =>
        {
            if (Gicd.IsActive(s_line))
            {
                see.Add("1 deactivated");
                Gicd.ClearActive(s_line);
            }
        }));

    [Fact]
    public void Groups_turned_off_at_the_distributor() => Agree(
        ["", "h"],
        (b, see) => Line(b, see).Task(0, "task", Nothing).Task(1, "turns off", () =>
        {
            Gicd.EnableGroups(group0: false, group1: false);
            Gicd.WaitForRwp();
        }));

    [Fact]
    public void The_group_turned_off_at_the_CPU() => Agree(
        ["", "h", "pending h"],
        (b, see) => Line(b, see).Task(0, "task", () =>
        {
            Preemption.Disable();
            Icc.DisableGroup1();
            See(see, Gicd.IsPending(s_line), "0 pending");
            Icc.EnableGroup1();
            Preemption.Enable();
        }));

    [Fact]
    public void The_redistributor_asleep() => Agree(
        ["", "h", "pending h"],
        (b, see) => Line(b, see).Task(0, "task", () => Masked(() =>
        {
            Icc.DisableGroup1();
            Gicr.Sleep();
            See(see, Gicd.IsPending(s_line), "0 pending");
            Gicr.Wake();
            Icc.EnableGroup1();
        })));

    [Fact]
    public void The_CPU_goes_down_and_its_line_to_another() => Agree(
        ["", "h@0", "h@1"],
        (b, see) => Placed(b, see, cpu: 1).Boot(() => Gicd.Route(s_line, new CpuId(1))).Hotplug(1, upAgain: false));

    [Fact]
    public void An_SGI_sent_and_taken_back() => Agree(
        ["", "h"],
        (b, see) => Sgi(b, see)
            .Task(0, "takes back", () => Masked(() => Gicr.ClearPending(s_sgi)))
            .Task(1, "sends", () => Icc.SendSgi(s_sgi, s_cpu0)));

    [Fact]
    public void An_SGI_sent_while_its_target_looks() => Agree(
        ["pending h", "not h"],
        (b, see) => Sgi(b, see)
            .Task(0, "looks", () => Masked(() => see.Add(Gicr.IsPending(s_sgi) ? "0 pending" : "0 not")))
            .Task(1, "sends", () => Icc.SendSgi(s_sgi, s_cpu0)));

    [Fact]
    public void An_SGI_sent_while_its_target_has_it_disabled() => Agree(
        ["", "h"],
        (b, see) => Sgi(b, see)
            .Task(0, "disables", () =>
            {
                Preemption.Disable();
                Gicr.Disable(s_sgi);
                Gicr.WaitForRwp();
                Preemption.Enable();
            })
            .Task(1, "sends", () => Icc.SendSgi(s_sgi, s_cpu0)));

    [Fact]
    public void A_second_interrupt_found_by_a_handler_that_acknowledges_until_there_is_none() => Agree(
        ["", "[h]", "[o]", "[h] [o]", "[o] [h]", "[h o]", "[o h]"],
        (b, see) => Other(Line(b, see), see).Source("other", s_other, 0).Task(0, "task", Nothing)
            .Boot(() => Irq.SetHandleIrq([RunsIn(Context.HardIrq | Context.PseudoNmi)] () =>
            {
                var handled = new List<string>();
                for (IntId irq = Icc.ReadIar1(); !irq.IsSpecial; irq = Icc.ReadIar1())
                {
                    Barrier.Isb();
                    Icc.WriteEoir1(irq);
                    handled.Add(irq == s_line ? "h" : "o");
                    Icc.WriteDir(irq);
                }

                see.Add($"h [{string.Join(' ', handled)}]");
            })));

    [Fact]
    public void Two_interrupts_of_one_root_handler_come_in_both_orders() => Agree(
        ["h o", "o h"],
        (b, see) => Other(Root(b, see), see).Source("other", s_other, 0).Task(0, "task", Nothing));

    [Fact]
    public void A_level_line_lowered_before_it_is_taken() => Agree(
        ["", "h", "lowered"],
        (b, see) => b.Cpus(2)
            .Boot(machine => Irq.RequestIrq(s_line, [RunsIn(Context.HardIrq)] (_) =>
            {
                machine.Gic.Deassert(s_line, new CpuId(0));
                return Handled(see);
            }, IrqRequestFlags.None, "line"))
            .Source("line", s_line, 0, trigger: Trigger.Level)
            .Task(0, "task", () => Masked(() =>
            {
                if (Gicd.IsPending(s_line))
                {
                    Machine.Current.Gic.Deassert(s_line, new CpuId(0));
                    see.Add("0 lowered");
                }
            })));

    [Fact]
    public void A_level_line_withdrawn_by_its_device() => Agree(
        ["", "h", "1023"],
        (b, see) => b.Cpus(1)
            .Boot(() => Irq.SetHandleIrq([RunsIn(Context.HardIrq | Context.PseudoNmi)] () =>
            {
                IntId irq = Icc.ReadIar1();
                if (irq.IsSpecial)
                {
                    see.Add("h 1023");
                    return;
                }

                Machine.Current.Gic.Deassert(irq, new CpuId(0));
                Icc.WriteEoir1(irq);
                Icc.WriteDir(irq);
                see.Add("h h");
            }))
            .Boot(() => Irq.RequestIrq(s_line, [RunsIn(Context.HardIrq)] (_) => IrqReturn.Handled, IrqRequestFlags.None, "line"))
            .Source("line", s_line, 0, trigger: Trigger.Level)
            .Withdrawn()
            .Task(0, "task", Nothing));

    [Fact]
    public void An_arrival_that_the_end_of_the_program_cuts_off()
    {
        SortedSet<string> laws = Agree(
            [""],
            (b, see) => Line(b, see).Task(0, "task", () => Masked(Nothing)).Task(1, "ends", () => Processor.BugOn(Gicd.IsPending(s_line), "it came before the end")));
        Assert.Single(laws);
    }

    [Fact]
    public void One_that_the_program_takes_without_an_exception() => Agree(
        ["", "found", "h"],
        (b, see) => Line(b, see).Task(0, "task", () => Masked(() =>
        {
            if (Icc.ReadHppir1() == s_line)
            {
                see.Add("0 found");
                Gicd.ClearPending(s_line);
            }
        })));

    private static void HeldOff(Action<Action> region, int bound) => Agree(
        ["h 0", "h 1"],
        (b, see) =>
        {
            var cell = new Shared<int>(0, "cell");
            b.Cpus(2)
                .Boot(() => EnableSgi(_ => see.Add($"h h {cell.ReadOnce()}")))
                .Task(0, "holds it off", () =>
                {
                    Nothing();
                    region(() => cell.WriteOnce(1));
                })
                .Task(1, "raises", () => Machine.Current.Gic.SendSgi(s_sgi, s_cpu0));
        },
        bound);

    private static void Nothing() => Barrier.Isb();

    private static void Masked(Action body)
    {
        IrqFlags flags = LocalIrq.Save();
        body();
        LocalIrq.Restore(flags);
    }

    private static void See(List<string> see, bool holds, string what)
    {
        if (holds)
        {
            see.Add(what);
        }
    }

    private static IrqReturn Handled(List<string> see, string what = "h")
    {
        // A step, so that others may come between the acknowledge and the end.
        Barrier.Isb();
        see.Add($"h {what}");
        return IrqReturn.Handled;
    }

    private static MachineBuilder Line(MachineBuilder b, List<string> see, IrqRequestFlags flags = IrqRequestFlags.None, bool arrives = true)
    {
        b.Cpus(2).Boot(() => Irq.RequestIrq(s_line, [RunsIn(Context.HardIrq)] (_) => Handled(see), flags, "line"));
        return arrives ? b.Source("line", s_line, 0) : b;
    }

    private static MachineBuilder Placed(MachineBuilder b, List<string> see, int cpu = 0) => b.Cpus(2)
        .Boot(() => Irq.RequestIrq(s_line, [RunsIn(Context.HardIrq)] (_) => Handled(see, $"h@{Processor.RawId.Value}"), IrqRequestFlags.None, "line"))
        .Source("line", s_line, cpu);

    private static MachineBuilder Sgi(MachineBuilder b, List<string> see) => b.Cpus(2).Boot(() => EnableSgi(_ => Handled(see)));

    private static void EnableSgi(Action<IntId> handler) => EnableSgi(s_sgi, handler);

    private static void EnableSgi(IntId sgi, Action<IntId> handler)
    {
        Irq.RequestPercpuIrq(
            sgi,
            [RunsIn(Context.HardIrq)] (irq) =>
            {
                handler(irq);
                return IrqReturn.Handled;
            },
            "sgi");
        Preemption.Disable();
        Irq.EnablePercpuIrq(sgi);
        Preemption.Enable();
    }

    private static MachineBuilder Other(MachineBuilder b, List<string> see, IrqRequestFlags flags = IrqRequestFlags.None) =>
        b.Boot(() => Irq.RequestIrq(s_other, [RunsIn(Context.HardIrq)] (_) => Handled(see, "o"), flags, "other"));

    private static MachineBuilder Root(MachineBuilder b, List<string> see, bool arrives = true) => Line(b, see, arrives: arrives)
        .Boot(() => Irq.SetHandleIrq([RunsIn(Context.HardIrq | Context.PseudoNmi)] () =>
        {
            IntId irq = Icc.ReadIar1();
            Barrier.Isb();
            if (irq.IsSpecial)
            {
                see.Add("h 1023");
                return;
            }

            Icc.WriteEoir1(irq);
            Irq.GenericHandleDomainIrq(irq);
        }));

    private static SortedSet<string> Agree(string[] ends, Action<MachineBuilder, List<string>> build, int? bound = null)
    {
        (SortedSet<string> unreduced, SortedSet<string> laws) = Explore(build, everyPoint: true, bound);
        (SortedSet<string> reduced, SortedSet<string> reducedLaws) = Explore(build, everyPoint: false, bound);
        Assert.True(unreduced.SetEquals(reduced), Outcomes.Difference("ends", unreduced, reduced));
        Assert.True(laws.SetEquals(reducedLaws), Outcomes.Difference("outcomes", laws, reducedLaws));
        Assert.True(unreduced.IsSupersetOf(ends), $"expected {string.Join(" / ", ends)}, found {string.Join(" / ", unreduced)}; {string.Join(" / ", laws)}");
        return laws;
    }

    private static (SortedSet<string> Ends, SortedSet<string> Laws) Explore(Action<MachineBuilder, List<string>> build, bool everyPoint, int? bound)
    {
        var ends = new SortedSet<string>(StringComparer.Ordinal);
        var laws = new SortedSet<string>(StringComparer.Ordinal);
        ExplorationOutcome outcome = Explorer.Explore(ScenarioType.From("pair", () => new Pair(build, ends)), new ExplorationOptions
        {
            Strategy = "exhaustive",
            InjectEveryPoint = everyPoint,
            Bound = bound,
            ConfirmsViolations = false,
            OnExecution = result => Outcomes.Note(result, laws),
        });
        Assert.Null(outcome.NonDeterminism);
        Assert.True(outcome.Summary.Exhaustive);
        return (ends, laws);
    }

    private sealed class Pair(Action<MachineBuilder, List<string>> build, ISet<string> ends) : IScenario
    {
        private readonly List<string> _seen = [];

        // Each note begins with who made it: a CPU, or h for a handler.
        public void Build(MachineBuilder b)
        {
            build(b, _seen);
            b.AtEnd("noted", () => ends.Add(string.Join(' ', _seen.OrderBy(note => note[0]).Select(note => note[2..]))) || true);
        }
    }
}
