using System;
using System.Collections.Generic;
using System.Linq;
using IrqSafety.Contracts;
using IrqSafety.Rules;
using IrqSafety.Runtime;
using Xunit;

namespace IrqSafety.Simulator.Tests;

/// <summary>Faults and events of the machine are choices, each up to its declared count: the states that programs end in.</summary>
public class FaultTests
{
    private static readonly CpuId s_cpu0 = new(0);
    private static readonly CpuId s_cpu1 = new(1);
    private static readonly IntId s_device = IntId.Spi(40);

    private static SortedSet<string> States(Action<MachineBuilder, List<string>> build)
    {
        var states = new SortedSet<string>(StringComparer.Ordinal);
        Assert.Empty(Explore((b, seen) =>
        {
            build(b, seen);
            b.AtEnd("noted", () => states.Add(string.Join(' ', seen)) || true);
        }));
        return states;
    }

    private static IReadOnlyList<Violation> Explore(Action<MachineBuilder, List<string>> build)
    {
        ExplorationOutcome outcome = Explorer.Explore(ScenarioType.From("faults", () => new Inline(b => build(b, []))), new ExplorationOptions { Strategy = "exhaustive" });
        Assert.Null(outcome.NonDeterminism);
        Assert.True(outcome.Summary.Exhaustive);
        return [.. outcome.Violations.Select(found => found.Violation)];
    }

    // A declared failure may hit the set-up itself: then there is no such state.
    private static void Setup(List<string> seen, string name) => _ = CpuHotplug.SetupOnlineState(
        name,
        cpu => Note(seen, $"+{name}{cpu.Value}"),
        cpu => Note(seen, $"-{name}{cpu.Value}"),
        out _);

    private static Errno Note(List<string> seen, string what)
    {
        seen.Add(what);
        return Errno.Ok;
    }

    [Fact]
    public void A_callback_that_fails_on_the_way_up_is_rolled_back_and_the_CPU_is_off()
    {
        SortedSet<string> states = States((b, seen) => b.Cpus(2).SecondariesStayOffline().Switches(0)
            .Fault("cpuhp_invoke_callback")
            .Task(0, "hotplug", () =>
            {
                Setup(seen, "a");
                Setup(seen, "b");
                seen.Clear();
                Errno result = CpuHotplug.BringUp(s_cpu1);
                seen.Add($"{result} {Machine.Current.Cpus[1].Phase}");
            }));

        Assert.Contains("+a1 +b1 Ok Online", states);
        Assert.Contains("EAGAIN Offline", states);
        Assert.Contains("+a1 -a1 EAGAIN Offline", states);
    }

    [Fact]
    public void A_callback_that_fails_on_the_way_down_leaves_the_CPU_online_with_everything_started()
    {
        SortedSet<string> states = States((b, seen) => b.Cpus(2).Switches(0)
            .Boot(() =>
            {
                Setup(seen, "a");
                Setup(seen, "b");
            })
            .Fault("cpuhp_invoke_callback")
            .Task(0, "hotplug", () =>
            {
                seen.Clear();
                Errno result = CpuHotplug.TakeDown(s_cpu1);
                seen.Add($"{result} {Machine.Current.Cpus[1].Phase}");
            }));
        Assert.Contains("-b1 -a1 Ok Offline", states);
        Assert.Contains("EAGAIN Online", states);
        Assert.Contains("-b1 +b1 EAGAIN Online", states);
    }

    [Fact]
    public void Firmware_may_refuse_to_start_one_CPU()
    {
        SortedSet<string> states = States((b, seen) => b.Cpus(3).SecondariesStayOffline().Switches(0)
            .Fault("psci_cpu_on(2)")
            .Task(0, "hotplug", () => seen.Add($"{CpuHotplug.BringUp(s_cpu1)} {CpuHotplug.BringUp(new CpuId(2))}")));
        Assert.Equal(["Ok EPERM", "Ok Ok"], states);
    }

    [Fact]
    public void A_CPU_dies_only_when_every_other_one_can_be_preempted()
    {
        var inside = new Shared<bool>(false, "inside");
        Assert.Empty(Explore((b, _) => b.Cpus(2)
            .Boot(() => CpuHotplug.SetupStateNoCalls("dying", static _ => { }, _ => Processor.BugOn(inside.Peek, "dying while CPU 0 is not preemptible")))
            .Task(0, "worker", () =>
            {
                using (Preemption.Off())
                {
                    inside.WriteOnce(true);
                    inside.WriteOnce(false);
                }
            })
            .Task(0, "hotplug", () => CpuHotplug.TakeDown(s_cpu1))));
    }

