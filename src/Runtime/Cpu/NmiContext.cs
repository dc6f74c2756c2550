using IrqSafety.Contracts;

namespace IrqSafety.Runtime;

/// <summary>
/// The accounting around a pseudo-NMI that a root handler finds while it serves an exception taken with interrupts on (<c>nmi_enter</c>, <c>nmi_exit</c>). An
/// exception taken with interrupts masked by PMR is accounted as an NMI by its entry code. Source: Linux <c>include/linux/hardirq.h</c>.
/// </summary>
public static class NmiContext
{
    private static readonly Operation s_enter = Operation.Of(typeof(NmiContext), nameof(Enter));
    private static readonly Operation s_exit = Operation.Of(typeof(NmiContext), nameof(Exit));

    /// <summary><c>nmi_enter</c>: from here on the code is an NMI. Before anything that must not run in the middle of what was interrupted.</summary>
    [NmiSafe]
    [RequiresMasked(Mask.Daif)]
    [EntersContext(Context.PseudoNmi)]
    [Transition(Rules.NmiEntryProtocol.Name, "enter", Per = Scope.Cpu)]
    public static void Enter()
    {
        Cpu cpu = s_enter.Begin();
        TaskContext state = cpu.State;
        if (state.PreemptCount.Nmi == 15)
        {
            cpu.Machine.Execution.Fail("nmi_enter: NMIs are nested deeper than preempt_count can say");
        }

        state.CountNmi(1);
        IntId served = cpu.Interface.Running ?? IntId.Spurious;
        state.Push(new Activation(Context.PseudoNmi, served, state.Pmr, state.Daif, state.AllInt));
        cpu.Publish(MachineEventKind.ContextEntered, s_enter, served.Value, context: Context.PseudoNmi);
    }

    /// <summary><c>nmi_exit</c>: the reverse.</summary>
    [NmiSafe]
    [LeavesContext]
    [Transition(Rules.NmiEntryProtocol.Name, "exit", Per = Scope.Cpu)]
    public static void Exit()
    {
        Cpu cpu = s_exit.Begin();
        TaskContext state = cpu.State;
        if (state.PreemptCount.Nmi == 0)
        {
            cpu.Machine.Execution.Breach(new Rules.Breach(Rules.LawIds.NmiEntry, $"code with preempt count {state.PreemptCount}", "leaves an NMI that was not entered"), new Step(s_exit, null, Access.Write));
            cpu.Machine.Execution.Fail("nmi_exit without nmi_enter");
        }

        _ = state.Pop();
        cpu.Publish(MachineEventKind.ContextLeft, s_exit, context: Context.PseudoNmi);
        state.CountNmi(-1);
    }

    /// <summary>
    /// The handler returns in an NMI that it entered: the exception return ends the NMI, and preempt_count goes on to say that there is one.
    /// </summary>
    internal static void Abandon(Cpu cpu)
    {
        _ = cpu.State.Pop();
        cpu.Publish(MachineEventKind.ContextLeft, s_enter, context: Context.PseudoNmi);
    }
}
