using IrqSafety.Contracts;
using IrqSafety.Rules;

namespace IrqSafety.Runtime;

/// <content>The flow handler of a line.</content>
public static partial class Irq
{
    private const string PercpuWanted = "handle_percpu_devid_irq takes what the line registered for its device for a per-CPU pointer, no lock, and asks for no disable depth: it is for SGIs and PPIs";
    private const string SharedWanted = "handle_fasteoi_irq takes a per-CPU line for disabled, masks it and never calls the handler: it is for SPIs and LPIs";
    private const string SharedNmiWanted = "handle_fasteoi_nmi does not take the part of this CPU of what a per-CPU line registered: it is for SPIs";

    private static readonly Operation s_setHandler = Operation.Of(typeof(Irq), nameof(SetHandler));
    private static readonly Operation s_setHandlerLocked = Operation.Of(typeof(Irq), nameof(SetHandlerLocked));

    /// <summary>
    /// <c>irq_set_handler</c>: another flow handler than the one the controller mapped the line with (<see cref="FlowHandler.PercpuDevid"/> for SGIs and PPIs,
    /// <see cref="FlowHandler.FastEoi"/> for the others). A request as an NMI sets the one for NMIs by itself. Nobody checks that it fits: an interrupt that is driven by the
    /// flow handler of another kind of line is lost, or handled where it should not be.
    /// </summary>
    [ForbiddenIn(Context.AnyNmi, Because = TakesDescLock)]
    [ArgumentRange(nameof(irq), 0, 31, When = "handler == FlowHandler.PercpuDevid", Law = LawIds.FlowHandler, Because = PercpuWanted)]
    [ArgumentRange(nameof(irq), 1056, 1119, When = "handler == FlowHandler.PercpuDevid", Law = LawIds.FlowHandler, Because = PercpuWanted)]
    [ArgumentRange(nameof(irq), 0, 31, When = "handler == FlowHandler.PercpuDevidNmi", Law = LawIds.FlowHandler, Because = PercpuWanted)]
    [ArgumentRange(nameof(irq), 1056, 1119, When = "handler == FlowHandler.PercpuDevidNmi", Law = LawIds.FlowHandler, Because = PercpuWanted)]
    [ArgumentRange(nameof(irq), 32, 1019, When = "handler == FlowHandler.FastEoi", Law = LawIds.FlowHandler, Because = SharedWanted)]
    [ArgumentRange(nameof(irq), 4096, 5119, When = "handler == FlowHandler.FastEoi", Law = LawIds.FlowHandler, Because = SharedWanted)]
    [ArgumentRange(nameof(irq), 8192, 65535, When = "handler == FlowHandler.FastEoi", Law = LawIds.FlowHandler, Because = SharedWanted)]
    [ArgumentRange(nameof(irq), 32, 1019, When = "handler == FlowHandler.FastEoiNmi", Law = LawIds.FlowHandler, Because = SharedNmiWanted)]
    [ArgumentRange(nameof(irq), 4096, 5119, When = "handler == FlowHandler.FastEoiNmi", Law = LawIds.FlowHandler, Because = SharedNmiWanted)]
    [Transition(FlowHandlerProtocol.Name, FlowHandlerProtocol.SetPercpu, Of = nameof(irq), When = "handler == FlowHandler.PercpuDevid")]
    [Transition(FlowHandlerProtocol.Name, FlowHandlerProtocol.SetShared, Of = nameof(irq), When = "handler == FlowHandler.FastEoi")]
    [Transition(FlowHandlerProtocol.Name, FlowHandlerProtocol.SetPercpuNmi, Of = nameof(irq), When = "handler == FlowHandler.PercpuDevidNmi")]
    [Transition(FlowHandlerProtocol.Name, FlowHandlerProtocol.SetSharedNmi, Of = nameof(irq), When = "handler == FlowHandler.FastEoiNmi")]
    [Transition(FlowHandlerProtocol.Name, FlowHandlerProtocol.SetWithoutEnd, Of = nameof(irq), When = "handler == FlowHandler.Level")]
    [Transition(FlowHandlerProtocol.Name, FlowHandlerProtocol.SetWithoutEnd, Of = nameof(irq), When = "handler == FlowHandler.Edge")]
    [Transition(FlowHandlerProtocol.Name, FlowHandlerProtocol.SetNone, Of = nameof(irq), When = "handler == FlowHandler.BadIrq")]
    public static void SetHandler(IntId irq, FlowHandler handler) => SetFlow(s_setHandler, irq, handler);

