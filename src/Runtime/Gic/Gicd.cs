using IrqSafety.Contracts;

namespace IrqSafety.Runtime;

/// <summary>
/// The distributor, for code that drives the controller itself (GICD_*). Drivers request lines with <see cref="Irq"/>. Source: Arm IHI 0069, 12.9; Linux
/// <c>drivers/irqchip/irq-gic-v3.c</c>, <c>irq-gic.c</c>.
/// </summary>
/// <remarks>Every operation is a memory-mapped access: safe anywhere, and ordered with other memory by barriers only.</remarks>
public static class Gicd
{
    private const string SharedOnly = "SGIs and PPIs are the redistributors'";
    private const string ConfigurationNeedsDisabled = "changes what decides about an interrupt that is enabled: disable it and wait for RWP first";

    private static readonly Operation s_enable = Operation.Of(typeof(Gicd), nameof(Enable));
    private static readonly Operation s_disable = Operation.Of(typeof(Gicd), nameof(Disable));
    private static readonly Operation s_isEnabled = Operation.Of(typeof(Gicd), nameof(IsEnabled));
    private static readonly Operation s_setPending = Operation.Of(typeof(Gicd), nameof(SetPending));
    private static readonly Operation s_clearPending = Operation.Of(typeof(Gicd), nameof(ClearPending));
    private static readonly Operation s_isPending = Operation.Of(typeof(Gicd), nameof(IsPending));
    private static readonly Operation s_setActive = Operation.Of(typeof(Gicd), nameof(SetActive));
    private static readonly Operation s_clearActive = Operation.Of(typeof(Gicd), nameof(ClearActive));
    private static readonly Operation s_isActive = Operation.Of(typeof(Gicd), nameof(IsActive));
    private static readonly Operation s_setPriority = Operation.Of(typeof(Gicd), nameof(SetPriority));
    private static readonly Operation s_configure = Operation.Of(typeof(Gicd), nameof(Configure));
    private static readonly Operation s_setGroup = Operation.Of(typeof(Gicd), nameof(SetGroup));
    private static readonly Operation s_route = Operation.Of(typeof(Gicd), nameof(Route));
    private static readonly Operation s_routeToAny = Operation.Of(typeof(Gicd), nameof(RouteToAny));
    private static readonly Operation s_enableGroups = Operation.Of(typeof(Gicd), nameof(EnableGroups));
    private static readonly Operation s_waitForRwp = Operation.Of(typeof(Gicd), nameof(WaitForRwp));
    private static readonly Operation s_sendSgi = Operation.Of(typeof(Gicd), nameof(SendSgi));

    /// <summary>Writes GICD_ISENABLER.</summary>
    [NmiSafe]
    [ArgumentRange(nameof(spi), 32, 1019, Because = SharedOnly)]
    [ArgumentRange(nameof(spi), 4096, 5119, Because = SharedOnly)]
    [Transition(Rules.LineEnableProtocol.Name, "enable", Of = nameof(spi))]
    public static void Enable(IntId spi) => Line(s_enable, spi).Enabled = true;

    /// <summary>Writes GICD_ICENABLER. Complete when RWP reads 0 (<see cref="WaitForRwp"/>): until then the interrupt may still be taken.</summary>
    [NmiSafe]
    [ArgumentRange(nameof(spi), 32, 1019, Because = SharedOnly)]
    [ArgumentRange(nameof(spi), 4096, 5119, Because = SharedOnly)]
    [Transition(Rules.RegisterWriteProtocol.Distributor, "write")]
    [Step(Rules.Steps.MaskLine)]
    [FollowedBy(Rules.Steps.DistributorRwp, Law = Rules.LawIds.WritePending)]
    [Transition(Rules.LineEnableProtocol.Name, "disable", Of = nameof(spi))]
    public static void Disable(IntId spi)
    {
        InterruptState line = Line(s_disable, spi);
        ProtocolMove move = Move(s_disable, line);
        Writer.WriteRegister(EffectBy.Rwp, "GICD_ICENABLER", line, static to => to.Enabled = false);
        Machine.Current.Gic.Distributor.RegisterWritePending = true;
        move.Commit(succeeded: true);
    }

    /// <summary>Reads GICD_ISENABLER.</summary>
    [NmiSafe]
    public static bool IsEnabled(IntId spi) => Line(s_isEnabled, spi, Access.Read).Enabled;

    /// <summary>Writes GICD_ISPENDR.</summary>
    [NmiSafe]
    [ArgumentRange(nameof(spi), 32, 1019, Because = SharedOnly)]
    [ArgumentRange(nameof(spi), 4096, 5119, Because = SharedOnly)]
    public static void SetPending(IntId spi) => Pend(s_setPending, spi, pending: true);

    /// <summary>Writes GICD_ICPENDR. A level line that is high stays pending.</summary>
    [NmiSafe]
    [ArgumentRange(nameof(spi), 32, 1019, Because = SharedOnly)]
    [ArgumentRange(nameof(spi), 4096, 5119, Because = SharedOnly)]
    public static void ClearPending(IntId spi) => Pend(s_clearPending, spi, pending: false);

