using System;
using System.Collections.Generic;
using System.Linq;
using IrqSafety.Runtime;
using Xunit;
using static IrqSafety.Conformance.Tests.GicBench;

namespace IrqSafety.Conformance.Tests;

/// <summary>Injection, preemption and end of interrupts: edge and level, EOI mode 0 and 1. 32 priority levels.</summary>
public static class VgicIrqChecks
{
    private static readonly IntId s_firstSpi = IntId.Spi(0);

    private static readonly IntId[] s_sgis = Range(IntId.Sgi(0), 16);

    private static readonly IntId[] s_ppis = Range(IntId.Ppi(0), 16);

    // Timer and PMU lines are left to their devices.
    private static readonly IntId[] s_freePpis = [.. s_ppis.Where(ppi => ppi.Value is not (26 or 27 or 28 or 30))];

    private static readonly IntId[] s_spis = Range(s_firstSpi, 32);

    [Checks("V01")]
    public static void A_valid_acknowledge_makes_active() => AfterAcknowledge(static (_, irq) => Assert.True(State(irq).Active));

    [Checks("V02")]
    public static void An_edge_is_not_pending_after_its_acknowledge() => AfterAcknowledge(static (bench, irq) =>
    {
        if (!bench.Level)
        {
            Assert.False(State(irq).Pending);
        }
    });

    [Checks("V03")]
    public static void A_level_line_that_is_not_lowered_is_pending_again() => InEachConfiguration(bench =>
    {
        if (bench.Level)
        {
            bench.Enable(s_firstSpi, 0x80);
            bench.Inject(s_firstSpi);
            Assert.Equal(s_firstSpi, Interface.Acknowledge());
            End(s_firstSpi);
            Assert.True(State(s_firstSpi).Pending);
            Assert.Equal(s_firstSpi, Interface.Acknowledge());
            bench.Serve(s_firstSpi);
            End(s_firstSpi);
            Assert.Equal(IntId.Spurious, Interface.Acknowledge());
        }
    });

    [Checks("V04")]
    public static void EOI_clears_the_active_priority() => AfterAcknowledge(static (bench, irq) =>
    {
        Assert.NotEqual(0u, Interface.ActivePriorities1);
        bench.Serve(irq);
        Interface.EndOfInterrupt(irq);
        Assert.Equal(0u, Interface.ActivePriorities1);
    });

    [Checks("V05")]
    [Checks("V06")]
    public static void The_end_leaves_inactive_and_not_pending() => AfterAcknowledge(static (bench, irq) =>
    {
        bench.Serve(irq);
        Interface.EndOfInterrupt(irq);
        Assert.Equal(Interface.EoiMode == EoiMode.DropOnly, State(irq).Active);
        Deactivate(irq);
        Assert.Equal((false, false), (State(irq).Active, State(irq).Pending));
    });

    [Checks("V07")]
    public static void A_spurious_interrupt_is_not_counted_and_not_ended()
    {
        foreach (MachineProfile profile in new[] { Mode0, Mode1 })
        {
            PlainExecution execution = PlainExecution.Run(profile, 1, static () => ThisCpu.TakeInterrupt());
            Assert.Contains(execution.Events, happened => happened is { Kind: MachineEventKind.InterruptAcknowledged, Value: 1023 });
            Assert.DoesNotContain(execution.Events, happened => happened.Kind is MachineEventKind.InterruptEnded or MachineEventKind.ContextEntered);
        }
    }

    [Checks("V08")]
    [Checks("V11")]
    public static void Each_SPI_of_a_set_is_handled_once() => HandledOnce([s_spis[0]], [s_spis[^1]], s_spis);

    [Checks("V09")]
    public static void Each_SGI_of_a_set_is_handled_once() => HandledOnce([s_sgis[0]], s_sgis);

    [Checks("V10")]
    public static void A_PPI_is_handled_once() => HandledOnce([s_ppis[0]]);

    [Checks("V12")]
    [Checks("V13")]
    [Checks("V14")]
    public static void Each_preempts_the_one_before_and_they_end_in_reverse() => InEachConfiguration(bench =>
    {
        foreach (IntId[] ladder in new[] { s_sgis, s_freePpis, Range(s_firstSpi, 31) }.Where(set => bench.Of(set).Any()))
        {
            EnableLadder(bench, ladder);
            foreach (IntId irq in ladder)
            {
                bench.Inject(irq);
                Assert.True(Interface.Signals);
                Assert.Equal(irq, Interface.Acknowledge());
                bench.Serve(irq);
            }

            foreach (IntId irq in ladder.Reverse())
            {
                Interface.EndOfInterrupt(irq);
            }

            Array.ForEach(ladder, Deactivate);
            AssertQuiet(ladder);
        }
    });