    /// <summary><c>irq_set_handler_locked</c>: as <see cref="SetHandler"/>, in a callback of a chip, which runs under the descriptor's lock.</summary>
    [RequiresMasked(Mask.Irq)]
    [ForbiddenIn(Context.AnyNmi, Because = "needs the interrupt descriptor's lock")]
    [ArgumentRange(nameof(irq), 0, 31, When = "handler == FlowHandler.PercpuDevid", Law = LawIds.FlowHandler, Because = PercpuWanted)]
    [ArgumentRange(nameof(irq), 1056, 1119, When = "handler == FlowHandler.PercpuDevid", Law = LawIds.FlowHandler, Because = PercpuWanted)]
    [ArgumentRange(nameof(irq), 0, 31, When = "handler == FlowHandler.PercpuDevidNmi", Law = LawIds.FlowHandler, Because = PercpuWanted)]
    [ArgumentRange(nameof(irq), 1056, 1119, When = "handler == FlowHandler.PercpuDevidNmi", Law = LawIds.FlowHandler, Because = PercpuWanted)]
    [ArgumentRange(nameof(irq), 32, 1019, When = "handler == FlowHandler.FastEoi", Law = LawIds.FlowHandler, Because = SharedWanted)]
    [ArgumentRange(nameof(irq), 4096, 5119, When = "handler == FlowHandler.FastEoi", Law = LawIds.FlowHandler, Because = SharedWanted)]
    [ArgumentRange(nameof(irq), 8192, 65535, When = "handler == FlowHandler.FastEoi", Law = LawIds.FlowHandler, Because = SharedWanted)]
    [ArgumentRange(nameof(irq), 32, 1019, When = "handler == FlowHandler.FastEoiNmi", Law = LawIds.FlowHandler, Because = SharedNmiWanted)]
    [ArgumentRange(nameof(irq), 4096, 5119, When = "handler == FlowHandler.FastEoiNmi", Law = LawIds.FlowHandler, Because = SharedNmiWanted)]
    [Transition(FlowHandlerProtocol.Name, FlowHandlerProtocol.SetPercpu, Of = nameof(irq), When = "handler == FlowHandler.PercpuDevid")]
    [Transition(FlowHandlerProtocol.Name, FlowHandlerProtocol.SetShared, Of = nameof(irq), When = "handler == FlowHandler.FastEoi")]
    [Transition(FlowHandlerProtocol.Name, FlowHandlerProtocol.SetPercpuNmi, Of = nameof(irq), When = "handler == FlowHandler.PercpuDevidNmi")]
    [Transition(FlowHandlerProtocol.Name, FlowHandlerProtocol.SetSharedNmi, Of = nameof(irq), When = "handler == FlowHandler.FastEoiNmi")]
    [Transition(FlowHandlerProtocol.Name, FlowHandlerProtocol.SetWithoutEnd, Of = nameof(irq), When = "handler == FlowHandler.Level")]
    [Transition(FlowHandlerProtocol.Name, FlowHandlerProtocol.SetWithoutEnd, Of = nameof(irq), When = "handler == FlowHandler.Edge")]
    [Transition(FlowHandlerProtocol.Name, FlowHandlerProtocol.SetNone, Of = nameof(irq), When = "handler == FlowHandler.BadIrq")]
    public static void SetHandlerLocked(IntId irq, FlowHandler handler) => SetFlow(s_setHandlerLocked, irq, handler);

    private static void SetFlow(Operation operation, IntId irq, FlowHandler handler)
    {
        IrqDescriptor descriptor = Machine.Current.Irqs[irq];
        Cpu cpu = operation.Begin(descriptor, Access.Write, (nameof(irq), irq), (nameof(handler), handler));
        _ = operation.Refuses(cpu, descriptor, (nameof(irq), irq), (nameof(handler), handler));
        ProtocolMove move = cpu.Machine.Protocols.Begin(operation, cpu, descriptor, (nameof(irq), irq), (nameof(handler), handler));
        descriptor.Flow = handler;
        if (handler == FlowHandler.BadIrq)
        {
            LineControl.Mask(cpu, descriptor);
            descriptor.DisableDepth = 1;
        }

        move.Commit(succeeded: true);
    }
}
