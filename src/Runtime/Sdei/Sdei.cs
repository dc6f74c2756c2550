using IrqSafety.Contracts;

namespace IrqSafety.Runtime;

/// <summary>How the handler of an SDEI event ends.</summary>
public enum SdeiCompletion
{
    /// <summary>SDEI_EVENT_COMPLETE: the interrupted code goes on.</summary>
    Complete,

    /// <summary>SDEI_EVENT_COMPLETE_AND_RESUME: the kernel goes on in its IRQ vector, as though an interrupt had been taken instead of the event.</summary>
    CompleteAndResume,
}

/// <summary>Software Delegated Exceptions: the mask of this PE. Source: Arm DEN0054; Linux <c>drivers/firmware/arm_sdei.c</c>.</summary>
public static class Sdei
{
    private static readonly Operation s_mask = Operation.Of(typeof(Sdei), nameof(MaskLocalCpu));
    private static readonly Operation s_unmask = Operation.Of(typeof(Sdei), nameof(UnmaskLocalCpu));

    /// <summary><c>sdei_mask_local_cpu</c> (SDEI_PE_MASK): no event is delivered to this PE any more. Needs preemption off.</summary>
    [NmiSafe]
    [RequiresMasked(Mask.Preemption)]
    public static void MaskLocalCpu() => Set(s_mask, masked: true);

    /// <summary><c>sdei_unmask_local_cpu</c> (SDEI_PE_UNMASK). Needs preemption off; not from an event's handler.</summary>
    [ForbiddenIn(Context.SdeiNormal | Context.SdeiCritical, Because = "changes the mask under the event that is being handled")]
    [RequiresMasked(Mask.Preemption)]
    public static void UnmaskLocalCpu() => Set(s_unmask, masked: false);

    private static void Set(Operation operation, bool masked)
    {
        Cpu cpu = operation.Begin();
        cpu.SdeiMasked = masked;
        cpu.Publish(MachineEventKind.MaskChanged, text: masked ? "SDEI masked" : "SDEI unmasked");
    }
}
