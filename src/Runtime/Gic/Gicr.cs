using IrqSafety.Contracts;

namespace IrqSafety.Runtime;

/// <summary>
/// The redistributor of this CPU, for code that drives the controller itself (GICR_*): SGIs and PPIs, LPIs, sleep and wake-up. Source: Arm IHI 0069, 12.11; Linux
/// <c>drivers/irqchip/irq-gic-v3.c</c>.
/// </summary>
/// <remarks>Every operation acts on the CPU it runs on, so preemption must be off.</remarks>
public static class Gicr
{
    private const string PrivateOnly = "SPIs are the distributor's";

    private static readonly Operation s_enable = Operation.Of(typeof(Gicr), nameof(Enable));
    private static readonly Operation s_disable = Operation.Of(typeof(Gicr), nameof(Disable));
    private static readonly Operation s_isEnabled = Operation.Of(typeof(Gicr), nameof(IsEnabled));
    private static readonly Operation s_setPending = Operation.Of(typeof(Gicr), nameof(SetPending));
    private static readonly Operation s_clearPending = Operation.Of(typeof(Gicr), nameof(ClearPending));
    private static readonly Operation s_isPending = Operation.Of(typeof(Gicr), nameof(IsPending));
    private static readonly Operation s_setActive = Operation.Of(typeof(Gicr), nameof(SetActive));
    private static readonly Operation s_clearActive = Operation.Of(typeof(Gicr), nameof(ClearActive));
    private static readonly Operation s_isActive = Operation.Of(typeof(Gicr), nameof(IsActive));
    private static readonly Operation s_setPriority = Operation.Of(typeof(Gicr), nameof(SetPriority));
    private static readonly Operation s_configure = Operation.Of(typeof(Gicr), nameof(Configure));
    private static readonly Operation s_waitForRwp = Operation.Of(typeof(Gicr), nameof(WaitForRwp));
    private static readonly Operation s_sleep = Operation.Of(typeof(Gicr), nameof(Sleep));
    private static readonly Operation s_wake = Operation.Of(typeof(Gicr), nameof(Wake));
    private static readonly Operation s_enableLpis = Operation.Of(typeof(Gicr), nameof(EnableLpis));
    private static readonly Operation s_disableLpis = Operation.Of(typeof(Gicr), nameof(DisableLpis));
    private static readonly Operation s_invalidateLpi = Operation.Of(typeof(Gicr), nameof(InvalidateLpi));
    private static readonly Operation s_invalidateAllLpis = Operation.Of(typeof(Gicr), nameof(InvalidateAllLpis));

    /// <summary>Writes GICR_ISENABLER0.</summary>
    [NmiSafe]
    [RequiresMasked(Mask.Preemption)]
    [Transition(Rules.LineEnableProtocol.Name, "enable", Of = nameof(irq), Per = Scope.Cpu)]
    public static void Enable(IntId irq) => Line(s_enable, irq).Enabled = true;

    /// <summary>Writes GICR_ICENABLER0. Complete when RWP reads 0 (<see cref="WaitForRwp"/>): until then the interrupt may still be taken.</summary>
    [NmiSafe]
    [RequiresMasked(Mask.Preemption)]
    [Transition(Rules.RegisterWriteProtocol.Redistributor, "write", Per = Scope.Cpu)]
    [Step(Rules.Steps.MaskLine)]
    [FollowedBy(Rules.Steps.RedistributorRwp, Law = Rules.LawIds.WritePending)]
    [Transition(Rules.LineEnableProtocol.Name, "disable", Of = nameof(irq), Per = Scope.Cpu)]
    public static void Disable(IntId irq)
    {
        Cpu cpu = s_disable.Begin();
        ProtocolMove move = cpu.Machine.Protocols.Begin(s_disable, cpu, null);
        cpu.WriteRegister(EffectBy.Rwp, "GICR_ICENABLER0", cpu.Redistributor[irq], static to => to.Enabled = false);
        cpu.Redistributor.RegisterWritePending = true;
        move.Commit(succeeded: true);
    }

    /// <summary>Reads GICR_ISENABLER0.</summary>
    [NmiSafe]
    [RequiresMasked(Mask.Preemption)]
    public static bool IsEnabled(IntId irq) => Line(s_isEnabled, irq, Access.Read).Enabled;

