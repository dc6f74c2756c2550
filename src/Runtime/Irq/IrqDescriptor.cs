using System;
using System.Collections.Generic;
using IrqSafety.Contracts;
using IrqSafety.Rules;

[assembly: DeclareLockClass(IrqSafety.Runtime.IrqDescriptor.LockName, LockKind.RawSpin)]

namespace IrqSafety.Runtime;

/// <summary>How an interrupt is driven from acknowledge to end (<c>handle_*_irq</c>). Source: Linux <c>kernel/irq/chip.c</c>.</summary>
public enum FlowHandler
{
    /// <summary><c>handle_bad_irq</c>: nobody asked for it.</summary>
    BadIrq,

    /// <summary><c>handle_percpu_devid_irq</c>.</summary>
    PercpuDevid,

    /// <summary><c>handle_percpu_devid_fasteoi_nmi</c>: takes no lock.</summary>
    PercpuDevidNmi,

    /// <summary><c>handle_fasteoi_irq</c>.</summary>
    FastEoi,

    /// <summary><c>handle_fasteoi_nmi</c>: takes no lock.</summary>
    FastEoiNmi,

    /// <summary><c>handle_level_irq</c>: masks the line meanwhile, and leaves the end to a controller that needs none.</summary>
    Level,

    /// <summary><c>handle_edge_irq</c>: acknowledges first, and leaves the end to a controller that needs none.</summary>
    Edge,
}

/// <summary>One handler of a line (<c>struct irqaction</c>).</summary>
/// <param name="Handler">The handler.</param>
/// <param name="Name">The device.</param>
/// <param name="Flags">How it was requested.</param>
/// <param name="Excluded">Contexts the line runs it in although its own contract excludes them: whatever it does wrong there, its registration is to blame.</param>
public sealed record IrqAction(IrqHandler Handler, string Name, IrqRequestFlags Flags, Context Excluded);

/// <summary>What the kernel keeps for an interrupt (<c>struct irq_desc</c>).</summary>
public sealed class IrqDescriptor
{
    /// <summary>The public name of the descriptor lock's class.</summary>
    public const string LockName = "irq_desc.lock";

    private readonly ProtocolStates _protocols;
    private readonly List<IrqAction> _actions = [];
    private ObjectStates? _line;
    private ObjectStates? _flow;
    private RawSpinLock? _lock;

    internal IrqDescriptor(IntId irq, ProtocolStates protocols)
    {
        Irq = irq;
        Number = irq;
        _protocols = protocols;
        Map();
    }

    internal void MakeNew()
    {
        _actions.Clear();
        (_lock, Chip, ManagedAffinity, DisableDepth) = (null, null, null, 1);
        (IsNmi, IsActivated, IsStarted, ReplayPending, IsUsed) = (false, false, false, false, false);
        (PreparedOn, InProgressOn) = (default, default);
        Map();
    }

    // gic_irq_domain_map
    private void Map() => Flow = Irq.IsPrivate ? FlowHandler.PercpuDevid : FlowHandler.FastEoi;

    /// <summary>Somebody asked for it since the machine started.</summary>
    internal bool IsUsed { get; set; }

    /// <summary>Its number.</summary>
    public IntId Irq { get; }

    /// <summary>The same, as an argument of operations.</summary>
    internal object Number { get; }

    /// <summary>The handlers.</summary>
    public IReadOnlyList<IrqAction> Actions => _actions;

    /// <summary>How it is driven: as the controller mapped it, until <see cref="Runtime.Irq.SetHandler"/> or a request as an NMI change it.</summary>
    public FlowHandler Flow { get; internal set; }

    /// <summary>Requested as an NMI (<c>IRQS_NMI</c>).</summary>
    public bool IsNmi { get; internal set; }

    /// <summary>Requested for one CPU (<c>IRQD_PER_CPU</c>).</summary>
    public bool IsPerCpu => _actions.Exists(static action => (action.Flags & IrqRequestFlags.PerCpu) != 0);

    /// <summary>For a shared line: how many disables are outstanding; 0 means enabled.</summary>
    public int DisableDepth { get; internal set; } = 1;

    /// <summary>Its lock, under which a driver's chip callbacks run. Raw, taken with interrupts off.</summary>
    public RawSpinLock Lock => _lock ??= new RawSpinLock(Machine.DeclaredLockClass(LockName)!);

    /// <summary>The controller between the device and the GIC, if there is one.</summary>
    public IrqChip? Chip { get; internal set; }

    /// <summary>The CPUs it is managed for; null when its affinity is not managed.</summary>
    public CpuMask? ManagedAffinity { get; internal set; }

    /// <summary>It has a place in the controller (<c>irqd_is_activated</c>).</summary>
    public bool IsActivated { get; internal set; }

    /// <summary>It was started up and not shut down (<c>irqd_is_started</c>). It may be disabled all the same.</summary>
    public bool IsStarted { get; internal set; }

    /// <summary>The CPUs whose line was given the NMI priority.</summary>
    public CpuMask PreparedOn { get; internal set; }

    /// <summary>The CPUs on which a handler runs now (<c>IRQD_IRQ_INPROGRESS</c>).</summary>
    public CpuMask InProgressOn { get; internal set; }

