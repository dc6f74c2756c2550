using System;
using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using IrqSafety.Contracts;
using IrqSafety.Rules;

namespace IrqSafety.Runtime;

/// <summary>Compares what a handler declares with what its registration runs it in.</summary>
internal static class HandlerRole
{
    // Facts about loaded code, the same in every execution.
    private static readonly ConcurrentDictionary<MethodInfo, Context> s_declared = new();

    /// <summary>The contexts that the registration runs it in and the handler's own contract excludes. A breach where there are any.</summary>
    [SuppressMessage("IrqSafety.Locks", "IRQ0166", Justification = "It remembers what reflection found: the model does that, not the kernel.")]
    public static Context Check(Operation operation, Cpu cpu, object? location, string parameter, Delegate handler)
    {
        Context declared = s_declared.GetOrAdd(handler.Method, static method => method.GetCustomAttribute<RunsInAttribute>()?.Contexts ?? Context.None);
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
}
