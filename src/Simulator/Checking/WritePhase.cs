using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Reflection;
using IrqSafety.Contracts;

namespace IrqSafety.Simulator;

/// <summary>Whether the phase lasts in which data is written once: a method of the phase, or a constructor of the data's object, is on the stack.</summary>
internal static class WritePhase
{
    // How far methods that the compiler merged into their callers are looked for.
    private const int Deepest = 4;

    /// <summary>True when it lasts, or may: in an optimised program a method of the phase may have been merged into its caller.</summary>
    /// <param name="phase">The phase.</param>
    /// <param name="data">The data.</param>
    /// <param name="calls">The calls that led to the write.</param>
    public static bool MayLast(string phase, GuardedCell data, IReadOnlyList<UserCall> calls) =>
        calls.Count == 0 || calls.Any(call => IsIn(phase, data, call.Method) || (IsOptimised(call.Body.Module.Assembly) && Leads(phase, data, call.Body, Deepest)));

    private static bool IsIn(string phase, GuardedCell data, MethodBase method) =>
        method.GetCustomAttribute<InPhaseAttribute>()?.Phase == phase
        || (method is ConstructorInfo && data.Member.DeclaringType is { } type && method.DeclaringType is { } made && (made == type || made.IsSubclassOf(type)));

    private static bool Leads(string phase, GuardedCell data, MethodBase method, int depth) => MethodBodyCalls.Of(method).Any(call =>
        !call.IsReference && call.Target.Module.Assembly == method.Module.Assembly && (IsIn(phase, data, call.Target) || (depth > 0 && Leads(phase, data, call.Target, depth - 1))));

    private static bool IsOptimised(Assembly assembly) => assembly.GetCustomAttribute<DebuggableAttribute>() is not { IsJITOptimizerDisabled: true };
}
