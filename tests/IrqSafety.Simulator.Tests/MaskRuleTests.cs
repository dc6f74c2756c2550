using System;
using System.Collections.Generic;
using System.Linq;
using IrqSafety.Contracts;
using IrqSafety.Rules;
using IrqSafety.Runtime;
using Xunit;

namespace IrqSafety.Simulator.Tests;

/// <summary>The laws of family 03 about masks, as runs show them: the bugs, and beside them what is legal.</summary>
public class MaskRuleTests
{
    [Fact]
    public void A_wait_behind_the_priority_mask_loses_the_wake_up()
    {
        Violation idle = Assert.Single(Explore(b => b.Cpus(1)
            .Boot(() => Lines.IrqOnBootCpu(static _ => IrqReturn.Handled))
            .Task(0, "idle", static () =>
            {
                LocalIrq.Disable();
                Processor.Wfi();
                LocalIrq.Enable();
            })
            .Source("timer", Lines.Watchdog, cpu: 0)), violation => violation.Law == LawIds.IdleMasked);
        Assert.Equal(Evidence.Harm, idle.Evidence);
        Assert.Contains("Lost interrupt", idle.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_wait_masked_by_DAIF_or_as_cpu_do_idle_does_wakes() => Assert.Empty(Explore(b => b.Cpus(1)
        .Boot(() => Lines.IrqOnBootCpu(static _ => IrqReturn.Handled))
        .Task(0, "idle", static () =>
        {
            LocalIrq.Disable();
            Processor.WaitForInterrupt();
            LocalIrq.Enable();
            DaifFlags flags = LocalDaif.Save();
            Processor.Wfi();
            LocalDaif.Restore(flags);
        })
        .Source("timer", Lines.Watchdog, cpu: 0)));

    [Fact]
    public void A_mask_that_is_not_restored_is_reported_where_it_was_saved()
    {
        Violation left = Assert.Single(Explore(static () => _ = LocalIrq.Save()));
        Assert.Equal((LawIds.MaskRestore, Evidence.Breach), (left.Law, left.Evidence));
        Assert.Contains("LocalIrq.Save: 'task' ends without restoring the mask that it saved", left.Message, StringComparison.Ordinal);
    }

    // The return from the exception puts everything back.
    [Fact]
    public void What_a_handler_leaves_masked_does_not_outlive_it() => Assert.Empty(Explore(b => b.Cpus(1)
        .Boot(() => Lines.IrqOnBootCpu(static _ =>
        {
            LocalDaif.Save();
            return IrqReturn.Handled;
        }))
        .Task(0, "task", static () => Processor.Relax())
        .Source("timer", Lines.Watchdog, cpu: 0)));

    [Fact]
    public void Out_of_order_and_again_are_reported_at_the_restore()
    {
        Violation crossed = Assert.Single(Explore(static () =>
        {
            IrqFlags outer = LocalIrq.Save();
            IrqFlags inner = LocalIrq.Save();
            LocalIrq.Restore(outer);
            LocalIrq.Restore(inner);
        }), violation => violation.Message.Contains("inside it", StringComparison.Ordinal));
        Assert.Equal(LawIds.MaskRestore, crossed.Law);
        Violation twice = Assert.Single(Explore(static () =>
        {
            IrqFlags flags = LocalIrq.Save();
            LocalIrq.Restore(flags);
            LocalIrq.Restore(flags);
        }));
        Assert.Contains("LocalIrq.Restore: restores a mask that was restored before", twice.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_one_task_saved_another_must_not_restore()
    {
        var kept = new Shared<IrqFlags>(default);
        Assert.Contains(
            Explore(b => b.Cpus(2)
                .Task(0, "first", () =>
                {
                    IrqFlags flags = LocalIrq.Save();
                    kept.Write(flags);
                    LocalIrq.Restore(flags);
                })
                .Task(1, "second", () =>
                {
                    LocalIrq.Disable();
                    LocalIrq.Restore(kept.Read());
                })),
            violation => violation.Law == LawIds.MaskRestore && violation.Message.Contains("restores a mask that other code saved", StringComparison.Ordinal));
    }

    [Fact]
    public void Sections_in_turn_and_masks_handed_from_lock_to_lock_are_legal()
    {
        var gate = new RawSpinLock("gate");
        Assert.Empty(Explore(() =>
        {
            IrqFlags outer = LocalIrq.Save();
            DaifFlags inner = LocalDaif.Save();
            LocalDaif.Restore(inner);
            LocalIrq.Restore(outer);
            IrqFlags taken = gate.AcquireIrqSave();
            gate.Release();
            LocalIrq.Restore(taken);
            IrqFlags given = LocalIrq.Save();
            gate.Acquire();
            gate.ReleaseIrqRestore(given);
            IrqFlags flags = LocalIrq.Save();
            LocalIrq.Restore(flags);
            LocalIrq.Disable();
            LocalIrq.Restore(flags);
        }));
    }

    [Fact]
    public void Turning_interrupts_on_in_a_section_in_a_handler_or_under_a_lock_is_a_breach()
    {
        var gate = new RawSpinLock("gate");
        Assert.Equal(LawIds.MaskEnable, Assert.Single(Explore(static () =>
        {
            IrqFlags flags = LocalIrq.Save();
            LocalIrq.Disable();
            LocalIrq.Enable();
            LocalIrq.Restore(flags);
        })).Law);
        Assert.Contains(Explore(() =>
        {
            using (gate.LockIrqSave())
            {
                LocalIrq.Enable();
            }
        }), violation => violation.Law == LawIds.MaskEnable && violation.Message.Contains("gate is held, which was taken with them off", StringComparison.Ordinal));
        Assert.Contains(
            Explore(b => b.Cpus(1)
                .Boot(() => Lines.IrqOnBootCpu(static _ =>
                {
                    LocalIrq.Enable();
                    return IrqReturn.Handled;
                }))
                .Task(0, "task", static () => Processor.Relax())
                .Source("timer", Lines.Watchdog, cpu: 0)),
            violation => violation.Law == LawIds.MaskEnable && violation.Message.Contains("began with them off", StringComparison.Ordinal));
    }

    [Fact]
    public void Turning_them_off_and_on_is_legal_where_nobody_relies_on_it() => Assert.Empty(Explore(static () =>
    {
        LocalIrq.Disable();
        LocalIrq.Enable();
        IrqFlags flags = LocalIrq.Save();
        LocalIrq.Restore(flags);
        LocalIrq.Disable();
        LocalIrq.Enable();
    }));

    [Fact]
    public void A_priority_mask_that_closes_for_NMIs_too_loses_them()
    {
        Violation closed = Assert.Single(Explore(b => b.Cpus(1)
            .Boot(() => Lines.NmiOnBootCpu(static _ => IrqReturn.Handled))
            .Task(0, "task", static () =>
            {
                Pmr before = Icc.ReadPmr();
                Icc.WritePmr(new Pmr(0x80));
                LocalDaif.Mask();
                Processor.Park();
                Icc.WritePmr(before);
            })
            .Source("watchdog", Lines.Watchdog, cpu: 0)), violation => violation.Law == LawIds.NmiMasked);
        Assert.Contains("Icc.WritePmr", closed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_constant_that_opens_the_mask_in_a_section_or_a_handler_is_a_breach()
    {
        Assert.Contains(Explore(static () =>
        {
            IrqFlags flags = LocalIrq.Save();
            Icc.WritePmr(Pmr.IrqOn);
            LocalIrq.Disable();
            LocalIrq.Restore(flags);
        }), violation => violation.Law == LawIds.MaskLowered);
        Assert.Contains(
            Explore(b => b.Cpus(1)
                .Boot(() => Lines.IrqOnBootCpu(static _ =>
                {
                    Icc.WritePmr(Pmr.IrqOn);
                    return IrqReturn.Handled;
                }))
                .Task(0, "task", static () => Processor.Relax())
                .Source("timer", Lines.Watchdog, cpu: 0)),
            violation => violation.Law == LawIds.MaskLowered);
    }

    [Fact]
    public void Writing_back_what_was_read_is_legal() => Assert.Empty(Explore(static () =>
    {
        Pmr before = Icc.ReadPmr();
        Icc.MaskIrqs();
        Icc.WritePmr(before);
        LocalDaif.Mask();
        LocalDaif.Restore(DaifFlags.Process);
    }));

    [Fact]
    public void A_word_of_the_other_kind_is_a_breach() => Assert.Contains(Explore(static () =>
    {
        DaifFlags daif = LocalDaif.Save();
        LocalDaif.Restore(daif);
        LocalIrq.Disable();
        LocalIrq.Restore(daif.ReinterpretAsIrqFlags());
    }), violation => violation.Law == LawIds.FlagKind);

    [Fact]
    public void A_count_that_an_NMI_changes_between_read_and_write_is_lost_and_that_is_one_report()
    {
        var count = new Shared<int>(0, "count");
        Violation lost = Assert.Single(Explore(b => b.Cpus(1)
            .Boot(() => Lines.NmiOnBootCpu(_ =>
            {
                count.FetchAdd(1);
                return IrqReturn.Handled;
            }))
            .Task(0, "task", () => count.Add(1))
            .Source("watchdog", Lines.Watchdog, cpu: 0)));
        Assert.Equal(LawIds.NmiCounter, lost.Law);
        Assert.Contains("between its read and its write of count", lost.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_plain_read_of_such_a_count_elsewhere_is_a_report_of_its_own()
    {
        var count = new Shared<int>(0, "count");
        Assert.Equal([LawIds.DataRace, LawIds.NmiCounter], Explore(b => b.Cpus(2)
            .Boot(() => Lines.NmiOnBootCpu(_ =>
            {
                count.FetchAdd(1);
                return IrqReturn.Handled;
            }))
            .Task(0, "task", () => count.Add(1))
            .Task(1, "reader", () => _ = count.Read())
            .Source("watchdog", Lines.Watchdog, cpu: 0)).Select(violation => violation.Law).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_count_that_both_change_atomically_or_behind_DAIF_is_exact()
    {
        var count = new Shared<int>(0, "count");
        Assert.Empty(Explore(b => b.Cpus(1)
            .Boot(() => Lines.NmiOnBootCpu(_ =>
            {
                count.FetchAdd(1);
                return IrqReturn.Handled;
            }))
            .Task(0, "task", () =>
            {
                count.FetchAdd(1);
                DaifFlags flags = LocalDaif.Save();
                count.Add(1);
                LocalDaif.Restore(flags);
            })
            .Source("watchdog", Lines.Watchdog, cpu: 0)));
    }

    [Fact]
    public void Leaving_an_NMI_that_was_not_entered_is_a_breach_and_a_BUG() =>
        Assert.Contains(Explore(b => b.Cpus(1)
            .Boot(static () => Lines.NmiOnBootCpu(static _ =>
            {
                NmiContext.Exit();
                NmiContext.Exit();
                return IrqReturn.Handled;
            }))
            .Task(0, "task", static () => Processor.Relax())
            .Source("watchdog", Lines.Watchdog, cpu: 0)), violation => violation is { Law: LawIds.NmiEntry, Evidence: Evidence.Harm });

    [Fact]
    public void An_NMI_that_its_root_handler_enters_and_does_not_leave_is_reported_where_it_was_entered()
    {
        Violation left = Assert.Single(RootHandler(leaves: false), violation => violation.Law == LawIds.NmiEntry);
        Assert.Contains("NmiContext.Enter: the handler returns in the NMI that it entered", left.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_NMI_that_its_root_handler_enters_and_leaves_is_legal() => Assert.Empty(RootHandler(leaves: true));

    [Fact]
    public void Waiting_for_a_lock_whose_holder_was_stopped_by_NMI_is_a_deadlock()
    {
        Violation stopped = Assert.Single(StopByNmi(waits: true), violation => violation.Law == LawIds.StoppedCpu);
        Assert.Equal(Evidence.Harm, stopped.Evidence);
        Assert.Contains("waits for records, which 'driver' holds on CPU1, stopped by an NMI", stopped.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Trying_the_lock_of_a_CPU_stopped_by_NMI_is_legal() => Assert.Empty(StopByNmi(waits: false));

    [Fact]
    public void A_priority_that_the_shifted_view_makes_undeliverable_is_a_breach() => Assert.Contains(
        Explore(b => b.Profile(MachineProfile.GicV3PseudoNmiShifted).Cpus(1).Task(0, "task", static () => Gicd.SetPriority(IntId.Spi(1), Priority.Irq))),
        violation => violation.Law == LawIds.PriorityView);

    [Fact]
    public void The_same_priority_in_the_view_of_the_machine_is_legal() => Assert.Empty(
        Explore(b => b.Profile(MachineProfile.GicV3PseudoNmiShifted).Cpus(1).Task(0, "task", static () => Gicd.SetPriority(IntId.Spi(1), Machine.Current.Gic.Programmed(Priority.Irq)))));

    private static IReadOnlyList<Violation> RootHandler(bool leaves) => Explore(b => b.Cpus(1)
        .Boot(() =>
        {
            Lines.NmiOnBootCpu(static _ => IrqReturn.Handled);
            Irq.SetHandleIrq([RunsIn(Context.HardIrq | Context.PseudoNmi)] () =>
            {
                IntId irq = Icc.ReadIar1();
                if (irq.IsSpecial)
                {
                    return;
                }

                Icc.WriteEoir1(irq);
                Barrier.Isb();
                NmiContext.Enter();
                Irq.GenericHandleDomainNmi(irq);
                if (leaves)
                {
                    NmiContext.Exit();
                }
            });
        })
        .Task(0, "task", static () => Processor.Relax())
        .Source("watchdog", Lines.Watchdog, cpu: 0));

    private static IReadOnlyList<Violation> StopByNmi(bool waits)
    {
        var records = new RawSpinLock("records");
        return Explore(b => b.Cpus(2)
            .Boot(() => Irq.RequestPercpuNmi(Lines.Stop, static _ =>
            {
                Processor.Park();
                return IrqReturn.Handled;
            }, "stop"))
            .Task(0, "crash", () =>
            {
                using (Preemption.Off())
                {
                    Processor.BeginCrash("test");
                    Barrier.Dsb();
                    Icc.SendSgi(Lines.Stop, CpuMask.Of(new CpuId(1)));
                    Processor.Relax();
                }

                if (waits)
                {
                    records.Acquire();
                    records.Release();
                }
                else if (records.TryAcquire())
                {
                    records.Release();
                }
            })
            .Task(1, "driver", () =>
            {
                using (Preemption.Off())
                {
                    Irq.PreparePercpuNmi(Lines.Stop);
                    Irq.EnablePercpuNmi(Lines.Stop);
                }

                using (records.LockIrqSave())
                {
                    Processor.Relax();
                }
            }));
    }

    private static IReadOnlyList<Violation> Explore(Action task) => Explore(b => b.Cpus(1).Task(0, "task", task));

    private static IReadOnlyList<Violation> Explore(Action<MachineBuilder> build)
    {
        ExplorationOutcome outcome = Explorer.Explore(ScenarioType.From("masks", () => new Declared(build)), new ExplorationOptions { Strategy = "exhaustive" });
        Assert.Null(outcome.NonDeterminism);
        Assert.True(outcome.Summary.Exhaustive);
        return [.. outcome.Violations.Select(found => found.Violation)];
    }

    private sealed class Declared(Action<MachineBuilder> build) : IScenario
    {
        public void Build(MachineBuilder b) => build(b);
    }
}
