using System;
using System.Collections.Generic;
using System.Linq;
using IrqSafety.Contracts;
using IrqSafety.Rules;
using IrqSafety.Runtime;
using Xunit;

namespace IrqSafety.Simulator.Tests;

/// <summary>What runs say about the order of operations of the interrupt controller, and about its barriers under <c>--memory arm</c>.</summary>
public class GicOrderTests
{
    private static readonly IntId s_uart = IntId.Spi(7);

    [Fact]
    public void The_handler_without_an_ISB_after_the_acknowledge_is_a_breach_under_arm_only()
    {
        Assert.Empty(Root(MemoryModel.Sc, withIsb: false));
        Assert.Contains(Root(MemoryModel.Arm, withIsb: false), violation => violation is { Law: LawIds.AcknowledgeSync, Evidence: Evidence.Breach });
        Assert.Empty(Root(MemoryModel.Arm, withIsb: true));
    }

    private static IReadOnlyList<Violation> Root(MemoryModel memory, bool withIsb) => Explore(memory, b => b.Cpus(1).Profile(MachineProfile.GicV3PseudoNmiGuest)
        .Boot(() => Irq.SetHandleIrq([RunsIn(Context.HardIrq | Context.PseudoNmi)] () =>
        {
            IntId irq = Icc.ReadIar1();
            if (irq.IsSpecial)
            {
                return;
            }

            if (withIsb)
            {
                Barrier.Isb();
            }

            if (Processor.InNmi)
            {
                Irq.GenericHandleDomainNmi(irq);
            }
            else
            {
                Irq.GenericHandleDomainIrq(irq);
            }
        }))
        .Boot(() => Lines.IrqOnBootCpu([RunsIn(Context.HardIrq)] (_) => IrqReturn.Handled))
        .Task(0, "task", Processor.Relax)
        .Source("watchdog", Lines.Watchdog, 0));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_level_interrupt_deactivated_while_its_line_stayed_high_is_a_breach(bool quietFirst)
    {
        IReadOnlyList<Violation> violations = Explore(MemoryModel.Sc, b => b.Cpus(1)
            .Boot(machine =>
            {
                Irq.SetType(s_uart, Trigger.Level);
                Irq.RequestIrq(s_uart, [RunsIn(Context.HardIrq)] (_) => IrqReturn.Handled, IrqRequestFlags.None, "uart");
                Irq.SetHandleIrq([RunsIn(Context.HardIrq | Context.PseudoNmi)] () =>
                {
                    IntId irq = Icc.ReadIar1();
                    if (irq.IsSpecial)
                    {
                        return;
                    }

                    Icc.WriteEoir1(irq);
                    if (quietFirst)
                    {
                        machine.Gic.Deassert(s_uart, new CpuId(0));
                        Icc.WriteDir(irq);
                    }
                    else
                    {
                        Icc.WriteDir(irq);
                        machine.Gic.Deassert(s_uart, new CpuId(0));
                    }
                });
            })
            .Task(0, "task", Processor.Relax)
            .Source("uart", s_uart, 0, trigger: Trigger.Level));
        Assert.Equal(quietFirst ? [] : [LawIds.EarlyDeactivate], violations.Select(violation => violation.Law));
    }