    /// <summary>Writes GICR_ISPENDR0.</summary>
    [NmiSafe]
    [RequiresMasked(Mask.Preemption)]
    public static void SetPending(IntId irq) => Pend(s_setPending, irq, pending: true);

    /// <summary>Writes GICR_ICPENDR0. A level line that is high stays pending.</summary>
    [NmiSafe]
    [RequiresMasked(Mask.Preemption)]
    public static void ClearPending(IntId irq) => Pend(s_clearPending, irq, pending: false);

    /// <summary>Reads GICR_ISPENDR0.</summary>
    [NmiSafe]
    [RequiresMasked(Mask.Preemption)]
    public static bool IsPending(IntId irq) => Line(s_isPending, irq, Access.Read).Pending;

    /// <summary>Writes GICR_ISACTIVER0, to restore what was saved.</summary>
    [NmiSafe]
    [RequiresMasked(Mask.Preemption)]
    public static void SetActive(IntId irq) => Line(s_setActive, irq).Active = true;

    /// <summary>Writes GICR_ICACTIVER0: deactivates without EOIR. The running priority is not dropped.</summary>
    [NmiSafe]
    [RequiresMasked(Mask.Preemption)]
    public static void ClearActive(IntId irq) => Line(s_clearActive, irq).Active = false;

    /// <summary>Reads GICR_ISACTIVER0.</summary>
    [NmiSafe]
    [RequiresMasked(Mask.Preemption)]
    public static bool IsActive(IntId irq) => Line(s_isActive, irq, Access.Read).Active;

    /// <summary>
    /// Writes GICR_IPRIORITYR, in the view of Non-secure software: see <see cref="Gic.Programmed"/>. The line must be disabled, and the disable complete.
    /// </summary>
    [NmiSafe]
    [RequiresMasked(Mask.Preemption)]
    [Transition(Rules.RegisterWriteProtocol.Redistributor, "rely", Per = Scope.Cpu)]
    [ProgramsPriority(nameof(priority), IrqOff = 0xc0, IrqOn = 0xe0)]
    [Transition(Rules.LineEnableProtocol.Name, "nmi-priority", Of = nameof(irq), Per = Scope.Cpu, When = "priority == Nmi")]
    [Transition(Rules.LineEnableProtocol.Name, "nmi-priority", Of = nameof(irq), Per = Scope.Cpu, When = "priority == 128")]
    public static void SetPriority(IntId irq, Priority priority)
    {
        Cpu cpu = s_setPriority.Begin();
        if (Gicd.Change(s_setPriority, cpu.Redistributor[irq], priority))
        {
            Gicd.CheckPriority(s_setPriority, cpu.Redistributor[irq], priority);
            cpu.Machine.Gic.WritePriority(irq, cpu.Id, priority);
        }
    }

    /// <summary>Writes GICR_ICFGR1: how a PPI signals. The line must be disabled, and the disable complete.</summary>
    [NmiSafe]
    [RequiresMasked(Mask.Preemption)]
    [Transition(Rules.RegisterWriteProtocol.Redistributor, "rely", Per = Scope.Cpu)]
    public static void Configure(IntId irq, Trigger trigger)
    {
        Cpu cpu = s_configure.Begin();
        if (Gicd.Change(s_configure, cpu.Redistributor[irq]))
        {
            cpu.Redistributor[irq].Trigger = trigger;
        }
    }

    /// <summary><c>gic_redist_wait_for_rwp</c>: polls GICR_CTLR.RWP, which is bit 3 and not the distributor's 31, until every write has taken effect.</summary>
    [NmiSafe]
    [RequiresMasked(Mask.Preemption)]
    [Transition(Rules.RegisterWriteProtocol.Redistributor, "wait", Per = Scope.Cpu)]
    [Step(Rules.Steps.RedistributorRwp)]
    public static void WaitForRwp()
    {
        Cpu cpu = s_waitForRwp.Begin();
        ProtocolMove move = cpu.Machine.Protocols.Begin(s_waitForRwp, cpu, null);
        cpu.Effects?.Complete(EffectBy.Rwp);
        cpu.Redistributor.RegisterWritePending = false;
        move.Commit(succeeded: true);
    }

