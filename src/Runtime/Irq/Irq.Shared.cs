using System;
using IrqSafety.Contracts;
using IrqSafety.Rules;

namespace IrqSafety.Runtime;

/// <content>Shared peripheral interrupts: one line, routed to one CPU.</content>
public static partial class Irq
{
    private const string SharedOnly = "SGIs and PPIs are requested with the per-CPU calls";

    private static readonly Operation s_requestNmi = Operation.Of(typeof(Irq), nameof(RequestNmi));
    private static readonly Operation s_enableNmi = Operation.Of(typeof(Irq), nameof(EnableNmi));
    private static readonly Operation s_disableNmiNosync = Operation.Of(typeof(Irq), nameof(DisableNmiNosync));
    private static readonly Operation s_freeNmi = Operation.Of(typeof(Irq), nameof(FreeNmi));
    private static readonly Operation s_requestIrq = Operation.Of(typeof(Irq), nameof(RequestIrq));
    private static readonly Operation s_enableIrq = Operation.Of(typeof(Irq), nameof(EnableIrq));
    private static readonly Operation s_disableIrq = Operation.Of(typeof(Irq), nameof(DisableIrq));
    private static readonly Operation s_disableIrqNosync = Operation.Of(typeof(Irq), nameof(DisableIrqNosync));
    private static readonly Operation s_freeIrq = Operation.Of(typeof(Irq), nameof(FreeIrq));
    private static readonly Operation s_setAffinity = Operation.Of(typeof(Irq), nameof(SetAffinity));
    private static readonly Operation s_synchronizeIrq = Operation.Of(typeof(Irq), nameof(SynchronizeIrq));

    /// <summary>
    /// <c>request_nmi</c>: the line must be bound to one CPU, not shared, and not enabled by the request. It is never threaded. May fail although priority
    /// masking is in use.
    /// </summary>
    /// <returns><see cref="Errno.EINVAL"/> for flags that an NMI line cannot have, without NMI support, or for a line already requested.</returns>
    [LegalIn(Context.Task)]
    [MayBlock]
    [ArgumentRange(nameof(irq), 32, 1019, Because = SharedOnly)]
    [ArgumentRange(nameof(irq), 4096, 5119, Because = SharedOnly)]
    [RequiresFlag(nameof(flags), IrqRequestFlags.PerCpu, Because = "an NMI line is bound to one CPU")]
    [RequiresFlag(nameof(flags), IrqRequestFlags.NoAutoEnable, Because = "an NMI line is enabled by enable_nmi, after it was set up")]
    [RejectsFlag(nameof(flags), IrqRequestFlags.Shared, Because = "an NMI line has one handler, which runs without the descriptor's lock")]
    [RejectsFlag(nameof(flags), IrqRequestFlags.CondSuspend, Because = "an NMI line is not suspended")]
    [RejectsFlag(nameof(flags), IrqRequestFlags.IrqPoll, Because = "an NMI line cannot be polled")]
    [Transition(LineNmiProtocol.Name, "request-nmi", Of = nameof(irq))]
    [Transition(FlowHandlerProtocol.Name, "request-shared-nmi", Of = nameof(irq))]
    public static Errno RequestNmi(IntId irq, [RunsIn(Context.PseudoNmi)] IrqHandler handler, IrqRequestFlags flags, string name)
    {
        ArgumentNullException.ThrowIfNull(handler);
        IrqDescriptor descriptor = Machine.Current.Irqs[irq];
        Cpu cpu = s_requestNmi.Begin(descriptor, Access.Write, (nameof(irq), irq), (nameof(flags), flags));
        if (s_requestNmi.Refuses(cpu, descriptor, (nameof(irq), irq), (nameof(flags), flags)))
        {
            return Errno.EINVAL;
        }

        Machine machine = cpu.Machine;
        LineMove move = LineMove.Begin(s_requestNmi, cpu, descriptor);
        if (move.Refused)
        {
            return Errno.EINVAL;
        }

        CpuId target = machine.Gic.StateOf(irq, cpu.Id).Target;
        if (machine.Faults.Happens(machine.Execution, "request_nmi") || machine.Irqs.SetupNmi(descriptor, target) != Errno.Ok)
        {
            move.Commit(succeeded: false);
            return Errno.EINVAL;
        }

        Context excluded = HandlerRole.Check(s_requestNmi, cpu, descriptor, nameof(handler), handler);
        descriptor.Add(new IrqAction(handler, name, flags | IrqRequestFlags.NoThread | IrqRequestFlags.NoBalancing, excluded));
        descriptor.IsNmi = true;
        descriptor.DisableDepth = 1;
        move.Commit(succeeded: true);
        return Errno.Ok;
    }

    /// <summary><c>enable_nmi</c>.</summary>
    [ForbiddenIn(Context.AnyNmi, Because = TakesDescLock)]
    [ArgumentRange(nameof(irq), 32, 1019, Because = SharedOnly)]
    [ArgumentRange(nameof(irq), 4096, 5119, Because = SharedOnly)]
    [Transition(LineNmiProtocol.Name, "enable-nmi", Of = nameof(irq))]
    public static void EnableNmi(IntId irq) => SetNmiEnabled(s_enableNmi, irq, enabled: true);

