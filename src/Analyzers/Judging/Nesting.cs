using System.Globalization;
using System.Linq;
using IrqSafety.Analyzers.Flow;
using IrqSafety.Rules;

namespace IrqSafety.Analyzers.Judging;

/// <summary>What a call says to make a second lock of a held class legal.</summary>
internal static class Nesting
{
    /// <summary>The subclass that this lock is taken with: 0 when the operation has none, null when it is not a constant.</summary>
    public static int? SubclassOf(CallEvent call, LockEffect effect) => effect.Subclass is not { } parameter
        ? 0
        : int.TryParse(call.ConstantOf(parameter), NumberStyles.Integer, CultureInfo.InvariantCulture, out int subclass) ? subclass : null;

    /// <summary>The subclass that a call took a lock with.</summary>
    public static int? SubclassOf(CallEvent call, string instance) =>
        call.EffectOn(instance) is { } taken ? SubclassOf(call, taken) : 0;

    /// <summary>The lock that the call names as the one it is nested under: its term, null when there is none or it is not known.</summary>
    public static Value? LockOf(CallEvent call, LockEffect effect) =>
        effect.Nest is { } parameter && call.Arguments.TryGetValue(parameter, out Value? value) && value?.Constant != "null" ? value : null;

    /// <summary>The same for the lock that a call took.</summary>
    public static Value? LockOf(CallEvent call, string instance) =>
        call.EffectOn(instance) is { } taken ? LockOf(call, taken) : null;

    /// <summary>True when the call names a lock that it is nested under, known or not.</summary>
    public static bool IsUnder(CallEvent call, LockEffect effect) => effect.Nest is { } parameter && call.ConstantOf(parameter) != "null";
}
