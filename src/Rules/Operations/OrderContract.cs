namespace IrqSafety.Rules;

/// <summary>The steps that the contracts of the model name. A program may add its own.</summary>
public static class Steps
{
    /// <summary>An instruction synchronisation barrier.</summary>
    public const string Isb = "isb";

    /// <summary>A data synchronisation barrier.</summary>
    public const string Dsb = "dsb";

    /// <summary>A data memory barrier, which a DSB is too.</summary>
    public const string Dmb = "dmb";

    /// <summary>A store to memory that other CPUs read.</summary>
    public const string Store = "store";

    /// <summary>A read of what the CPU interface shows: IAR, HPPIR, RPR.</summary>
    public const string InterfaceRead = "interface-read";

    /// <summary>Any access to the CPU interface through system registers.</summary>
    public const string InterfaceAccess = "interface-access";

    /// <summary>A write of a system register, which takes effect with the next ISB.</summary>
    public const string SystemRegisterWrite = "system-register-write";

    /// <summary>The handlers of an acknowledged interrupt are called.</summary>
    public const string HandleInterrupt = "handle-interrupt";

    /// <summary>An interrupt is deactivated.</summary>
    public const string Deactivate = "deactivate";

    /// <summary>A line is disabled, or its disable asked for.</summary>
    public const string MaskLine = "mask-line";

    /// <summary>The device is quiet: <c>[Quiesces]</c>.</summary>
    public const string Quiesce = "quiesce";

    /// <summary>RWP of the distributor reads 0.</summary>
    public const string DistributorRwp = "distributor-rwp";

    /// <summary>RWP of this CPU's redistributor reads 0.</summary>
    public const string RedistributorRwp = "redistributor-rwp";

    /// <summary>The redistributor is put to sleep.</summary>
    public const string RedistributorSleep = "redistributor-sleep";

    /// <summary>Group 1 is no longer signalled to this CPU.</summary>
    public const string DisableGroup = "disable-group";

    /// <summary>ICC_BPR1_EL1 is written.</summary>
    public const string BinaryPoint = "binary-point";

    /// <summary>ICC_CTLR_EL1 is written, and with it CBPR.</summary>
    public const string CommonBinaryPoint = "common-binary-point";

    /// <summary>Group 1 is signalled to this CPU.</summary>
    public const string EnableGroup = "enable-group";

    /// <summary>The capability to mask interrupts by priority.</summary>
    public const string PriorityMasking = "irq-prio-masking";

    /// <summary>True for a step that a run looks at also where memory and register writes take effect at once.</summary>
    public static bool MattersAlways(string step) => step is BinaryPoint or CommonBinaryPoint or EnableGroup or RedistributorSleep;

    /// <summary>The step as a person names it, after "an" or "the".</summary>
    public static string Display(string step) => step switch
    {
        Isb or Dsb or Dmb => step.ToUpperInvariant(),
        Store => "store",
        DistributorRwp => "wait for GICD_CTLR.RWP",
        DisableGroup => "write of 0 to ICC_IGRPEN1_EL1",
        RedistributorRwp => "wait for GICR_CTLR.RWP",
        BinaryPoint => "write of ICC_BPR1_EL1",
        CommonBinaryPoint => "write of ICC_CTLR_EL1",
        _ => $"step '{step}'",
    };
}

/// <summary>How steps are ordered round an operation.</summary>
public enum OrderRule
{
    /// <summary>The step must follow, before <see cref="OrderContract.Other"/> or the end.</summary>
    FollowedBy,

    /// <summary>The step must have come before, after the last <see cref="OrderContract.Other"/>.</summary>
    PrecededBy,

    /// <summary>The step belongs before the operation, unless <see cref="OrderContract.Other"/> came before.</summary>
    NotBefore,

    /// <summary>The step need not follow, except before <see cref="OrderContract.Other"/>.</summary>
    SelfSynchronising,

    /// <summary>The machine must have the capability that the step stands for.</summary>
    RequiresCapability,
}

/// <summary>One ordering that an operation asks for.</summary>
/// <param name="Rule">How.</param>
/// <param name="Step">The step.</param>
/// <param name="Other">The step in relation to which it is judged, or null.</param>
/// <param name="Law">The law.</param>
/// <param name="When">The condition; null means always.</param>
/// <param name="Without">For <see cref="OrderRule.NotBefore"/>: judged only in types without this step. For <see cref="OrderRule.FollowedBy"/>: only where this step did not come before.</param>
public sealed record OrderContract(OrderRule Rule, string Step, string? Other, string Law, When? When = null, string? Without = null);
