using System;
using IrqSafety.Contracts;
using IrqSafety.Rules;

namespace IrqSafety.Runtime;

/// <content>What the driver of the root controller calls: the handler behind the vector, and the way from an acknowledged INTID to the handlers of its line.</content>
public static partial class Irq
{
    private static readonly Operation s_setHandleIrq = Operation.Of(typeof(Irq), nameof(SetHandleIrq));
    private static readonly Operation s_handleDomainIrq = Operation.Of(typeof(Irq), nameof(GenericHandleDomainIrq));
    private static readonly Operation s_handleDomainNmi = Operation.Of(typeof(Irq), nameof(GenericHandleDomainNmi));
    private static readonly Operation s_setChip = Operation.Of(typeof(Irq), nameof(SetChip));
    private static readonly Operation s_setType = Operation.Of(typeof(Irq), nameof(SetType));
    private static readonly Operation s_setManagedAffinity = Operation.Of(typeof(Irq), nameof(SetManagedAffinity));

    /// <summary>
    /// <c>set_handle_irq</c>: the program's own root handler instead of the model's. It is called with DAIF.I and F set, as a hard interrupt where interrupts were
    /// on and as an NMI where PMR masked them; it acknowledges, ends, and calls <see cref="GenericHandleDomainIrq"/> or <see cref="GenericHandleDomainNmi"/>.
    /// </summary>
    /// <returns><see cref="Errno.EBUSY"/> when there is one already.</returns>
    [LegalIn(Context.Task)]
    public static Errno SetHandleIrq([RunsIn(Context.HardIrq | Context.PseudoNmi), RunsOnEachCpu] Action handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        IrqDescriptors irqs = s_setHandleIrq.Begin(Machine.Current.Irqs).Machine.Irqs;
        if (irqs.RootHandler is not null)
        {
            return Errno.EBUSY;
        }

        irqs.RootHandler = handler;
        return Errno.Ok;
    }

    /// <summary><c>generic_handle_domain_irq</c>: the flow handler of an acknowledged interrupt: its handlers, and its end.</summary>
    /// <returns><see cref="Errno.EINVAL"/> when nobody requested the line: the caller must deactivate it.</returns>
    [LegalIn(Context.HardIrq | Context.Fiq)]
    [Transition(InterruptEndProtocol.Name, "handle", Of = nameof(irq), Per = Scope.Cpu)]
    [Step(Steps.HandleInterrupt)]
    public static Errno GenericHandleDomainIrq(IntId irq) => HandleDomain(s_handleDomainIrq, irq);

    /// <summary><c>generic_handle_domain_nmi</c>: as <see cref="GenericHandleDomainIrq"/>, in an NMI.</summary>
    [LegalIn(Context.AnyNmi)]
    [Transition(InterruptEndProtocol.Name, "handle", Of = nameof(irq), Per = Scope.Cpu)]
    [Step(Steps.HandleInterrupt)]
    public static Errno GenericHandleDomainNmi(IntId irq) => HandleDomain(s_handleDomainNmi, irq);

    /// <summary><c>irq_set_chip</c>: a controller between the device and the GIC. Before the line is requested.</summary>
    /// <returns><see cref="Errno.EBUSY"/> for a line that is requested.</returns>
    [LegalIn(Context.Task)]
    [ArgumentRange(nameof(irq), 32, 1019, Because = SharedOnly)]
    [ArgumentRange(nameof(irq), 4096, 5119, Because = SharedOnly)]
    public static Errno SetChip(IntId irq, IrqChip chip)
    {
        ArgumentNullException.ThrowIfNull(chip);
        IrqDescriptor descriptor = Machine.Current.Irqs[irq];
        _ = s_setChip.Begin(descriptor);
        if (descriptor.Actions.Count > 0)
        {
            return Errno.EBUSY;
        }

        descriptor.Chip = chip;
        return Errno.Ok;
    }

    /// <summary><c>irq_set_irq_type</c>: how the line signals. Of an enabled line the change may lose or repeat an interrupt: the core masks it meanwhile.</summary>
    [ForbiddenIn(Context.AnyNmi, Because = TakesDescLock)]
    [ArgumentRange(nameof(irq), 32, 1019, Because = SharedOnly)]
    [ArgumentRange(nameof(irq), 4096, 5119, Because = SharedOnly)]
    public static Errno SetType(IntId irq, Trigger trigger)
    {
        IrqDescriptor descriptor = Machine.Current.Irqs[irq];
        Cpu cpu = s_setType.Begin(descriptor);
        return LineControl.SetType(cpu, descriptor, trigger);
    }

    /// <summary>
    /// Affinity that the core manages: the line is shut down while none of these CPUs is online, and started again when one comes. Before the line is requested.
    /// </summary>
    [LegalIn(Context.Task)]
    [ArgumentRange(nameof(irq), 32, 1019, Because = SharedOnly)]
    [ArgumentRange(nameof(irq), 4096, 5119, Because = SharedOnly)]
    public static void SetManagedAffinity(IntId irq, CpuMask cpus)
    {
        IrqDescriptor descriptor = Machine.Current.Irqs[irq];
        Cpu cpu = s_setManagedAffinity.Begin(descriptor);
        descriptor.ManagedAffinity = cpus;
        CpuMask online = cpus & cpu.Machine.OnlineCpus;
        _ = LineControl.SetAffinity(cpu, descriptor, online.IsEmpty ? cpus.First : online.First);
    }

    private static Errno HandleDomain(Operation operation, IntId irq)
    {
        IrqDescriptor descriptor = Machine.Current.Irqs[irq];
        Cpu cpu = operation.Begin(descriptor);
        ProtocolMove move = cpu.Machine.Protocols.Begin(operation, cpu, descriptor, (nameof(irq), irq));
        if (move.Refused || descriptor.Actions.Count == 0)
        {
            return Errno.EINVAL;
        }

        FlowHandlers.Flow(cpu, descriptor);
        move.Commit(succeeded: true);
        return Errno.Ok;
    }
}
