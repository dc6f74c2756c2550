using System;
using System.Collections.Generic;
using IrqSafety.Contracts;
using IrqSafety.Runtime;
using Xunit;

namespace IrqSafety.Simulator.Tests;

/// <summary>Register writes that take effect late, and what makes sure that they have.</summary>
public class LateRegisterTests
{
    private const string Late = "off irq after";

    // What a task notes around a write that is to keep the interrupt away.
    private static SortedSet<string> States(MemoryModel memory, Action off, Action on)
    {
        var states = new SortedSet<string>(StringComparer.Ordinal);
        ExplorationOutcome outcome = Explorer.Explore(
            ScenarioType.From("late register", () => new Inline(b =>
            {
                var seen = new List<string>();
                var cell = new Shared<int>(0, "cell");
                b.Cpus(1)
                    .Boot(() =>
                    {
                        Lines.IrqOnBootCpu([RunsIn(Context.HardIrq)] (_) => IrqReturn.Handled);
                        Irq.SetHandleIrq(() =>
                        {
                            cell.WriteOnce(1);
                            Note("irq");
                            IntId irq = Icc.ReadIar1();
                            if (!irq.IsSpecial)
                            {
                                Icc.WriteEoir1(irq);
                                Barrier.Isb();
                                Irq.GenericHandleDomainIrq(irq);
                            }
                        });
                    })
                    .Task(0, "task", () =>
                    {
                        Preemption.Disable();
                        off();
                        seen.Add("off");
                        _ = cell.ReadOnce();
                        seen.Add("after");
                        on();
                        Preemption.Enable();
                    })
                    .Source("watchdog", Lines.Watchdog, 0)
                    .AtEnd("noted", () => states.Add(string.Join(' ', seen)) || true);

                // The exception is what matters: a group that is off by then leaves nothing to acknowledge, and the interrupt comes again.
                void Note(string what)
                {
                    if (!seen.Contains(what))
                    {
                        seen.Add(what);
                    }
                }
            })),
            new ExplorationOptions { Strategy = "exhaustive", Memory = memory });
        Assert.Empty(outcome.Violations);
        Assert.Null(outcome.NonDeterminism);
        Assert.True(outcome.Summary.Exhaustive);
        return states;
    }

    [Fact]
    public void A_group_that_was_disabled_may_still_be_signalled_until_an_isb()
    {
        Assert.DoesNotContain(Late, States(MemoryModel.Sc, Icc.DisableGroup1, Icc.EnableGroup1));
        Assert.Contains(Late, States(MemoryModel.Arm, Icc.DisableGroup1, Icc.EnableGroup1));
        Assert.DoesNotContain(Late, States(MemoryModel.Arm, Then(Icc.DisableGroup1, Barrier.Isb), Icc.EnableGroup1));
    }

    [Fact]
    public void A_dsb_does_not_make_a_system_register_take_effect() =>
        Assert.Contains(Late, States(MemoryModel.Arm, Then(Icc.DisableGroup1, Barrier.Dsb), Icc.EnableGroup1));

    [Fact]
    public void A_line_that_was_disabled_may_still_be_taken_until_rwp_reads_0()
    {
        Action disable = () => Gicr.Disable(Lines.Watchdog);
        Action enable = Then(Gicr.WaitForRwp, () => Gicr.Enable(Lines.Watchdog));
        Assert.DoesNotContain(Late, States(MemoryModel.Sc, disable, enable));
        Assert.Contains(Late, States(MemoryModel.Arm, disable, enable));
        Assert.Contains(Late, States(MemoryModel.Arm, Then(disable, Barrier.Isb), enable));
        Assert.DoesNotContain(Late, States(MemoryModel.Arm, Then(disable, Gicr.WaitForRwp), enable));
    }

    [Fact]
    public void Masks_take_effect_at_once() => Assert.DoesNotContain(Late, States(MemoryModel.Arm, LocalIrq.Disable, LocalIrq.Enable));

    [Fact]
    public void A_write_of_PMR_takes_effect_at_once() =>
        Assert.DoesNotContain(Late, States(MemoryModel.Arm, () => Icc.WritePmr(Pmr.IrqOff), () => Icc.WritePmr(Pmr.IrqOn)));

    private static Action Then(Action first, Action second) => () =>
    {
        first();
        second();
    };
}
