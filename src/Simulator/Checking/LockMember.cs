using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using IrqSafety.Rules;

namespace IrqSafety.Simulator;

/// <summary>The field or property that a lock expression ends in, whatever object it is of; or the alias of a class.</summary>
/// <param name="Member">The field or property; null for an alias.</param>
/// <param name="Alias">The alias; null for a field or property.</param>
internal sealed record LockMember(MemberInfo? Member, string? Alias)
{
    /// <summary>What the expression names in a contract of this type; null when that cannot be found.</summary>
    /// <param name="text">The expression.</param>
    /// <param name="type">The type whose member has the contract.</param>
    /// <param name="parameters">The parameters of the member.</param>
    public static LockMember? NamedBy(string text, Type type, IEnumerable<ParameterInfo> parameters)
    {
        if (!LockExpression.TryParse(text, out LockExpression? expression, out _))
        {
            return null;
        }

        MemberInfo? last = null;
        if (parameters.FirstOrDefault(parameter => parameter.Name == expression!.Root) is { } root)
        {
            type = root.ParameterType;
        }
        else if (expression!.Root != "this")
        {
            last = GuardedCells.MemberOf(type, expression.Root);
            if (last is null)
            {
                return new LockMember(null, text);
            }

            type = TypeOf(last);
        }

        foreach (LockExpression.Step step in expression!.Steps)
        {
            if (step.IsKey || GuardedCells.MemberOf(type, step.Name) is not { } next)
            {
                return null;
            }

            (last, type) = (next, TypeOf(next));
        }

        return last is null ? null : new LockMember(last, null);
    }

    /// <summary>True when both end in the same member, or are the same alias.</summary>
    public bool IsSame(LockMember other) => Member is { } own && other.Member is { } its ? own.HasSameMetadataDefinitionAs(its) : Alias == other.Alias && Alias is not null;

    private static Type TypeOf(MemberInfo member) => (member as FieldInfo)?.FieldType ?? ((PropertyInfo)member).PropertyType;
}