    /// <summary>It arrived while it could not be handled (<c>IRQS_PENDING</c>).</summary>
    public bool ReplayPending { get; internal set; }

    /// <inheritdoc/>
    public override string ToString() => _actions.Count == 0 ? Irq.ToString() : $"{Irq} ({_actions[0].Name})";

    /// <summary>Where it stands in its own protocol, or in that of its flow handler.</summary>
    internal ObjectStates StatesIn(ProtocolTable table)
    {
        ref ObjectStates? known = ref table.Name == FlowHandlerProtocol.Name ? ref _flow : ref _line;
        return known is { } states && states.Table == table ? states : known = _protocols.Of(table, Number);
    }

    internal void Add(IrqAction action) => _actions.Add(action);

    internal void Clear() => _actions.Clear();
}

/// <summary>The interrupt descriptors of a machine.</summary>
public sealed class IrqDescriptors
{
    // Kept when the machine starts anew, like the lines they are of.
    private readonly Dictionary<IntId, IrqDescriptor> _descriptors = [];
    private readonly List<IrqDescriptor> _used = [];

    // What is handled is looked up several times, and programs have few lines: those that were looked up last, by the lowest bits of their number.
    private readonly IrqDescriptor?[] _recent = new IrqDescriptor?[8];

    internal IrqDescriptors(Machine machine) => Machine = machine;

    internal void MakeNew()
    {
        foreach (IrqDescriptor descriptor in _used)
        {
            descriptor.MakeNew();
        }

        _used.Clear();
        Array.Clear(_recent);
        (RootHandler, WarnedUnexpected) = (null, false);
    }

    private Machine Machine { get; }

    /// <summary>The descriptor of an interrupt; made when first asked for.</summary>
    public IrqDescriptor this[IntId irq]
    {
        get
        {
            if (Find(irq) is { } used)
            {
                return used;
            }

            if (!_descriptors.TryGetValue(irq, out IrqDescriptor? descriptor))
            {
                _descriptors.Add(irq, descriptor = new IrqDescriptor(irq, Machine.Protocols));
            }

            descriptor.IsUsed = true;
            _used.Add(descriptor);
            return _recent[irq.Value & 7] = descriptor;
        }
    }

    /// <summary>The program's own root handler (<c>set_handle_irq</c>), or null.</summary>
    internal Action? RootHandler { get; set; }

    /// <summary>The descriptors of shared lines, in the order in which they were first used.</summary>
    internal IEnumerable<IrqDescriptor> Shared
    {
        get
        {
            foreach (IrqDescriptor descriptor in _used)
            {
                if (descriptor.Irq.IsSpi)
                {
                    yield return descriptor;
                }
            }
        }
    }

    /// <summary>The warning about an interrupt that nobody requested was given.</summary>
    internal bool WarnedUnexpected { get; set; }

    /// <summary>The same; null when nobody asked for it yet.</summary>
    internal IrqDescriptor? Find(IntId irq)
    {
        ref IrqDescriptor? recent = ref _recent[irq.Value & 7];
        if (recent is { } known && known.Irq == irq)
        {
            return known;
        }

        return _descriptors.TryGetValue(irq, out IrqDescriptor? found) && found.IsUsed ? recent = found : null;
    }

    /// <summary>Those that somebody asked for since the machine started.</summary>
    internal IReadOnlyList<IrqDescriptor> Used => _used;

    /// <summary>
    /// <c>gic_irq_nmi_setup</c>: gives the line the NMI priority on a CPU and swaps the flow handler. Refused without NMI support, and while the line is
    /// enabled at the controller, and for a line behind another chip.
    /// </summary>
    internal Errno SetupNmi(IrqDescriptor descriptor, CpuId cpu)
    {
        InterruptState state = Machine.Gic.StateOf(descriptor.Irq, cpu);
        if (!Machine.Profile.SupportsNmi || state.Enabled || descriptor.Chip is not null)
        {
            return Errno.EINVAL;
        }

        MakeNmi(state, cpu, nmi: true);
        descriptor.PreparedOn = descriptor.PreparedOn.With(cpu);
        descriptor.Flow = descriptor.Irq.IsPrivate ? FlowHandler.PercpuDevidNmi : FlowHandler.FastEoiNmi;
        return Errno.Ok;
    }

    /// <summary><c>gic_irq_nmi_teardown</c>: the reverse; the last CPU restores the flow handler.</summary>
    internal void TeardownNmi(IrqDescriptor descriptor, CpuId cpu)
    {
        MakeNmi(Machine.Gic.StateOf(descriptor.Irq, cpu), cpu, nmi: false);
        descriptor.PreparedOn = descriptor.PreparedOn.Without(cpu);
        if (descriptor.PreparedOn.IsEmpty)
        {
            descriptor.Flow = descriptor.Irq.IsPrivate ? FlowHandler.PercpuDevid : FlowHandler.FastEoi;
        }
    }

    private void MakeNmi(InterruptState line, CpuId cpu, bool nmi)
    {
        if (Machine.Profile.ArchitecturalNmi)
        {
            line.IsNmi = nmi;
            return;
        }

        Machine.Gic.WritePriority(line.Irq, cpu, Machine.Gic.Programmed(nmi ? Priority.Nmi : Priority.Irq));
    }
}