    [Checks("V15")]
    [Checks("V16")]
    public static void An_INTID_that_does_not_exist_is_an_invalid_argument() => InEachConfiguration(static _ =>
    {
        foreach (int bad in new[] { 1020, 1024, 1120, 5120, -1 })
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => Controller.Assert(new IntId(bad), Cpu0));
            Assert.Throws<ArgumentOutOfRangeException>(() => Controller.SetPending(new IntId(bad), Cpu0, pending: true));
            Assert.Equal(IntId.Spurious, Interface.Acknowledge());
        }
    });

    [Checks("V19")]
    [Checks("V20")]
    public static void Active_state_that_was_restored_ends_as_if_acknowledged() => InEachConfiguration(bench =>
    {
        foreach (IntId[] ladder in new[] { s_sgis, s_ppis, Range(s_firstSpi, 31) })
        {
            EnableLadder(bench, ladder);
            Array.ForEach(ladder, irq => State(irq).Active = true);
            Interface.ActivePriorities1 = (uint)((1UL << ladder.Length) - 1);
            Assert.Equal(new Priority(0), Interface.RunningPriority);
            foreach (IntId irq in ladder.Reverse())
            {
                End(irq);
            }

            AssertQuiet(ladder);
        }
    });

    [Checks("V21")]
    [Checks("V22")]
    public static void DIR_deactivates_what_another_CPU_acknowledged() => By(Mode1, static () =>
    {
        Enable(s_firstSpi, new Priority(0x80));
        Controller.SetPending(s_firstSpi, Cpu0, pending: true);
        Assert.Equal(s_firstSpi, Interface.Acknowledge());
        Interface.EndOfInterrupt(s_firstSpi);
        Assert.True(State(s_firstSpi).Active);
        Machine.Current.Cpus[1].Interface.Deactivate(s_firstSpi);
        Assert.False(State(s_firstSpi).Active);
    });

    [Checks("V23")]
    [Checks("V24")]
    [Checks("V25")]
    public static void A_disabled_group_is_not_acknowledged_however_urgent() => By(Mode0, static () =>
    {
        for (int i = 0; i < 16; i++)
        {
            Enable(IntId.Sgi(i), new Priority((byte)((i + 1) * 8)), i == 0 ? InterruptGroup.Group0 : InterruptGroup.Group1);
            Controller.SetPending(IntId.Sgi(i), Cpu0, pending: true);
        }

        for (int i = 1; i < 16; i++)
        {
            Assert.True(Interface.Signals);
            Assert.Equal(IntId.Sgi(i), Interface.Acknowledge());
            Interface.EndOfInterrupt(IntId.Sgi(i));
        }

        Assert.Equal((true, false), (State(IntId.Sgi(0)).Pending, State(IntId.Sgi(0)).Active));
        Assert.Equal((IntId.Spurious, IntId.Spurious), (Interface.Acknowledge(), Interface.AcknowledgeGroup0()));
        Interface.Group0Enabled = true;
        Assert.Equal(IntId.Spurious, Interface.Acknowledge());
        Assert.Equal(IntId.Sgi(0), Interface.AcknowledgeGroup0());
    });

    private static void AfterAcknowledge(Action<GicBench, IntId> then) => InEachConfiguration(bench =>
    {
        foreach (IntId irq in bench.Of(s_sgis[3], s_ppis[2], s_firstSpi))
        {
            bench.Enable(irq, 0x80);
            bench.Inject(irq);
            Assert.Equal(irq, Interface.Acknowledge());
            then(bench, irq);
            bench.Serve(irq);
            if (Interface.ActivePriorities1 != 0)
            {
                End(irq);
            }
            else if (State(irq).Active)
            {
                Deactivate(irq);
            }
        }
    });

    private static void EnableLadder(GicBench bench, IntId[] ladder)
    {
        for (int i = 0; i < ladder.Length; i++)
        {
            bench.Enable(ladder[i], (ladder.Length - 1 - i) * 8);
        }
    }

    // Injected together while masked; then interrupts are let in, one window after the other.
    private static void HandledOnce(params IntId[][] sets) => InEachConfiguration(bench =>
    {
        foreach (IntId[] set in sets)
        {
            IntId[] injected = [.. bench.Of(set)];
            for (int i = 0; i < injected.Length; i++)
            {
                bench.Enable(injected[i], (i % 31) * 8);
                bench.Inject(injected[i]);
            }

            var counted = new List<IntId>();
            while (Interface.Acknowledge() is { IsSpecial: false } irq)
            {
                counted.Add(irq);
                bench.Serve(irq);
                End(irq);
            }

            // The most urgent first; of equal priorities the lowest INTID.
            Assert.Equal(injected.OrderBy(irq => State(irq).Priority.Value).ThenBy(irq => irq.Value), counted);
            AssertQuiet(injected);
        }
    });
}