    [Fact]
    public void While_it_dies_nobody_else_runs()
    {
        var dying = new Shared<bool>(false, "dying");
        Assert.Empty(Explore((b, _) => b.Cpus(3).Switches(1)
            .Boot(() => CpuHotplug.SetupStateNoCalls("dying", static _ => { }, _ =>
            {
                dying.WriteOnce(true);
                dying.WriteOnce(false);
            }))
            .Task(0, "hotplug", () => CpuHotplug.TakeDown(s_cpu1))
            .Task(2, "other", () => Processor.BugOn(dying.ReadOnce(), "ran while the machine was stopped"))));
    }

    [Fact]
    public void Online_callbacks_may_sleep_and_starting_ones_may_not()
    {
        var done = new Completion();
        void Sleeps()
        {
            done.Complete();
            done.Wait();
        }

        Assert.Empty(Explore((b, _) => b.Cpus(2).Switches(0).Task(0, "setup", () => CpuHotplug.SetupOnlineState("online", _ =>
        {
            Sleeps();
            return Errno.Ok;
        }, null, out HotplugState? _))));
        Assert.Contains(
            Explore((b, _) => b.Cpus(2).Switches(0).Task(0, "setup", () => CpuHotplug.SetupState("starting", _ => Sleeps(), null))),
            violation => violation.Law == LawIds.AtomicSleep);
    }

    [Fact]
    public void Who_was_told_that_a_CPU_goes_to_sleep_is_told_that_it_does_not()
    {
        SortedSet<string> states = States((b, seen) => b.Cpus(1).Fault("cpu_pm_enter")
            .Boot(() =>
            {
                CpuPm.RegisterNotifier(what => Note(seen, $"a:{what}"));
                CpuPm.RegisterNotifier(what => Note(seen, $"b:{what}"));
            })
            .Task(0, "idle loop", () =>
            {
                IrqFlags flags = LocalIrq.Save();
                if (CpuPm.Enter() == Errno.Ok)
                {
                    CpuPm.Exit();
                }

                LocalIrq.Restore(flags);
            }));
        Assert.Equal(
            ["", "a:Enter a:EnterFailed", "a:Enter b:Enter a:EnterFailed b:EnterFailed", "a:Enter b:Enter a:Exit b:Exit"],
            states);
    }

    [Fact]
    public void A_level_interrupt_may_be_withdrawn_before_it_is_acknowledged()
    {
        SortedSet<string> Device(bool withdrawn) => States((b, seen) =>
        {
            b.Cpus(1)
                .Boot(() => Irq.RequestIrq(
                    s_device,
                    [RunsIn(Context.HardIrq)] (_) =>
                    {
                        seen.Add("handled");
                        Machine.Current.Gic.Deassert(s_device, s_cpu0);
                        return IrqReturn.Handled;
                    },
                    IrqRequestFlags.None,
                    "device"))
                .Task(0, "raiser", static () => Machine.Current.Gic.Assert(s_device, s_cpu0));
            if (withdrawn)
            {
                b.Withdrawn();
            }

            b.Boot(machine => machine.Gic.StateOf(s_device, s_cpu0).Trigger = Trigger.Level);
        });

        Assert.Equal(["handled"], Device(withdrawn: false));
        Assert.Equal(["", "handled"], Device(withdrawn: true));
    }

    [Fact]
    public void A_spurious_acknowledge_only_delays()
    {
        SortedSet<string> states = States((b, seen) => b.Cpus(1).Spurious(2)
            .Boot(() => Lines.IrqOnBootCpu([RunsIn(Context.HardIrq)] (_) =>
            {
                seen.Add("handled");
                Machine.Current.Gic.Deassert(Lines.Watchdog, s_cpu0);
                return IrqReturn.Handled;
            }))
            .Task(0, "raiser", static () => Machine.Current.Gic.Assert(Lines.Watchdog, s_cpu0)));
        Assert.Equal(["handled"], states);
    }

    [Theory]
    [InlineData(1, "0 Ok", "1 Ok")]
    [InlineData(2, "0 Ok", "1 Ok", "2 Ok")]
    public void An_allocation_fails_as_often_as_was_declared(int count, params string[] expected)
    {
        SortedSet<string> states = States((b, seen) => b.Cpus(1).Fault("kmalloc", count).Task(0, "task", () =>
        {
            int failed = 0;
            while (Slab.Allocate(64) is not { } memory)
            {
                failed++;
            }

            seen.Add($"{failed} Ok");
        }));
        Assert.Equal(expected, states);
    }

    [Fact]
    public void A_request_may_fail_and_leaves_the_line_free()
    {
        SortedSet<string> states = States((b, seen) => b.Cpus(1).Fault("request_percpu_irq").Task(0, "task", () =>
        {
            Errno first = Request();
            seen.Add(first == Errno.Ok ? "Ok" : $"refused, then {Request()}");
        }));
        Assert.Equal(["Ok", "refused, then Ok"], states);

        static Errno Request() => Irq.RequestPercpuIrq(Lines.Watchdog, [RunsIn(Context.HardIrq)] static (_) => IrqReturn.Handled, "device");
    }
}