    /// <summary>Reads GICD_ISPENDR.</summary>
    [NmiSafe]
    public static bool IsPending(IntId spi) => Line(s_isPending, spi, Access.Read).Pending;

    /// <summary>Writes GICD_ISACTIVER, to restore what was saved.</summary>
    [NmiSafe]
    [ArgumentRange(nameof(spi), 32, 1019, Because = SharedOnly)]
    [ArgumentRange(nameof(spi), 4096, 5119, Because = SharedOnly)]
    public static void SetActive(IntId spi) => Line(s_setActive, spi).Active = true;

    /// <summary>Writes GICD_ICACTIVER: deactivates without EOIR. The priority of a CPU that runs it is not dropped.</summary>
    [NmiSafe]
    [ArgumentRange(nameof(spi), 32, 1019, Because = SharedOnly)]
    [ArgumentRange(nameof(spi), 4096, 5119, Because = SharedOnly)]
    public static void ClearActive(IntId spi) => Line(s_clearActive, spi).Active = false;

    /// <summary>Reads GICD_ISACTIVER.</summary>
    [NmiSafe]
    public static bool IsActive(IntId spi) => Line(s_isActive, spi, Access.Read).Active;

    /// <summary>
    /// Writes GICD_IPRIORITYR, in the view of Non-secure software: see <see cref="Gic.Programmed"/>. The line must be disabled, and the disable complete.
    /// </summary>
    [NmiSafe]
    [ArgumentRange(nameof(spi), 32, 1019, Because = SharedOnly)]
    [ArgumentRange(nameof(spi), 4096, 5119, Because = SharedOnly)]
    [Transition(Rules.RegisterWriteProtocol.Distributor, "rely")]
    [ProgramsPriority(nameof(priority), IrqOff = 0xc0, IrqOn = 0xe0)]
    [Transition(Rules.LineEnableProtocol.Name, "nmi-priority", Of = nameof(spi), When = "priority == Nmi")]
    [Transition(Rules.LineEnableProtocol.Name, "nmi-priority", Of = nameof(spi), When = "priority == 128")]
    public static void SetPriority(IntId spi, Priority priority)
    {
        InterruptState line = Line(s_setPriority, spi);
        if (Change(s_setPriority, line, priority))
        {
            CheckPriority(s_setPriority, line, priority);
            Machine.Current.Gic.WritePriority(spi, default, priority);
        }
    }

    /// <summary>Writes GICD_ICFGR. The line must be disabled, and the disable complete.</summary>
    [NmiSafe]
    [ArgumentRange(nameof(spi), 32, 1019, Because = SharedOnly)]
    [ArgumentRange(nameof(spi), 4096, 5119, Because = SharedOnly)]
    [Transition(Rules.RegisterWriteProtocol.Distributor, "rely")]
    public static void Configure(IntId spi, Trigger trigger)
    {
        InterruptState line = Line(s_configure, spi);
        if (Change(s_configure, line))
        {
            line.Trigger = trigger;
        }
    }

    /// <summary>Writes GICD_IGROUPR. Non-secure software may only where there is one security state; elsewhere it is ignored. The line must be disabled.</summary>
    [NmiSafe]
    [ArgumentRange(nameof(spi), 32, 1019, Because = SharedOnly)]
    [ArgumentRange(nameof(spi), 4096, 5119, Because = SharedOnly)]
    [Transition(Rules.RegisterWriteProtocol.Distributor, "rely")]
    public static void SetGroup(IntId spi, InterruptGroup group)
    {
        InterruptState line = Line(s_setGroup, spi);
        if (Change(s_setGroup, line) && Machine.Current.Profile.SecurityDisabled)
        {
            line.Group = group;
        }
    }

    /// <summary>Writes GICD_IROUTER, or GICD_ITARGETSR of a GICv2: the interrupt goes to this CPU, also if it is pending and not yet acknowledged.</summary>
    [NmiSafe]
    [ArgumentRange(nameof(spi), 32, 1019, Because = SharedOnly)]
    [ArgumentRange(nameof(spi), 4096, 5119, Because = SharedOnly)]
    public static void Route(IntId spi, CpuId cpu) => Line(s_route, spi).Target = cpu;

    /// <summary>Writes GICD_IROUTER with the routing mode set: each time it becomes pending the distributor chooses a CPU.</summary>
    [NmiSafe]
    [ArgumentRange(nameof(spi), 32, 1019, Because = SharedOnly)]
    [ArgumentRange(nameof(spi), 4096, 5119, Because = SharedOnly)]
    public static void RouteToAny(IntId spi) => Line(s_routeToAny, spi).RoutedToAny = true;

