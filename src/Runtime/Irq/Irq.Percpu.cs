using System;
using IrqSafety.Contracts;
using IrqSafety.Rules;

namespace IrqSafety.Runtime;

/// <summary>
/// Requesting and enabling interrupts: per-CPU lines (SGIs and PPIs) here, shared lines beside. A per-CPU line is requested once and then prepared and
/// enabled on each CPU by code that runs there.
/// </summary>
/// <remarks>Source: Linux <c>kernel/irq/manage.c</c>, 6.12.</remarks>
public static partial class Irq
{
    private const string TakesDescLock = "takes the interrupt descriptor's lock";
    private const string PrivateOnly = "only SGIs and PPIs are per-CPU lines";

    private static readonly Operation s_requestPercpuNmi = Operation.Of(typeof(Irq), nameof(RequestPercpuNmi));
    private static readonly Operation s_preparePercpuNmi = Operation.Of(typeof(Irq), nameof(PreparePercpuNmi));
    private static readonly Operation s_enablePercpuNmi = Operation.Of(typeof(Irq), nameof(EnablePercpuNmi));
    private static readonly Operation s_disablePercpuNmi = Operation.Of(typeof(Irq), nameof(DisablePercpuNmi));
    private static readonly Operation s_teardownPercpuNmi = Operation.Of(typeof(Irq), nameof(TeardownPercpuNmi));
    private static readonly Operation s_freePercpuNmi = Operation.Of(typeof(Irq), nameof(FreePercpuNmi));
    private static readonly Operation s_requestPercpuIrq = Operation.Of(typeof(Irq), nameof(RequestPercpuIrq));
    private static readonly Operation s_enablePercpuIrq = Operation.Of(typeof(Irq), nameof(EnablePercpuIrq));
    private static readonly Operation s_disablePercpuIrq = Operation.Of(typeof(Irq), nameof(DisablePercpuIrq));
    private static readonly Operation s_freePercpuIrq = Operation.Of(typeof(Irq), nameof(FreePercpuIrq));

