using IrqSafety.Contracts;

namespace IrqSafety.Runtime;

/// <summary>PSTATE.PAN of this CPU. Set on exception entry from kernel code (SCTLR_EL1.SPAN = 0). Source: Linux <c>asm/uaccess.h</c>.</summary>
public static class Pan
{
    private static readonly Operation s_isSet = Operation.Of(typeof(Pan), nameof(IsSet));
    private static readonly Operation s_set = Operation.Of(typeof(Pan), nameof(Set));
    private static readonly Operation s_clear = Operation.Of(typeof(Pan), nameof(Clear));

    /// <summary>True when access to user memory faults.</summary>
    [NmiSafe]
    public static bool IsSet() => s_isSet.Begin(access: Access.Read).State.Pan;

    /// <summary>Forbids access to user memory (<c>uaccess_disable</c>).</summary>
    [NmiSafe]
    public static void Set() => s_set.Begin().State.Pan = true;

    /// <summary>Allows access to user memory (<c>uaccess_enable</c>).</summary>
    [NmiSafe]
    public static void Clear() => s_clear.Begin().State.Pan = false;
}
