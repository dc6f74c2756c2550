using System;

namespace IrqSafety.Contracts;

/// <summary>Returns the mask state as a value, so that it can be restored.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SavesMaskAttribute(Mask mask) : Attribute
{
    /// <summary>What is saved.</summary>
    public Mask Mask { get; } = mask;
}

/// <summary>Puts a saved mask state back.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RestoresMaskAttribute(Mask mask) : Attribute
{
    /// <summary>What is restored.</summary>
    public Mask Mask { get; } = mask;

    /// <summary>The parameter that carries the saved state.</summary>
    public string? From { get; set; }
}

/// <summary>Masks or unmasks, whatever the state before.</summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class SetsMaskAttribute(Mask mask, bool masked) : Attribute
{
    /// <summary>What is set.</summary>
    public Mask Mask { get; } = mask;

    /// <summary>True when it is masked afterwards.</summary>
    public bool Masked { get; } = masked;
}

/// <summary>Must be called with this masked.</summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Delegate | AttributeTargets.Property)]
public sealed class RequiresMaskedAttribute(Mask mask) : Attribute
{
    /// <summary>What must be masked.</summary>
    public Mask Mask { get; } = mask;
}

/// <summary>Must be called with this unmasked.</summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Delegate | AttributeTargets.Property)]
public sealed class RequiresUnmaskedAttribute(Mask mask) : Attribute
{
    /// <summary>What must be unmasked.</summary>
    public Mask Mask { get; } = mask;
}

/// <summary>
/// Waits until the interrupt controller signals an interrupt to this CPU, whatever PSTATE says. What the priority mask holds back is not signalled, so it
/// never ends the wait. Source: Arm DDI 0487, D1.6 "Wait for Interrupt".
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class WaitsForInterruptAttribute : Attribute
{
    /// <summary>The member of the same type that waits with the priority mask open, for tasks that have interrupts masked.</summary>
    public string? WhenMasked { get; set; }
}

/// <summary>
/// Writes the priority mask: an interrupt is signalled when its priority is lower than the value. The constants are the priorities of ordinary interrupts and
/// of pseudo-NMIs, so that a constant value says what it masks.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class WritesPriorityMaskAttribute(string parameter) : Attribute
{
    /// <summary>The parameter that carries the value.</summary>
    public string Parameter { get; } = parameter;

    /// <summary>The priority of ordinary interrupts: a value at or below it masks them.</summary>
    public int Irq { get; set; }

    /// <summary>The priority of pseudo-NMIs: a value at or below it masks them too.</summary>
    public int Nmi { get; set; }
}

/// <summary>
/// Takes a priority that is compared with the priority mask. On a machine whose distributor shows Non-secure software a shifted view (two security states,
/// SCR_EL3.FIQ clear) it is shifted: what is written there is a value of that view.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ProgramsPriorityAttribute(string parameter) : Attribute
{
    /// <summary>The parameter that carries the priority.</summary>
    public string Parameter { get; } = parameter;

    /// <summary>True when the operation turns an absolute priority into one of the view; false when it writes a value of the view.</summary>
    public bool Absolute { get; set; }

    /// <summary>The priority mask that lets NMIs in only.</summary>
    public int IrqOff { get; set; }

    /// <summary>The priority mask that lets everything in.</summary>
    public int IrqOn { get; set; }
}

/// <summary>
/// Prepares what an interrupt needs: stacks, handlers, the controller. Whoever lets interrupts in does it afterwards.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PreparesInterruptsAttribute(string what) : Attribute
{
    /// <summary>What is prepared, for example <c>"the IRQ stacks"</c>.</summary>
    public string What { get; } = what;
}

/// <summary>True for a special INTID: what was acknowledged is no interrupt.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Method)]
public sealed class TestsSpecialIntIdAttribute : Attribute
{
}

/// <summary>A word that is written back to a mask register: what it leaves masked and unmasked.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public sealed class MaskWordAttribute(Mask masked, Mask unmasked) : Attribute
{
    /// <summary>What is masked afterwards.</summary>
    public Mask Masked { get; } = masked;

    /// <summary>What is unmasked afterwards.</summary>
    public Mask Unmasked { get; } = unmasked;
}

/// <summary>The member always stands for this number: a register value or a priority that has a name.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public sealed class HasValueAttribute(long value) : Attribute
{
    /// <summary>The number.</summary>
    public long Value { get; } = value;
}

/// <summary>Returns with the mask it found.</summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Delegate)]
public sealed class KeepsMaskAttribute(Mask mask) : Attribute
{
    /// <summary>What is kept.</summary>
    public Mask Mask { get; } = mask;
}
