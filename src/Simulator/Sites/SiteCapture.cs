using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Reflection;
using IrqSafety.Contracts;
using IrqSafety.Rules;

namespace IrqSafety.Simulator;

/// <summary>One call in user code on the stack.</summary>
/// <param name="Site">Its site.</param>
/// <param name="Method">The declared method it stands in.</param>
/// <param name="Source"><c>file:line</c> when the PDB is there.</param>
internal sealed record UserCall(Site Site, MethodBase Method, string? Source)
{
    /// <summary>The compiled method: a lambda's own, where <see cref="Method"/> is the member that it stands in.</summary>
    public MethodBase Body { get; init; } = Method;

    /// <summary>True when the method promises to be safe from NMI.</summary>
    public bool PromisesNmiSafe => Method.IsDefined(typeof(NmiSafeAttribute), inherit: true);
}

/// <summary>
/// Finds the user's calls that led to the current step, innermost first, up to the boundary of the running task or handler. Exact where the
/// user's assembly is not optimised; an optimised one gives the start of the statement, from which the call is found by its target.
/// </summary>
internal static class SiteCapture
{
    private static readonly Assembly[] Ours = [typeof(SiteCapture).Assembly, typeof(Runtime.IExecution).Assembly, typeof(Site).Assembly];
    private static readonly string Framework = Path.GetDirectoryName(typeof(object).Assembly.Location) ?? "";

    /// <summary>The user's calls on this thread's stack; empty when the model itself is at work.</summary>
    /// <param name="withSource">Whether to read source positions from the PDB, which is slow.</param>
    public static IReadOnlyList<UserCall> Capture(bool withSource)
    {
        var calls = new List<UserCall>();
        StackFrame[] frames = new StackTrace(1, withSource).GetFrames();
        MethodBase? callee = null;
        foreach (StackFrame frame in frames)
        {
            if (frame.GetMethod() is not { } method)
            {
                continue;
            }

            if (method.IsDefined(typeof(StackBoundaryAttribute), inherit: false))
            {
                break;
            }

            if (IsUserCode(method) && callee is not null)
            {
                MethodBase body = Definitions.Of(method);
                BodyCall? call = Find(body, frame.GetILOffset(), callee);
                if (call is { } found)
                {
                    string? source = frame.GetFileName() is { } file ? $"{file}:{frame.GetFileLineNumber()}" : null;
                    calls.Add(new UserCall(new Site(SourceMember.IdOf(body), found.TargetId, OrdinalOf(body, found)), SourceMember.Declared(body), source) { Body = body });
                }
            }

            callee = method;
        }

        return calls;
    }

    private static bool IsUserCode(MethodBase method) =>
        method.Module.Assembly is { } assembly
        && Array.IndexOf(Ours, assembly) < 0
        && !assembly.IsDynamic
        && !string.Equals(Path.GetDirectoryName(assembly.Location), Framework, StringComparison.Ordinal);

    // The callee on the stack may be an override of, or something inlined into, what the call names: then the first call at or after the
    // offset that leaves user code is the one.
    private static BodyCall? Find(MethodBase body, int offset, MethodBase callee)
    {
        MethodBase target = Definitions.Of(callee);
        BodyCall? fallback = null;
        foreach (BodyCall call in MethodBodyCalls.Of(body))
        {
            if (call.Offset < offset || call.IsReference)
            {
                continue;
            }

            if (call.Target == target)
            {
                return call;
            }

            fallback ??= call;
        }

        return fallback;
    }

    private static int OrdinalOf(MethodBase body, BodyCall call)
    {
        int ordinal = 0;
        foreach (BodyCall other in MethodBodyCalls.Of(body))
        {
            if (other.Offset < call.Offset && !other.IsReference && other.TargetId == call.TargetId)
            {
                ordinal++;
            }
        }

        return ordinal;
    }
}

/// <summary>Marks the method below which, on the stack, another task or the interrupted code begins.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class StackBoundaryAttribute : Attribute
{
}
