using System.Collections.Generic;
using System.Linq;
using IrqSafety.Contracts;
using IrqSafety.Rules;
using Xunit;
using static IrqSafety.Runtime.Tests.Simulated;

namespace IrqSafety.Runtime.Tests;

/// <summary>Requesting, preparing and enabling per-CPU lines: results, laws and effects.</summary>
public sealed class PercpuLineTests
{
    private static readonly IntId s_line = IntId.Sgi(5);

    private static InterruptState Line => ThisCpu.Redistributor[s_line];

    [Fact]
    public void The_whole_life_of_an_NMI_line() => Run(() =>
    {
        Assert.Equal(Errno.Ok, Irq.RequestPercpuNmi(s_line, Handle, "test"));
        Assert.Equal((false, Priority.Irq, FlowHandler.PercpuDevid), (Line.Enabled, Machine.Current.Gic.ReadPriority(s_line, new CpuId(0)), Machine.Current.Irqs[s_line].Flow));
        using (Preemption.Off())
        {
            Assert.Equal(Errno.Ok, Irq.PreparePercpuNmi(s_line));
            Assert.Equal((false, Priority.Nmi, FlowHandler.PercpuDevidNmi), (Line.Enabled, Machine.Current.Gic.ReadPriority(s_line, new CpuId(0)), Machine.Current.Irqs[s_line].Flow));
            Irq.EnablePercpuNmi(s_line);
            Assert.True(Line.Enabled);
            Irq.DisablePercpuNmi(s_line);
            Irq.TeardownPercpuNmi(s_line);
        }

        Assert.Equal((false, Priority.Irq, FlowHandler.PercpuDevid), (Line.Enabled, Machine.Current.Gic.ReadPriority(s_line, new CpuId(0)), Machine.Current.Irqs[s_line].Flow));
        Irq.FreePercpuNmi(s_line);
        Assert.Empty(Machine.Current.Irqs[s_line].Actions);
        Assert.Equal(Errno.Ok, Irq.RequestPercpuIrq(s_line, Handle, "again"));
    });

    [Fact]
    public void Without_priority_masking_an_NMI_request_is_refused_and_the_line_can_be_requested_as_an_IRQ() =>
        Assert.Empty(Breaches(MachineProfile.GicV3Irq, () =>
        {
            Assert.Equal(Errno.EINVAL, Irq.RequestPercpuNmi(s_line, Handle, "test"));
            Assert.Equal(PercpuLineProtocol.NmiRefused, State());
            Assert.Equal(Errno.Ok, Irq.RequestPercpuIrq(s_line, Handle, "test"));
            using PreemptOffGuard off = Preemption.Off();
            Irq.EnablePercpuIrq(s_line);
            Assert.Equal(PercpuLineProtocol.IrqEnabledAfterRefusal, State());
        }));

    [Fact]
    public void After_a_refused_request_the_NMI_calls_break_the_law_and_do_nothing() =>
        Assert.Equal([(LawIds.FlavourAfterRefusal, "Irq.PreparePercpuNmi"), (LawIds.FlavourAfterRefusal, "Irq.EnablePercpuNmi")], Breaches(MachineProfile.GicV3Irq, () =>
        {
            Irq.RequestPercpuNmi(s_line, Handle, "test");
            using PreemptOffGuard off = Preemption.Off();
            Assert.Equal(Errno.EINVAL, Irq.PreparePercpuNmi(s_line));
            Irq.EnablePercpuNmi(s_line);
            Assert.False(Line.Enabled);
        }));

