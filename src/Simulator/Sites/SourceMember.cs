using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using IrqSafety.Runtime;

namespace IrqSafety.Simulator;

/// <summary>
/// The member of the source that a compiled method comes from. Lambdas and local functions are compiled to methods whose names give the
/// member and a number; iterators and async methods to a type of their own.
/// </summary>
internal static class SourceMember
{
    private const BindingFlags All = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;
    private static readonly ConcurrentDictionary<MethodBase, string> Names = new();

    /// <summary>Its documentation ID; with <c>~N</c> for the N-th lambda or local function within it.</summary>
    public static string IdOf(MethodBase method) => Names.GetOrAdd(Definitions.Of(method), Find);

    /// <summary>The declared method the compiled one belongs to: the one whose contract attributes speak for it.</summary>
    public static MethodBase Declared(MethodBase method)
    {
        if (StateMachineOwner(method) is { } owner)
        {
            method = owner;
        }

        return ParseNested(method) is { } nested ? Declaring(method, nested.Member) ?? method : method;
    }

    private static string Find(MethodBase method)
    {
        if (StateMachineOwner(method) is { } owner)
        {
            method = owner;
        }

        return ParseNested(method) is { } nested && Declaring(method, nested.Member) is { } declaring
            ? $"{DocumentationId.Of(declaring)}~{nested.Number.ToString(CultureInfo.InvariantCulture)}"
            : DocumentationId.Of(method);
    }

    private static MethodBase? StateMachineOwner(MethodBase method)
    {
        if (method.Name != "MoveNext" || method.DeclaringType is not { DeclaringType: { } outer } machine || !machine.Name.StartsWith('<'))
        {
            return null;
        }

        Type definition = machine.IsGenericType ? machine.GetGenericTypeDefinition() : machine;
        foreach (MethodBase candidate in Methods(outer))
        {
            if (candidate.GetCustomAttribute<StateMachineAttribute>()?.StateMachineType == definition)
            {
                return candidate;
            }
        }

        return null;
    }

    // <Member>b__ORDINAL_NUMBER for a lambda, <Member>g__Name|ORDINAL_NUMBER for a local function; a lambda that is alone in a closure class
    // may lack the ordinal: <Member>b__NUMBER.
    private static (string Member, int Number)? ParseNested(MethodBase method)
    {
        string name = method.Name;
        int close = name.LastIndexOf('>');
        if (!name.StartsWith('<') || close < 0 || close + 3 >= name.Length || name[close + 1] is not ('b' or 'g'))
        {
            return null;
        }

        string tail = name[(name.LastIndexOfAny(['_', '|']) + 1)..];
        return int.TryParse(tail, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? (name[1..close], number) : null;
    }

    private static MethodBase? Declaring(MethodBase nested, string member)
    {
        Type? type = nested.DeclaringType;
        while (type is { DeclaringType: not null } && type.Name.StartsWith('<'))
        {
            type = type.DeclaringType;
        }

        if (type is null)
        {
            return null;
        }

        MethodBase? found = null;
        int count = 0;
        foreach (MethodBase candidate in Methods(type))
        {
            if (candidate.Name == member)
            {
                found = count++ == 0 || Mentions(candidate, nested, []) ? candidate : found;
            }
        }

        return found;
    }

    // Overloads share the name: the right one is the one whose body, or a nested function of it, names this function.
    private static bool Mentions(MethodBase method, MethodBase wanted, HashSet<MethodBase> seen)
    {
        MethodBase definition = Definitions.Of(wanted);
        foreach (BodyCall call in MethodBodyCalls.Of(method))
        {
            if (call.Target == definition
                || (call.Target.Name.StartsWith('<') && seen.Add(call.Target) && Mentions(call.Target, wanted, seen)))
            {
                return true;
            }
        }

        return false;
    }

    private static IEnumerable<MethodBase> Methods(Type type)
    {
        foreach (MethodInfo method in type.GetMethods(All))
        {
            yield return method;
        }

        foreach (ConstructorInfo constructor in type.GetConstructors(All))
        {
            yield return constructor;
        }
    }
}
