using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Reflection;
using System.Reflection.Emit;
using IrqSafety.Runtime;

namespace IrqSafety.Simulator;

/// <summary>A call instruction.</summary>
/// <param name="Offset">Its IL offset.</param>
/// <param name="Target">The method it names, as declared.</param>
/// <param name="TargetId">The documentation ID of that method.</param>
/// <param name="IsReference">True where the method is only named (<c>ldftn</c>), as when a lambda becomes a delegate.</param>
internal readonly record struct BodyCall(int Offset, MethodBase Target, string TargetId, bool IsReference);

/// <summary>The calls in a method's IL, in order.</summary>
internal static class MethodBodyCalls
{
    private static readonly ConcurrentDictionary<MethodBase, IReadOnlyList<BodyCall>> Known = new();

    /// <summary>The calls in the body; empty for what has no IL.</summary>
    public static IReadOnlyList<BodyCall> Of(MethodBase method) => Known.GetOrAdd(method, Read);

    private static IReadOnlyList<BodyCall> Read(MethodBase method)
    {
        var calls = new List<BodyCall>();
        if (method.GetMethodBody()?.GetILAsByteArray() is not { } il)
        {
            return calls;
        }

        Type[]? typeArguments = method.DeclaringType is { IsGenericType: true } type ? type.GetGenericArguments() : null;
        Type[]? methodArguments = method.IsGenericMethod ? method.GetGenericArguments() : null;
        foreach (IlInstruction instruction in IlInstruction.Decode(il))
        {
            if (instruction.OpCode.OperandType != OperandType.InlineMethod)
            {
                continue;
            }

            try
            {
                if (method.Module.ResolveMethod(instruction.Token, typeArguments, methodArguments) is { } target)
                {
                    MethodBase definition = Definitions.Of(target);
                    bool isReference = instruction.OpCode == OpCodes.Ldftn || instruction.OpCode == OpCodes.Ldvirtftn;
                    calls.Add(new BodyCall(instruction.Offset, definition, DocumentationId.Of(definition), isReference));
                }
            }
            catch (Exception exception) when (exception is ArgumentException or TypeLoadException or MissingMemberException or System.IO.FileNotFoundException)
            {
                // A call into an assembly that is not there cannot have been executed, so nobody asks for its site.
            }
        }

        return calls;
    }
}