    [Fact]
    public void A_declared_fault_is_a_choice_and_nothing_fails_that_was_not_declared()
    {
        var asked = new List<string>();
        var execution = new PlainExecution { Chooser = what => { asked.Add(what); return 1; } };
        var machine = new Machine(MachineProfile.GicV3PseudoNmi, 1, execution);
        machine.Faults.Declare("request_percpu_nmi", 1);
        machine.AddTask("main", Cpu0, () =>
        {
            Assert.Equal(Errno.EINVAL, Irq.RequestPercpuNmi(s_line, Handle, "test"));
            Assert.Equal(Errno.Ok, Irq.RequestPercpuNmi(s_line, Handle, "test"));
            Assert.Equal(Errno.Ok, Irq.RequestPercpuIrq(IntId.Sgi(6), Handle, "test"));
        });
        execution.Run(machine);
        Assert.Equal(["request_percpu_nmi fails"], asked);
    }

    [Fact]
    public void Enabling_an_NMI_that_was_not_prepared_on_this_CPU_is_out_of_order() =>
        Assert.Equal([(LawIds.LineProtocol, "Irq.EnablePercpuNmi")], Breaches(() =>
        {
            Irq.RequestPercpuNmi(s_line, Handle, "test");
            using PreemptOffGuard off = Preemption.Off();
            Irq.EnablePercpuNmi(s_line);
            Assert.False(Line.Enabled);
        }));

    [Fact]
    public void Prepared_on_one_CPU_is_not_prepared_on_another()
    {
        var breaches = new List<string>();
        var execution = new PlainExecution { OnBreach = (breach, _) => breaches.Add(breach.Law) };
        var machine = new Machine(MachineProfile.GicV3PseudoNmi, 2, execution);
        machine.AddTask("first", Cpu0, () => Install(s_line, Handle, nmi: true));
        machine.AddTask("second", Cpu1, () =>
        {
            using PreemptOffGuard off = Preemption.Off();
            Irq.EnablePercpuNmi(s_line);
        });
        execution.Run(machine);
        Assert.Equal([LawIds.LineProtocol], breaches);
        Assert.Equal(PercpuLineProtocol.NmiEnabled, machine.Protocols.StateOf(PercpuLineProtocol.Name, s_line, Cpu0));
        Assert.Equal(PercpuLineProtocol.Nmi, machine.Protocols.StateOf(PercpuLineProtocol.Name, s_line, Cpu1));
    }

    [Fact]
    public void Tearing_an_NMI_down_with_the_IRQ_call_mixes_flavours() =>
        Assert.Equal([(LawIds.LineFlavour, "Irq.DisablePercpuIrq")], Breaches(() =>
        {
            Install(s_line, Handle, nmi: true);
            using PreemptOffGuard off = Preemption.Off();
            Irq.DisablePercpuIrq(s_line);
            Assert.True(Line.Enabled);
        }));

    [Fact]
    public void Freeing_needs_every_CPU_to_have_torn_down() =>
        Assert.Equal([(LawIds.LineProtocol, "Irq.FreePercpuNmi")], Breaches(() =>
        {
            Install(s_line, Handle, nmi: true);
            Irq.FreePercpuNmi(s_line);
            Assert.Single(Machine.Current.Irqs[s_line].Actions);
        }));

    [Fact]
    public void A_second_request_is_refused() =>
        Assert.Equal([(LawIds.LineProtocol, "Irq.RequestPercpuIrq"), (LawIds.LineProtocol, "Irq.RequestPercpuNmi")], Breaches(() =>
        {
            Assert.Equal(Errno.Ok, Irq.RequestPercpuIrq(s_line, Handle, "test"));
            Assert.Equal(Errno.EBUSY, Irq.RequestPercpuIrq(s_line, Handle, "test"));
            Assert.Equal(Errno.EINVAL, Irq.RequestPercpuNmi(s_line, Handle, "test"));
        }));

    [Fact]
    public void A_shared_line_is_not_per_CPU() =>
        Assert.Equal([(LawIds.NmiRequestConstraint, "Irq.RequestPercpuNmi")], Breaches(() =>
            Assert.Equal(Errno.EINVAL, Irq.RequestPercpuNmi(IntId.Spi(1), Handle, "test"))));