    /// <summary><c>disable_nmi_nosync</c>: handlers that run are not waited for.</summary>
    [ForbiddenIn(Context.AnyNmi, Because = TakesDescLock)]
    [ArgumentRange(nameof(irq), 32, 1019, Because = SharedOnly)]
    [ArgumentRange(nameof(irq), 4096, 5119, Because = SharedOnly)]
    [Transition(LineNmiProtocol.Name, "disable-nmi", Of = nameof(irq))]
    [Step(Steps.MaskLine)]
    public static void DisableNmiNosync(IntId irq) => SetNmiEnabled(s_disableNmiNosync, irq, enabled: false);

    /// <summary><c>free_nmi</c>: the line must be disabled.</summary>
    [LegalIn(Context.Task)]
    [MayBlock]
    [ArgumentRange(nameof(irq), 32, 1019, Because = SharedOnly)]
    [ArgumentRange(nameof(irq), 4096, 5119, Because = SharedOnly)]
    [Transition(LineNmiProtocol.Name, "free-nmi", Of = nameof(irq))]
    [Transition(FlowHandlerProtocol.Name, "free", Of = nameof(irq))]
    public static void FreeNmi(IntId irq)
    {
        if (Begin(s_freeNmi, irq, out Cpu cpu, out IrqDescriptor descriptor, out LineMove move))
        {
            cpu.Machine.Irqs.TeardownNmi(descriptor, cpu.Machine.Gic.StateOf(irq, cpu.Id).Target);
            descriptor.Clear();
            descriptor.IsNmi = false;
            move.Commit(succeeded: true);
        }
    }

    /// <summary><c>request_irq</c>: enables the line unless <see cref="IrqRequestFlags.NoAutoEnable"/> is given.</summary>
    /// <returns><see cref="Errno.EINVAL"/> for a line already requested as an NMI, <see cref="Errno.EBUSY"/> when not both requests are shared.</returns>
    [LegalIn(Context.Task)]
    [MayBlock]
    [ArgumentRange(nameof(irq), 32, 1019, Because = SharedOnly)]
    [ArgumentRange(nameof(irq), 4096, 5119, Because = SharedOnly)]
    [Transition(LineNmiProtocol.Name, "request-irq", Of = nameof(irq))]
    [Transition(FlowHandlerProtocol.Name, "request-shared", Of = nameof(irq))]
    public static Errno RequestIrq(IntId irq, [RunsIn(Context.HardIrq)] IrqHandler handler, IrqRequestFlags flags, string name)
    {
        ArgumentNullException.ThrowIfNull(handler);
        if (!Begin(s_requestIrq, irq, out Cpu cpu, out IrqDescriptor descriptor, out LineMove move))
        {
            return Errno.EINVAL;
        }

        Machine machine = cpu.Machine;
        bool first = descriptor.Actions.Count == 0;
        bool shares = (flags & IrqRequestFlags.Shared) != 0;
        if (!first && !(shares && (descriptor.Actions[0].Flags & IrqRequestFlags.Shared) != 0))
        {
            move.Commit(succeeded: false);
            return Errno.EBUSY;
        }

        if (machine.Faults.Happens(machine.Execution, "request_irq"))
        {
            move.Commit(succeeded: false);
            return Errno.ENOMEM;
        }

        Context excluded = HandlerRole.Check(s_requestIrq, cpu, descriptor, nameof(handler), handler);
        descriptor.Add(new IrqAction(handler, name, flags, excluded));
        move.Commit(succeeded: true);
        if (first)
        {
            bool enable = (flags & IrqRequestFlags.NoAutoEnable) == 0;
            LineLifecycle.Activate(descriptor);
            if (enable)
            {
                LineLifecycle.Startup(cpu, descriptor);
            }
            else
            {
                descriptor.DisableDepth = 1;
                machine.Protocols.Force(LineNmiProtocol.Name, irq, "disable-irq");
            }
        }

        return Errno.Ok;
    }

    /// <summary><c>enable_irq</c>: undoes one disable.</summary>
    [ForbiddenIn(Context.AnyNmi, Because = TakesDescLock)]
    [ArgumentRange(nameof(irq), 32, 1019, Because = SharedOnly)]
    [ArgumentRange(nameof(irq), 4096, 5119, Because = SharedOnly)]
    [Transition(LineNmiProtocol.Name, "enable-irq", Of = nameof(irq))]
    public static void EnableIrq(IntId irq)
    {
        if (!Begin(s_enableIrq, irq, out Cpu cpu, out IrqDescriptor descriptor, out LineMove move))
        {
            return;
        }

        // Disables nest: the protocol moves with the outermost enable.
        if (--descriptor.DisableDepth > 0)
        {
            return;
        }

        LineLifecycle.Startup(cpu, descriptor);
        move.Commit(succeeded: true);
    }