    /// <summary>
    /// <c>gic_enable_redist(false)</c>: sets GICR_WAKER.ProcessorSleep and waits until ChildrenAsleep reads 1. What becomes pending from now on is kept, and asks
    /// for a wake-up. ICC_IGRPEN1_EL1 must be clear.
    /// </summary>
    [NmiSafe]
    [RequiresMasked(Mask.Irq)]
    [Transition(Rules.RedistributorPowerProtocol.Name, "sleep", Per = Scope.Cpu)]
    [Step(Rules.Steps.RedistributorSleep)]
    [PrecededBy(Rules.Steps.DisableGroup, Law = Rules.LawIds.RedistributorPower)]
    public static void Sleep()
    {
        Cpu cpu = s_sleep.Begin();
        ProtocolMove move = cpu.Machine.Protocols.Begin(s_sleep, cpu, null);
        if (!move.Refused)
        {
            cpu.Redistributor.Sleep();
            move.Commit(succeeded: true);
        }
    }

    /// <summary><c>gic_enable_redist(true)</c>: clears GICR_WAKER.ProcessorSleep and waits until ChildrenAsleep reads 0. Before anything else of the GIC is used.</summary>
    [NmiSafe]
    [RequiresMasked(Mask.Irq)]
    [Transition(Rules.RedistributorPowerProtocol.Name, "wake", Per = Scope.Cpu)]
    [FollowedBy(Rules.Steps.BinaryPoint, Before = Rules.Steps.EnableGroup, Unless = Rules.Steps.RedistributorSleep, Law = Rules.LawIds.BinaryPoint)]
    [FollowedBy(Rules.Steps.CommonBinaryPoint, Before = Rules.Steps.EnableGroup, Unless = Rules.Steps.RedistributorSleep, Law = Rules.LawIds.BinaryPoint)]
    public static void Wake()
    {
        Cpu cpu = s_wake.Begin();
        ProtocolMove move = cpu.Machine.Protocols.Begin(s_wake, cpu, null);
        cpu.Redistributor.Wake();
        move.Commit(succeeded: true);
    }

    /// <summary>
    /// Sets GICR_CTLR.EnableLPIs: the pending table in memory is read, unless <paramref name="pendingTableIsZero"/> (GICR_PENDBASER.PTZ). Before commands of the
    /// ITS that name this CPU.
    /// </summary>
    [NmiSafe]
    [RequiresMasked(Mask.Preemption)]
    public static void EnableLpis(bool pendingTableIsZero) => s_enableLpis.Begin().Redistributor.EnableLpis(enabled: true, pendingTableIsZero);

    /// <summary>Clears GICR_CTLR.EnableLPIs, which writes what is pending to memory. RWP must read 0 before the tables are touched.</summary>
    [NmiSafe]
    [RequiresMasked(Mask.Preemption)]
    [Transition(Rules.RegisterWriteProtocol.Redistributor, "write", Per = Scope.Cpu)]
    [FollowedBy(Rules.Steps.RedistributorRwp, Law = Rules.LawIds.WritePending)]
    public static void DisableLpis()
    {
        Cpu cpu = s_disableLpis.Begin();
        ProtocolMove move = cpu.Machine.Protocols.Begin(s_disableLpis, cpu, null);
        cpu.Redistributor.EnableLpis(enabled: false);
        cpu.Redistributor.RegisterWritePending = true;
        move.Commit(succeeded: true);
    }

    /// <summary>Writes GICR_INVLPIR and polls GICR_SYNCR: the configuration of an LPI that is routed here is read again.</summary>
    [NmiSafe]
    [RequiresMasked(Mask.Preemption)]
    public static void InvalidateLpi(IntId lpi) => s_invalidateLpi.Begin().Redistributor.InvalidateLpi(lpi);

    /// <summary>Writes GICR_INVALLR and polls GICR_SYNCR: the configuration of every LPI is read again.</summary>
    [NmiSafe]
    [RequiresMasked(Mask.Preemption)]
    public static void InvalidateAllLpis() => s_invalidateAllLpis.Begin().Redistributor.InvalidateAllLpis();

    private static InterruptState Line(Operation operation, IntId irq, Access access = Access.Write)
    {
        if (!irq.IsPrivate)
        {
            throw new System.ArgumentOutOfRangeException(nameof(irq), irq, PrivateOnly);
        }

        return operation.Begin(access: access).Redistributor[irq];
    }

    private static void Pend(Operation operation, IntId irq, bool pending)
    {
        Cpu cpu = operation.Begin();
        cpu.Machine.Gic.SetPending(cpu.Redistributor[irq].Irq, cpu.Id, pending);
    }
}
