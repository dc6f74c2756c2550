namespace IrqSafety.Rules;

/// <summary>
/// A CPU's way out of and back into the interrupt controller: its group off before the redistributor sleeps, and the redistributor awake before it is used again.
/// </summary>
/// <remarks>Source: Arm IHI 0069, 11.1 "Power management"; Linux <c>gic_enable_redist</c>, <c>gic_cpu_pm_notifier</c>.</remarks>
public static class RedistributorPowerProtocol
{
    /// <summary>The table's name.</summary>
    public const string Name = "redistributor-power";

    /// <summary>The CPU takes interrupts.</summary>
    public const string InUse = "in-use";

    /// <summary>ICC_IGRPEN1_EL1 is clear: the CPU interface signals nothing.</summary>
    public const string GroupOff = "group-off";

    /// <summary>GICR_WAKER.ProcessorSleep is set.</summary>
    public const string Asleep = "asleep";

    private const string StillOn = "the group is still enabled: clear ICC_IGRPEN1_EL1 first, or an interrupt on its way is lost";
    private const string Sleeping = "the redistributor sleeps: clear GICR_WAKER.ProcessorSleep and wait until ChildrenAsleep reads 0";

    /// <summary>The table.</summary>
    public static ProtocolTable Table { get; } = new(
        Name,
        "A CPU's way out of the interrupt controller and back. Source: Arm IHI 0069, 11.1; Linux drivers/irqchip/irq-gic-v3.c.",
        initial: InUse,
        assumedAtRoots: null,
        events:
        [
            new("disable-group", "write of 0 to ICC_IGRPEN1_EL1"),
            new("enable-group", "write of 1 to ICC_IGRPEN1_EL1"),
            new("sleep", "set GICR_WAKER.ProcessorSleep"),
            new("wake", "clear GICR_WAKER.ProcessorSleep and wait"),
        ],
        rows:
        [
            new(InUse, "disable-group", GroupOff),
            new(InUse, "enable-group", InUse),
            new(InUse, "sleep", InUse, Law: LawIds.RedistributorPower, Problem: StillOn),
            new(InUse, "wake", InUse),
            new(GroupOff, "disable-group", GroupOff),
            new(GroupOff, "enable-group", InUse),
            new(GroupOff, "sleep", Asleep),
            new(GroupOff, "wake", GroupOff),
            new(Asleep, "disable-group", Asleep),
            new(Asleep, "enable-group", Asleep, Law: LawIds.RedistributorPower, Problem: Sleeping),
            new(Asleep, "sleep", Asleep),
            new(Asleep, "wake", GroupOff),
        ]);
}
