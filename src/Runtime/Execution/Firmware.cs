namespace IrqSafety.Runtime;

/// <summary>What firmware leaves to the kernel on every CPU. Source: Linux <c>Documentation/arch/arm64/booting.rst</c>, "interrupt controller".</summary>
public sealed record Firmware
{
    /// <summary>ICC_SRE_EL3.Enable and SRE: the kernel may use the system registers of the CPU interface.</summary>
    public bool SystemRegisters { get; init; } = true;

    /// <summary>SCR_EL3.FIQ has the same value on every CPU.</summary>
    public bool SameScrEl3Fiq { get; init; } = true;

    /// <summary>ICC_CTLR_EL1.CBPR: Group 1 uses the binary point of Group 0, which the kernel may be unable to write.</summary>
    public bool CommonBinaryPoint { get; init; }

    /// <summary>ICC_BPR0_EL1, 2 to 7. Its reset value depends on the implementation.</summary>
    public int BinaryPoint0 { get; init; } = 2;

    /// <summary>The redistributors are awake when the kernel starts, or the kernel may wake them.</summary>
    public bool RedistributorAccessible { get; init; } = true;

    /// <summary>A power-down in idle loses the state of the redistributor too, and firmware does not save it.</summary>
    public bool LosesRedistributorState { get; init; }
}