    /// <summary><c>disable_irq</c>: returns when no handler of the line runs any more. Called from the handler itself it waits for ever.</summary>
    [ForbiddenIn(Context.AnyNmi, Because = TakesDescLock)]
    [MayBlock]
    [ArgumentRange(nameof(irq), 32, 1019, Because = SharedOnly)]
    [ArgumentRange(nameof(irq), 4096, 5119, Because = SharedOnly)]
    [Transition(LineNmiProtocol.Name, "disable-irq", Of = nameof(irq))]
    [Step(Steps.MaskLine)]
    public static void DisableIrq(IntId irq)
    {
        if (Disable(s_disableIrq, irq, out IrqDescriptor descriptor, out Cpu cpu))
        {
            Synchronize(s_disableIrq, cpu, descriptor);
        }
    }

    /// <summary><c>disable_irq_nosync</c>: handlers that run are not waited for.</summary>
    [ForbiddenIn(Context.AnyNmi, Because = TakesDescLock)]
    [ArgumentRange(nameof(irq), 32, 1019, Because = SharedOnly)]
    [ArgumentRange(nameof(irq), 4096, 5119, Because = SharedOnly)]
    [Transition(LineNmiProtocol.Name, "disable-irq", Of = nameof(irq))]
    [Step(Steps.MaskLine)]
    public static void DisableIrqNosync(IntId irq) => Disable(s_disableIrqNosync, irq, out _, out _);

    /// <summary><c>synchronize_irq</c>: waits until no handler of the line runs.</summary>
    [ForbiddenIn(Context.AnyNmi, Because = TakesDescLock)]
    [MayBlock]
    public static void SynchronizeIrq(IntId irq)
    {
        IrqDescriptor descriptor = Machine.Current.Irqs[irq];
        Synchronize(s_synchronizeIrq, s_synchronizeIrq.Begin(descriptor, Access.Read), descriptor);
    }

    /// <summary><c>free_irq</c>: disables the line, waits for its handlers and removes them.</summary>
    [LegalIn(Context.Task)]
    [MayBlock]
    [ArgumentRange(nameof(irq), 32, 1019, Because = SharedOnly)]
    [ArgumentRange(nameof(irq), 4096, 5119, Because = SharedOnly)]
    [Transition(LineNmiProtocol.Name, "free-irq", Of = nameof(irq))]
    [Transition(FlowHandlerProtocol.Name, "free", Of = nameof(irq))]
    public static void FreeIrq(IntId irq)
    {
        if (!Begin(s_freeIrq, irq, out Cpu cpu, out IrqDescriptor descriptor, out LineMove move))
        {
            return;
        }

        LineLifecycle.ShutdownAndDeactivate(cpu, descriptor);
        descriptor.DisableDepth = 1;
        move.Commit(succeeded: true);
        Synchronize(s_freeIrq, cpu, descriptor);
        descriptor.Clear();
        descriptor.ReplayPending = false;
    }

    /// <summary><c>irq_set_affinity</c>: routes the line to a CPU.</summary>
    /// <returns>
    /// <see cref="Errno.EINVAL"/> for an NMI line, whose CPU is fixed, for a line whose affinity is managed, and for a CPU that is not online; otherwise what its chip
    /// says.
    /// </returns>
    [ForbiddenIn(Context.AnyNmi, Because = TakesDescLock)]
    [ArgumentRange(nameof(irq), 32, 1019, Because = SharedOnly)]
    [ArgumentRange(nameof(irq), 4096, 5119, Because = SharedOnly)]
    [Transition(LineNmiProtocol.Name, "set-affinity", Of = nameof(irq))]
    public static Errno SetAffinity(IntId irq, CpuId target)
    {
        if (!Begin(s_setAffinity, irq, out Cpu cpu, out IrqDescriptor descriptor, out _) || descriptor.ManagedAffinity is not null || !cpu.Machine.OnlineCpus.Contains(target))
        {
            return Errno.EINVAL;
        }

        return LineControl.SetAffinity(cpu, descriptor, target);
    }

    private static void SetNmiEnabled(Operation operation, IntId irq, bool enabled)
    {
        if (Begin(operation, irq, out Cpu cpu, out IrqDescriptor descriptor, out LineMove move))
        {
            descriptor.DisableDepth = enabled ? 0 : 1;
            cpu.Machine.Gic.StateOf(irq, cpu.Id).Enabled = enabled;
            move.Commit(succeeded: true);
        }
    }

    private static bool Disable(Operation operation, IntId irq, out IrqDescriptor descriptor, out Cpu cpu)
    {
        if (!Begin(operation, irq, out cpu, out descriptor, out LineMove move))
        {
            return false;
        }

        descriptor.DisableDepth++;
        move.Commit(succeeded: true);
        return true;
    }

    private static void Synchronize(Operation operation, Cpu cpu, IrqDescriptor descriptor) =>
        cpu.Machine.Execution.Wait(new WaitFor(WaitStyle.Sleep, operation, descriptor, () => descriptor.InProgressOn.IsEmpty));
}
