using System;
using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using IrqSafety.Contracts;
using IrqSafety.Rules;

namespace IrqSafety.Runtime;

/// <summary>Compares what a handler declares with what its registration runs it in.</summary>
internal static class HandlerRole
{
    // Facts about loaded code, the same in every execution. The methods are kept, so that no other code comes to stand where they do.
    private static readonly ConcurrentDictionary<(nint, nint), (MethodInfo Method, Context Declared)> s_declared = new();

    /// <summary>The contexts that the registration runs it in and the handler's own contract excludes. A breach where there are any.</summary>
    [SuppressMessage("IrqSafety.Locks", "IRQ0166", Justification = "It remembers what reflection found: the model does that, not the kernel.")]
    public static Context Check(Operation operation, Cpu cpu, object? location, string parameter, Delegate handler)
    {
        Context declared = handler.HasSingleTarget
            ? s_declared.GetOrAdd((CodeOf(handler), StaticCodeOf(handler)), static (_, one) => (one.Method, DeclaredBy(one.Method)), handler).Declared
            : DeclaredBy(handler.Method);
        Context runsIn = operation.Contract.ParameterRunsIn[parameter].Contexts;
        Context excluded = declared == Context.None ? Context.None : runsIn & ~declared;
        if (excluded != Context.None)
        {
            cpu.Machine.Execution.Breach(
                new Breach(LawIds.HandlerRole, excluded.Describe(), $"registers {handler.Method.Name}, which declares that it runs in {declared.Describe()}"),
                new Step(operation, location, Access.Write));
        }

        return excluded;
    }

    private static Context DeclaredBy(MethodInfo method) => method.GetCustomAttribute<RunsInAttribute>()?.Contexts ?? Context.None;

    // A program makes its delegates anew in each execution, and the method behind a new one is found by a search. The code it calls tells methods apart as well.
    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_methodPtr")]
    private static extern ref nint CodeOf(Delegate handler);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_methodPtrAux")]
    private static extern ref nint StaticCodeOf(Delegate handler);
}