    /// <summary><c>request_percpu_nmi</c>: asks for the line as an NMI, for all CPUs. May fail although priority masking is in use.</summary>
    /// <returns><see cref="Errno.EINVAL"/> without NMI support, for a line that is not per CPU, or for one already requested.</returns>
    [LegalIn(Context.Task)]
    [MayBlock]
    [ArgumentRange(nameof(irq), 0, 31, Because = PrivateOnly)]
    [Transition(PercpuLineProtocol.Name, "request-nmi", Of = nameof(irq))]
    [Transition(FlowHandlerProtocol.Name, "request-percpu-nmi", Of = nameof(irq))]
    public static Errno RequestPercpuNmi(IntId irq, [RunsIn(Context.PseudoNmi), RunsOnEachCpu] IrqHandler handler, string name)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return RequestPercpu(s_requestPercpuNmi, irq, handler, name, nmi: true);
    }

    /// <summary>
    /// <c>prepare_percpu_nmi</c>: gives the line the NMI priority on this CPU. Needs preemption off. The line must be requested as an NMI, and not
    /// enabled.
    /// </summary>
    /// <returns><see cref="Errno.EINVAL"/> when it is not.</returns>
    [RequiresMasked(Mask.Preemption)]
    [ForbiddenIn(Context.AnyNmi, Because = TakesDescLock)]
    [ArgumentRange(nameof(irq), 0, 31, Because = PrivateOnly)]
    [Transition(PercpuLineProtocol.Name, "prepare-nmi", Of = nameof(irq), Per = Scope.Cpu)]
    [Transition(FlowHandlerProtocol.Name, "prepare-percpu-nmi", Of = nameof(irq))]
    public static Errno PreparePercpuNmi(IntId irq)
    {
        if (!Begin(s_preparePercpuNmi, irq, out Cpu cpu, out IrqDescriptor descriptor, out LineMove move))
        {
            return Errno.EINVAL;
        }

        Errno result = cpu.Machine.Irqs.SetupNmi(descriptor, cpu.Id);
        move.Commit(result == Errno.Ok);
        return result;
    }

    /// <summary><c>enable_percpu_nmi</c>, on this CPU, after <see cref="PreparePercpuNmi"/>. Needs preemption off.</summary>
    [RequiresMasked(Mask.Preemption)]
    [ForbiddenIn(Context.AnyNmi, Because = TakesDescLock)]
    [ArgumentRange(nameof(irq), 0, 31, Because = PrivateOnly)]
    [Transition(PercpuLineProtocol.Name, "enable-nmi", Of = nameof(irq), Per = Scope.Cpu)]
    public static void EnablePercpuNmi(IntId irq) => SetEnabled(s_enablePercpuNmi, irq, enabled: true);

    /// <summary><c>disable_percpu_nmi</c>, on this CPU. Needs preemption off.</summary>
    [RequiresMasked(Mask.Preemption)]
    [ForbiddenIn(Context.AnyNmi, Because = TakesDescLock)]
    [ArgumentRange(nameof(irq), 0, 31, Because = PrivateOnly)]
    [Transition(PercpuLineProtocol.Name, "disable-nmi", Of = nameof(irq), Per = Scope.Cpu)]
    [Step(Steps.MaskLine)]
    public static void DisablePercpuNmi(IntId irq) => SetEnabled(s_disablePercpuNmi, irq, enabled: false);

    /// <summary><c>teardown_percpu_nmi</c>: undoes <see cref="PreparePercpuNmi"/> on this CPU. The line must be disabled. Needs preemption off.</summary>
    [RequiresMasked(Mask.Preemption)]
    [ForbiddenIn(Context.AnyNmi, Because = TakesDescLock)]
    [ArgumentRange(nameof(irq), 0, 31, Because = PrivateOnly)]
    [Transition(PercpuLineProtocol.Name, "teardown-nmi", Of = nameof(irq), Per = Scope.Cpu)]
    public static void TeardownPercpuNmi(IntId irq)
    {
        if (Begin(s_teardownPercpuNmi, irq, out Cpu cpu, out IrqDescriptor descriptor, out LineMove move))
        {
            cpu.Machine.Irqs.TeardownNmi(descriptor, cpu.Id);
            move.Commit(succeeded: true);
        }
    }

    /// <summary><c>free_percpu_nmi</c>: every CPU must have torn the line down.</summary>
    [LegalIn(Context.Task)]
    [MayBlock]
    [ArgumentRange(nameof(irq), 0, 31, Because = PrivateOnly)]
    [Transition(PercpuLineProtocol.Name, "free-nmi", Of = nameof(irq))]
    [Transition(FlowHandlerProtocol.Name, "free", Of = nameof(irq))]
    public static void FreePercpuNmi(IntId irq) => Free(s_freePercpuNmi, irq);

    /// <summary><c>request_percpu_irq</c>: asks for the line as an ordinary interrupt, for all CPUs.</summary>
    /// <returns><see cref="Errno.EINVAL"/> for a line that is not per CPU, <see cref="Errno.EBUSY"/> for one already requested.</returns>
    [LegalIn(Context.Task)]
    [MayBlock]
    [ArgumentRange(nameof(irq), 0, 31, Because = PrivateOnly)]
    [Transition(PercpuLineProtocol.Name, "request-irq", Of = nameof(irq))]
    [Transition(FlowHandlerProtocol.Name, "request-percpu", Of = nameof(irq))]
    public static Errno RequestPercpuIrq(IntId irq, [RunsIn(Context.HardIrq), RunsOnEachCpu] IrqHandler handler, string name)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return RequestPercpu(s_requestPercpuIrq, irq, handler, name, nmi: false);
    }

    /// <summary><c>enable_percpu_irq</c>, on this CPU. Needs preemption off.</summary>
    [RequiresMasked(Mask.Preemption)]
    [ForbiddenIn(Context.AnyNmi, Because = TakesDescLock)]
    [ArgumentRange(nameof(irq), 0, 31, Because = PrivateOnly)]
    [Transition(PercpuLineProtocol.Name, "enable-irq", Of = nameof(irq), Per = Scope.Cpu)]
    public static void EnablePercpuIrq(IntId irq) => SetEnabled(s_enablePercpuIrq, irq, enabled: true);

    /// <summary><c>disable_percpu_irq</c>, on this CPU. Needs preemption off.</summary>
    [RequiresMasked(Mask.Preemption)]
    [ForbiddenIn(Context.AnyNmi, Because = TakesDescLock)]
    [ArgumentRange(nameof(irq), 0, 31, Because = PrivateOnly)]
    [Transition(PercpuLineProtocol.Name, "disable-irq", Of = nameof(irq), Per = Scope.Cpu)]
    [Step(Steps.MaskLine)]
    public static void DisablePercpuIrq(IntId irq) => SetEnabled(s_disablePercpuIrq, irq, enabled: false);

    /// <summary><c>free_percpu_irq</c>: every CPU must have disabled the line.</summary>
    [LegalIn(Context.Task)]
    [MayBlock]
    [ArgumentRange(nameof(irq), 0, 31, Because = PrivateOnly)]
    [Transition(PercpuLineProtocol.Name, "free-irq", Of = nameof(irq))]
    [Transition(FlowHandlerProtocol.Name, "free", Of = nameof(irq))]
    public static void FreePercpuIrq(IntId irq) => Free(s_freePercpuIrq, irq);

    private static Errno RequestPercpu(Operation operation, IntId irq, IrqHandler handler, string name, bool nmi)
    {
        if (!Begin(operation, irq, out Cpu cpu, out IrqDescriptor descriptor, out LineMove move))
        {
            return nmi || !irq.IsPrivate ? Errno.EINVAL : Errno.EBUSY;
        }

        Machine machine = cpu.Machine;
        if (nmi && (!machine.Profile.SupportsNmi || machine.Faults.Happens(machine.Execution, "request_percpu_nmi")))
        {
            move.Commit(succeeded: false);
            return Errno.EINVAL;
        }

        if (!nmi && machine.Faults.Happens(machine.Execution, "request_percpu_irq"))
        {
            move.Commit(succeeded: false);
            return Errno.ENOMEM;
        }

        Context excluded = HandlerRole.Check(operation, cpu, descriptor, nameof(handler), handler);
        descriptor.Add(new IrqAction(handler, name, IrqRequestFlags.PerCpu | IrqRequestFlags.NoSuspend | IrqRequestFlags.NoAutoEnable, excluded));
        descriptor.IsNmi = nmi;
        move.Commit(succeeded: true);
        return Errno.Ok;
    }

    private static void SetEnabled(Operation operation, IntId irq, bool enabled)
    {
        if (Begin(operation, irq, out Cpu cpu, out _, out LineMove move))
        {
            cpu.Redistributor[irq].Enabled = enabled;
            move.Commit(succeeded: true);
        }
    }

    private static void Free(Operation operation, IntId irq)
    {
        if (Begin(operation, irq, out _, out IrqDescriptor descriptor, out LineMove move))
        {
            descriptor.Clear();
            descriptor.IsNmi = false;
            move.Commit(succeeded: true);
        }
    }

    // A line's location is its descriptor: request and free write what every CPU's calls read.
    private static bool Begin(Operation operation, IntId irq, out Cpu cpu, out IrqDescriptor descriptor, out LineMove move)
    {
        descriptor = Machine.Current.Irqs[irq];
        Argument argument = (nameof(irq), descriptor.Number);
        cpu = operation.Begin(descriptor, Access.Write, argument);
        if (operation.Refuses(cpu, descriptor, argument))
        {
            move = default;
            return false;
        }

        move = LineMove.Begin(operation, cpu, descriptor);
        return !move.Refused;
    }
}