    [Fact]
    public void The_per_CPU_calls_need_preemption_off() =>
        Assert.Equal([(LawIds.ContextLegal, "Irq.PreparePercpuNmi"), (LawIds.ContextLegal, "Irq.EnablePercpuNmi")], Breaches(() =>
        {
            Irq.RequestPercpuNmi(s_line, Handle, "test");
            Irq.PreparePercpuNmi(s_line);
            Irq.EnablePercpuNmi(s_line);
        }));

    [Fact]
    public void They_are_legal_in_an_interrupt_and_not_in_an_NMI()
    {
        Assert.Empty(Breaches(() => RequestThenPrepareIn(nmi: false)));
        Assert.Equal(
            [(LawIds.NmiUnsafeCall, "Irq.PreparePercpuNmi"), (LawIds.NmiUnsafeCall, "Irq.EnablePercpuNmi")],
            Breaches(() => RequestThenPrepareIn(nmi: true)));

        static void RequestThenPrepareIn(bool nmi)
        {
            Assert.Equal(Errno.Ok, Irq.RequestPercpuNmi(s_line, Handle, "test"));
            InHandler(nmi, () =>
            {
                Irq.PreparePercpuNmi(s_line);
                Irq.EnablePercpuNmi(s_line);
            });
        }
    }

    [Fact]
    public void Requests_are_legal_in_a_task_that_may_sleep()
    {
        Assert.Contains((LawIds.AtomicSleep, "Irq.RequestPercpuNmi"), Breaches(() =>
        {
            using PreemptOffGuard off = Preemption.Off();
            Irq.RequestPercpuNmi(s_line, Handle, "test");
        }));
        Assert.Contains((LawIds.ContextLegal, "Irq.RequestPercpuIrq"), Breaches(() => InHandler(nmi: false, () => Irq.RequestPercpuIrq(s_line, Handle, "test"))));
    }

    [Fact]
    public void A_handler_written_for_an_IRQ_does_not_become_an_NMI()
    {
        Assert.Equal([(LawIds.HandlerRole, "Irq.RequestPercpuNmi")], Breaches(() => Irq.RequestPercpuNmi(s_line, ForIrq, "test")));
        Assert.Empty(Breaches(() => Irq.RequestPercpuNmi(s_line, ForBoth, "test")));
        Assert.Empty(Breaches(() => Irq.RequestPercpuIrq(s_line, ForBoth, "test")));
    }

    [Fact]
    public void The_table_has_a_row_for_every_state_and_event_and_they_lead_to_states_it_has()
    {
        foreach (ProtocolTable table in Protocols.All)
        {
            HashSet<string> states = [.. table.States, table.Initial];
            foreach (string state in states)
            {
                foreach (ProtocolEvent @event in table.Events)
                {
                    ProtocolRow row = table[state, @event.Name];
                    Assert.Contains(row.Next, states);
                    Assert.Contains(row.OnFailure ?? state, states);
                    Assert.Equal(row.Law is null, row.Problem is null);
                }
            }
        }
    }

    [Fact]
    public void Every_event_of_every_table_has_an_operation_and_every_operation_an_event()
    {
        HashSet<(string, string)> declared = [.. OperationTests.All().SelectMany(operation => operation.Contract.Transitions).Select(t => (t.Protocol, t.Event))];
        HashSet<(string, string)> inTables = [.. Protocols.All.SelectMany(table => table.Events.Select(@event => (table.Name, @event.Name)))];
        Assert.Equal(inTables.Order(), declared.Order());
    }

    private static string State() => Machine.Current.Protocols.StateOf(PercpuLineProtocol.Name, s_line, Cpu0);

    private static IrqReturn Handle(IntId irq) => irq == s_line ? IrqReturn.Handled : IrqReturn.None;

    [RunsIn(Context.HardIrq)]
    private static IrqReturn ForIrq(IntId irq) => Handle(irq);

    [RunsIn(Context.HardIrq | Context.PseudoNmi)]
    private static IrqReturn ForBoth(IntId irq) => Handle(irq);
}