    /// <summary>Writes GICD_CTLR: which groups are forwarded. Complete when RWP reads 0. Affinity routing stays on: it cannot be turned off again.</summary>
    [NmiSafe]
    [Transition(Rules.RegisterWriteProtocol.Distributor, "write")]
    [FollowedBy(Rules.Steps.DistributorRwp, Law = Rules.LawIds.WritePending)]
    public static void EnableGroups(bool group0, bool group1)
    {
        Distributor distributor = Machine.Current.Gic.Distributor;
        Cpu cpu = s_enableGroups.Begin(distributor);
        ProtocolMove move = cpu.Machine.Protocols.Begin(s_enableGroups, cpu, distributor);
        cpu.WriteRegister(EffectBy.Rwp, "GICD_CTLR", (distributor, group0, group1), static to => (to.distributor.Group0Enabled, to.distributor.Group1Enabled) = (to.group0, to.group1));
        distributor.RegisterWritePending = true;
        move.Commit(succeeded: true);
    }

    /// <summary><c>gic_dist_wait_for_rwp</c>: polls GICD_CTLR.RWP (bit 31) until every write has taken effect.</summary>
    [NmiSafe]
    [Transition(Rules.RegisterWriteProtocol.Distributor, "wait")]
    [Step(Rules.Steps.DistributorRwp)]
    public static void WaitForRwp()
    {
        Distributor distributor = Machine.Current.Gic.Distributor;
        Cpu cpu = s_waitForRwp.Begin(distributor);
        ProtocolMove move = cpu.Machine.Protocols.Begin(s_waitForRwp, cpu, distributor);
        foreach (Cpu writer in cpu.Machine.Cpus)
        {
            writer.Effects?.Complete(EffectBy.Rwp);
        }

        distributor.RegisterWritePending = false;
        move.Commit(succeeded: true);
    }

    /// <summary>Writes GICD_SGIR of a GICv2: sends an SGI, which tells the receiver its sender. A DMB (ISHST) must come before it.</summary>
    [NmiSafe]
    [ArgumentRange(nameof(sgi), 0, 15, Because = "only INTID 0 to 15 are SGIs")]
    [PrecededBy(Rules.Steps.Dmb, Since = Rules.Steps.Store, Law = Rules.LawIds.GicBarrier)]
    public static void SendSgi(IntId sgi, CpuMask targets)
    {
        Machine machine = Machine.Current;
        Cpu cpu = s_sendSgi.Begin(machine.Gic);
        if (machine.Profile.GicVersion >= 3)
        {
            machine.Execution.Fail("GICD_SGIR written with affinity routing on, where it is reserved: write ICC_SGI1R_EL1");
        }

        if (!s_sendSgi.Refuses(cpu, machine.Gic, (nameof(sgi), sgi)))
        {
            machine.Gic.SendSgi(sgi, targets, cpu.Id);
        }
    }

    private static Cpu Writer => Machine.Current.Cpus[KernelTask.Current.Cpu.Value];

    private static InterruptState Line(Operation operation, IntId spi, Access access = Access.Write)
    {
        InterruptState line = Machine.Current.Gic.Distributor[spi];
        _ = operation.Begin(line, access);
        return line;
    }

    private static void Pend(Operation operation, IntId spi, bool pending)
    {
        InterruptState line = Line(operation, spi);
        Cpu cpu = Writer;
        cpu.Machine.Gic.SetPending(line.Irq, cpu.Id, pending);
    }

    private static ProtocolMove Move(Operation operation, InterruptState line)
    {
        Cpu cpu = Writer;
        return cpu.Machine.Protocols.Begin(operation, cpu, line);
    }

    // Whether what is written was meant for this view cannot be seen; that it can never be signalled can.
    internal static void CheckPriority(Operation operation, InterruptState line, Priority written)
    {
        Machine machine = Machine.Current;
        Priority stored = machine.Gic.Stored(written);
        if (machine.Profile.PriorityMasking && machine.Gic.ShiftedView && Pmr.IrqOn.Passes(written) && !Pmr.IrqOn.Passes(stored))
        {
            machine.Execution.Breach(
                new Rules.Breach(Rules.LawIds.PriorityView, "the shifted view of Non-secure software", $"writes {written}, which is stored as {stored} there: no priority mask in use lets it through"),
                new Step(operation, line, Access.Write));
        }
    }

    // What decides about a line is changed only where the line is off, and known to be.
    internal static bool Change(Operation operation, InterruptState line, Priority? priority = null)
    {
        Machine machine = Machine.Current;
        if (line.Enabled)
        {
            bool isNmi = priority is { } given && given == machine.Gic.Programmed(Priority.Nmi);
            machine.Execution.Breach(
                new Rules.Breach(isNmi ? Rules.LawIds.NmiPriority : Rules.LawIds.WritePending, $"code that finds {line.Irq} enabled", ConfigurationNeedsDisabled),
                new Step(operation, line, Access.Write));
        }

        ProtocolMove move = Move(operation, line);
        move.Commit(succeeded: true);
        return !move.Refused;
    }
}
