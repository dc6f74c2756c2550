using System;
using System.Collections.Generic;
using System.Linq;
using IrqSafety.Contracts;
using IrqSafety.Runtime;
using Xunit;

namespace IrqSafety.Simulator.Tests;

/// <summary>Exceptions that are no interrupts, and root handlers that find out late which interrupt they have: neither is SGI0, and one on top of another is no re-entry.</summary>
public class ExceptionTests
{
    private static readonly IntId s_reschedule = IntId.Sgi(0);

    private static IReadOnlyList<Violation> Explore(Action<MachineBuilder> build)
    {
        ExplorationOutcome outcome = Explorer.Explore(ScenarioType.From("exceptions", () => new Inline(build)), new ExplorationOptions { Strategy = "exhaustive" });
        Assert.Null(outcome.NonDeterminism);
        return [.. outcome.Violations.Select(found => found.Violation)];
    }

    private static ReplayMessage Trace(Action<MachineBuilder> build)
    {
        ScenarioType scenario = ScenarioType.From("exceptions", () => new Inline(build));
        var file = new ReplayFile
        {
            Schema = ReplayFile.CurrentSchema,
            ToolVersion = "test",
            ProgramHash = "program",
            Assembly = "tests.dll",
            Scenario = scenario.Name,
            Profile = MachineProfile.GicV3PseudoNmi.ToString(),
            Seed = 1,
            Bound = "",
            Law = "none",
            Evidence = "harm",
            Description = "",
            Decisions = [],
        };
        return Replayer.Replay(file, [scenario], "program");
    }

    private static void EventOnThisCpu(Action handler) => Machine.Current.Cpus[0].TakeSdeiEvent(critical: false, () =>
    {
        handler();
        return SdeiCompletion.Complete;
    });

    private static void SError(Action handler)
    {
        Machine.Current.Cpus[0].RaiseSError();
        Machine.Current.Cpus[0].TakeSError(handler);
    }

    [Fact]
    public void An_SDEI_event_in_the_handler_of_SGI0_is_no_re_entry() => Assert.Empty(Explore(b => b.Cpus(1)
        .Boot(() =>
        {
            Irq.RequestPercpuNmi(
                s_reschedule,
                [RunsIn(Context.PseudoNmi)] (_) =>
                {
                    EventOnThisCpu(() => { });
                    return IrqReturn.Handled;
                },
                "ipi");
            Preemption.Disable();
            Irq.PreparePercpuNmi(s_reschedule);
            Irq.EnablePercpuNmi(s_reschedule);
            Preemption.Enable();
        })
        .Task(0, "sender", () => Machine.Current.Gic.SendSgi(s_reschedule, CpuMask.Of(new CpuId(0))))));

    [Fact]
    public void An_SDEI_event_in_an_SError_is_no_re_entry() => Assert.Empty(Explore(b => b.Cpus(1).Task(0, "task", () => SError(() => EventOnThisCpu(() => { })))));

    [Fact]
    public void An_NMI_of_a_root_handler_in_an_interrupt_of_it_is_no_re_entry()
    {
        IntId timer = IntId.Ppi(3);
        var work = new Shared<int>(0, "work");
        Assert.DoesNotContain(
            Explore(b => b.Cpus(1)
                .Boot(() =>
                {
                    Lines.NmiOnBootCpu([RunsIn(Context.PseudoNmi)] (_) => IrqReturn.Handled);
                    Irq.RequestPercpuIrq(timer, [RunsIn(Context.HardIrq)] (irq) =>
                    {
                        _ = work.ReadOnce();
                        return IrqReturn.Handled;
                    }, "timer");
                    Preemption.Disable();
                    Irq.EnablePercpuIrq(timer);
                    Preemption.Enable();
                    Irq.SetHandleIrq(() =>
                    {
                        bool masked = Processor.InNmi;
                        IntId irq = Icc.ReadIar1();
                        if (irq.IsSpecial)
                        {
                            return;
                        }

                        if (masked || Icc.ReadRpr() == Priority.Nmi)
                        {
                            if (!masked)
                            {
                                NmiContext.Enter();
                            }

                            Icc.WriteEoir1(irq);
                            Barrier.Isb();
                            Irq.GenericHandleDomainNmi(irq);
                            if (!masked)
                            {
                                NmiContext.Exit();
                            }
                        }
                        else
                        {
                            Icc.WritePmr(Pmr.IrqOff);
                            LocalDaif.Restore(DaifFlags.ProcessNoIrq);
                            Icc.WriteEoir1(irq);
                            Barrier.Isb();
                            Irq.GenericHandleDomainIrq(irq);
                        }
                    });
                })
                .Source("timer", timer, 0)
                .Source("watchdog", Lines.Watchdog, 0)),
            violation => violation.Law == Harms.Reentry);
    }

    [Fact]
    public void A_schedule_names_an_exception_by_what_it_is()
    {
        ReplayMessage replay = Trace(b =>
        {
            var work = new Shared<int>(0, "work");
            b.Cpus(1).Task(0, "task", () => EventOnThisCpu(() => work.WriteOnce(1)));
        });
        Assert.Contains("CPU0  task > SDEI  — enters a normal SDEI event", replay.Steps);
        Assert.Contains(replay.Steps, step => step.StartsWith("CPU0  task > SDEI  Shared.WriteOnce", StringComparison.Ordinal));
        Assert.Contains("CPU0  task  — leaves a normal SDEI event", replay.Steps);
        Assert.Equal("a normal SDEI event", replay.Events.First(happened => happened.Kind == ReplayEventKind.Enter).Handlers[^1].ToString());
    }

    [Fact]
    public void An_exception_does_not_take_the_cause_of_a_pending_SGI0()
    {
        ReplayMessage replay = Trace(b => b.Cpus(1)
            .Boot(() => Irq.RequestPercpuIrq(s_reschedule, [RunsIn(Context.HardIrq)] (_) => IrqReturn.Handled, "ipi"))
            .Task(0, "task", () =>
            {
                Preemption.Disable();
                Irq.EnablePercpuIrq(s_reschedule);
                Preemption.Enable();
                LocalIrq.Disable();
                Machine.Current.Gic.SendSgi(s_reschedule, CpuMask.Of(new CpuId(0)));
                EventOnThisCpu(() => { });
                LocalIrq.Enable();
            }));
        ReplayEvent raised = Assert.Single(replay.Events, happened => happened.Kind == ReplayEventKind.Raise);
        Assert.Equal(raised.Flows, Assert.Single(replay.Events, happened => happened.Kind == ReplayEventKind.Enter && happened.Handlers[^1].Interrupt == "SGI0").Flows);
    }
}
