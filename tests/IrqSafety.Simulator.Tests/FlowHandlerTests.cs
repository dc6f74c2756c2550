using System.Linq;
using IrqSafety.Contracts;
using IrqSafety.Rules;
using IrqSafety.Runtime;
using Xunit;

namespace IrqSafety.Simulator.Tests;

/// <summary>What goes wrong while a line is handled by the flow handler of another kind of line is put down to the call that set it.</summary>
public class FlowHandlerTests
{
    [Fact]
    public void An_NMI_that_takes_the_descriptors_lock_deadlocks_with_the_code_it_interrupted()
    {
        Violation found = Assert.Single(Explore<DebugUart>(FlowHandler.FastEoi)).Violation;
        Assert.Equal((LawIds.FlowHandler, Evidence.Harm), (found.Law, found.Evidence));
        Assert.EndsWith("M:IrqSafety.Runtime.Irq.SetHandler(IrqSafety.Runtime.IntId,IrqSafety.Runtime.FlowHandler)|0", found.Site!.ToString());
    }

    [Fact]
    public void The_flow_handler_of_NMIs_takes_no_lock() => Assert.Empty(Explore<DebugUart>(FlowHandler.FastEoiNmi));

    [Fact]
    public void An_interrupt_that_is_never_ended_holds_back_another()
    {
        Violation found = Assert.Single(Explore<TwoLines>(FlowHandler.Edge)).Violation;
        Assert.Equal((LawIds.FlowHandler, Evidence.Harm), (found.Law, found.Evidence));
        Assert.Contains("never taken", found.Message);
    }

    [Fact]
    public void One_that_is_ended_does_not() => Assert.Empty(Explore<TwoLines>(FlowHandler.FastEoi));

    private static MinimisedViolation[] Explore<T>(FlowHandler flow)
        where T : Scenario, new()
    {
        var type = ScenarioType.From("test", () => new T { Flow = flow });
        ExplorationOutcome outcome = Explorer.Explore(type, new ExplorationOptions { Strategy = "exhaustive" });
        Assert.Null(outcome.NonDeterminism);
        Assert.True(outcome.Summary.Exhaustive);
        return [.. outcome.Violations];
    }

    public abstract class Scenario : IScenario
    {
        public FlowHandler Flow { get; init; }

        public abstract void Build(MachineBuilder machine);
    }

    /// <summary>A task looks into the descriptor of a line that is an NMI.</summary>
    public sealed class DebugUart : Scenario
    {
        private static readonly IntId s_line = IntId.Spi(5);

        public override void Build(MachineBuilder machine)
        {
            machine.Cpus(1);
            machine.Boot(() =>
            {
                Irq.SetType(s_line, Trigger.Edge);
                Irq.RequestNmi(s_line, Break, IrqRequestFlags.PerCpu | IrqRequestFlags.NoAutoEnable, "uart");
                Irq.SetHandler(s_line, Flow);
                Irq.EnableNmi(s_line);
            });
            machine.Task(0, "show_interrupts", () =>
            {
                IrqFlags flags = Machine.Current.Irqs[s_line].Lock.AcquireIrqSave();
                Machine.Current.Irqs[s_line].Lock.ReleaseIrqRestore(flags);
            });
            machine.Source("uart", s_line, 0);
        }

        [RunsIn(Context.PseudoNmi)]
        private static IrqReturn Break(IntId irq) => IrqReturn.Handled;
    }

    /// <summary>Two devices interrupt one CPU.</summary>
    public sealed class TwoLines : Scenario
    {
        private static readonly IntId s_one = IntId.Spi(5);
        private static readonly IntId s_other = IntId.Spi(6);

        public override void Build(MachineBuilder machine)
        {
            machine.Cpus(1).Profile(MachineProfile.GicV3PseudoNmiGuest);
            machine.Boot(() =>
            {
                Irq.SetType(s_one, Trigger.Edge);
                Irq.SetType(s_other, Trigger.Edge);
                Irq.SetHandler(s_one, Flow);
                Irq.RequestIrq(s_one, Handle, IrqRequestFlags.None, "one");
                Irq.RequestIrq(s_other, Handle, IrqRequestFlags.None, "other");
            });
            machine.Task(0, "task", Processor.Relax);
            machine.Source("one", s_one, 0);
            machine.Source("other", s_other, 0);
        }

        [RunsIn(Context.HardIrq)]
        private static IrqReturn Handle(IntId irq) => IrqReturn.Handled;
    }
}