    [Fact]
    public void The_priority_of_an_NMI_written_to_an_enabled_line_is_a_breach_of_its_own_law()
    {
        Assert.Equal([LawIds.NmiPriority], Explore(MemoryModel.Sc, Task(machine =>
        {
            Gicd.Enable(s_uart);
            Gicd.SetPriority(s_uart, machine.Gic.Programmed(Priority.Nmi));
        })).Select(violation => violation.Law));
        Assert.Equal([LawIds.WritePending], Explore(MemoryModel.Sc, Task(machine =>
        {
            Gicd.Enable(s_uart);
            Gicd.SetPriority(s_uart, machine.Gic.Programmed(Priority.Irq));
        })).Select(violation => violation.Law));
        Assert.Empty(Explore(MemoryModel.Sc, Task(machine =>
        {
            Gicd.SetPriority(s_uart, machine.Gic.Programmed(Priority.Nmi));
            Gicd.Enable(s_uart);
        })));
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void A_CPU_that_comes_up_sets_its_binary_point_and_CBPR(bool setsBinaryPoint, bool setsCommon) => Assert.Equal(
        setsBinaryPoint && setsCommon ? [] : [LawIds.BinaryPoint],
        Explore(MemoryModel.Sc, Task(_ =>
        {
            LocalIrq.Disable();
            Icc.DisableGroup1();
            Gicr.Wake();
            if (setsBinaryPoint)
            {
                Icc.WriteBpr1(0);
            }

            if (setsCommon)
            {
                Icc.WriteCtlr(new IccControl(EoiMode.DropOnly));
            }

            Icc.EnableGroup1();
            LocalIrq.Enable();
        })).Select(violation => violation.Law).Distinct());

    [Fact]
    public void Masking_by_priority_on_a_machine_without_it()
    {
        Action<Machine> mask = _ =>
        {
            LocalIrq.Disable();
            if (CpuFeatures.UsesIrqPrioMasking)
            {
                Icc.MaskIrqs();
            }

            LocalIrq.Enable();
        };
        Action<Machine> unasked = _ =>
        {
            LocalIrq.Disable();
            Icc.MaskIrqs();
            LocalIrq.Enable();
        };
        Assert.Empty(Explore(MemoryModel.Sc, Task(mask), MachineProfile.GicV2));
        Assert.Empty(Explore(MemoryModel.Sc, Task(mask), MachineProfile.GicV3PseudoNmi));
        Assert.Contains(Explore(MemoryModel.Sc, Task(unasked), MachineProfile.GicV3Irq), violation => violation is { Law: LawIds.Capability, Evidence: Evidence.Breach });
        Assert.Contains(Explore(MemoryModel.Sc, Task(unasked), MachineProfile.GicV2), violation => violation.Evidence == Evidence.Harm && violation.Message.Contains("undefined instruction", StringComparison.Ordinal));
    }

    [Fact]
    public void An_SGI_without_a_DSB_lets_its_receiver_read_the_old_message()
    {
        Assert.Empty(Mailbox(MemoryModel.Sc, () => { }));
        IReadOnlyList<Violation> without = Mailbox(MemoryModel.Arm, () => { });
        Assert.Contains(without, violation => violation.Law == LawIds.GicBarrier);
        Assert.Contains(without, violation => violation.Evidence == Evidence.Harm && violation.Message.Contains("the old message", StringComparison.Ordinal));
        Assert.Empty(Mailbox(MemoryModel.Arm, Barrier.Dsb));
    }

    private static IReadOnlyList<Violation> Mailbox(MemoryModel memory, Action barrier) => Explore(memory, b =>
    {
        var message = new Shared<int>(0, "message");
        var answer = new Shared<int>(0, "answer");
        b.Cpus(2)
            .Boot(() => Irq.SetHandleIrq([RunsIn(Context.HardIrq | Context.PseudoNmi)] () =>
                {
                    IntId irq = Icc.ReadIar1();
                    if (irq == IntId.Sgi(9))
                    {
                        Barrier.Isb();
                        Processor.BugOn(message.ReadOnce() == 0, "the old message");
                        answer.WriteOnce(1);
                    }

                    if (!irq.IsSpecial)
                    {
                        Icc.WriteEoir1(irq);
                        Icc.WriteDir(irq);
                    }
                }))
            .Task(0, "sender", () =>
            {
                message.WriteOnce(1);
                barrier();
                Icc.SendSgi(IntId.Sgi(9), CpuMask.Of(new CpuId(1)));
                Barrier.Isb();
                while (answer.ReadOnce() == 0)
                {
                    Processor.Relax();
                }
            })
            .Task(1, "receiver", () =>
            {
                Preemption.Disable();
                Gicr.Enable(IntId.Sgi(9));
                Preemption.Enable();
            });
    });

    [Fact]
    public void System_registers_are_undefined_until_an_ISB_follows_SRE()
    {
        Action<Machine> Init(bool withIsb) => _ =>
        {
            Preemption.Disable();
            Icc.WriteSre(false);
            Barrier.Isb();
            Icc.WriteSre(true);
            if (withIsb)
            {
                Barrier.Isb();
            }

            Icc.ReadPmr();
            Preemption.Enable();
        };
        Assert.Empty(Explore(MemoryModel.Sc, Task(Init(withIsb: false))));
        Assert.Empty(Explore(MemoryModel.Arm, Task(Init(withIsb: true))));
        IReadOnlyList<Violation> without = Explore(MemoryModel.Arm, Task(Init(withIsb: false)));
        Assert.Contains(without, violation => violation is { Law: LawIds.GicBarrier, Evidence: Evidence.Breach or Evidence.Harm });
        Assert.Contains(without, violation => violation.Evidence == Evidence.Harm && violation.Message.Contains("SRE", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void A_redistributor_sleeps_after_an_ISB_and_a_DSB(bool isb, bool dsb) => Assert.Equal(
        isb && dsb ? [] : [LawIds.GicBarrier],
        Explore(MemoryModel.Arm, Task(_ =>
        {
            LocalIrq.Disable();
            Icc.DisableGroup1();
            if (isb)
            {
                Barrier.Isb();
            }

            if (dsb)
            {
                Barrier.Dsb();
            }

            Gicr.Sleep();
        })).Select(violation => violation.Law).Distinct());

    private static Action<MachineBuilder> Task(Action<Machine> body) => b => b.Cpus(1).Task(0, "task", () => body(Machine.Current));

    private static IReadOnlyList<Violation> Explore(MemoryModel memory, Action<MachineBuilder> build, MachineProfile? profile = null)
    {
        ExplorationOutcome outcome = Explorer.Explore(
            ScenarioType.From("order", () => new Inline(b =>
            {
                if (profile is not null)
                {
                    b.Profile(profile);
                }

                build(b);
            })),
            new ExplorationOptions { Strategy = "exhaustive", Memory = memory });
        Assert.Null(outcome.NonDeterminism);
        return [.. outcome.Violations.Select(found => found.Violation)];
    }
}
