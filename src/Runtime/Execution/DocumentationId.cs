using System;
using System.Globalization;
using System.Reflection;
using System.Text;

namespace IrqSafety.Runtime;

/// <summary>
/// Documentation IDs of loaded members, identical to what the compiler's <c>GetDocumentationCommentId()</c> gives for their symbols: the
/// static and the run-time site of one operation must be the same text.
/// </summary>
public static class DocumentationId
{
    /// <summary>The ID of a method or constructor (of its original definition).</summary>
    public static string Of(MethodBase method)
    {
        ArgumentNullException.ThrowIfNull(method);
        MethodBase definition = Definition(method);
        var id = new StringBuilder("M:");
        AppendDeclaringType(id, definition);
        id.Append('.').Append(Escape(definition.Name));
        if (definition.IsGenericMethodDefinition)
        {
            id.Append("``").Append(definition.GetGenericArguments().Length.ToString(CultureInfo.InvariantCulture));
        }

        AppendParameters(id, definition.GetParameters());
        if (definition is MethodInfo { Name: "op_Implicit" or "op_Explicit" or "op_CheckedExplicit" } conversion)
        {
            id.Append('~');
            AppendType(id, conversion.ReturnType);
        }

        return id.ToString();
    }

    /// <summary>The ID of a property or indexer (of its original definition).</summary>
    public static string Of(PropertyInfo property)
    {
        ArgumentNullException.ThrowIfNull(property);
        Type type = property.DeclaringType!;
        PropertyInfo definition = type.IsConstructedGenericType ? (PropertyInfo)type.GetGenericTypeDefinition().GetMemberWithSameMetadataDefinitionAs(property) : property;
        var id = new StringBuilder("P:");
        AppendDeclaringType(id, definition);
        id.Append('.').Append(Escape(definition.Name));
        AppendParameters(id, definition.GetIndexParameters());
        return id.ToString();
    }

    /// <summary>The ID of a field (of its original definition).</summary>
    public static string Of(FieldInfo field)
    {
        ArgumentNullException.ThrowIfNull(field);
        var id = new StringBuilder("F:");
        AppendDeclaringType(id, field);
        return id.Append('.').Append(Escape(field.Name)).ToString();
    }

    /// <summary>The ID of a member.</summary>
    internal static string Of(MemberInfo member) => member switch
    {
        FieldInfo field => Of(field),
        PropertyInfo property => Of(property),
        MethodBase method => Of(method),
        _ => throw new ArgumentException($"a {member.MemberType} holds no lock", nameof(member)),
    };

    private static MethodBase Definition(MethodBase method)
    {
        if (method is MethodInfo { IsGenericMethod: true, IsGenericMethodDefinition: false } constructed)
        {
            method = constructed.GetGenericMethodDefinition();
        }

        return method.DeclaringType is { IsConstructedGenericType: true } type
            ? (MethodBase)type.GetGenericTypeDefinition().GetMemberWithSameMetadataDefinitionAs(method)
            : method;
    }

    private static void AppendDeclaringType(StringBuilder id, MemberInfo member) => AppendDefinitionName(id, member.DeclaringType!);

    private static void AppendDefinitionName(StringBuilder id, Type type)
    {
        if (type.DeclaringType is { } outer)
        {
            AppendDefinitionName(id, outer);
            id.Append('.');
        }
        else if (!string.IsNullOrEmpty(type.Namespace))
        {
            id.Append(type.Namespace).Append('.');
        }

        id.Append(type.Name);
    }

    private static void AppendParameters(StringBuilder id, ParameterInfo[] parameters)
    {
        for (int i = 0; i < parameters.Length; i++)
        {
            id.Append(i == 0 ? '(' : ',');
            AppendType(id, parameters[i].ParameterType);
        }

        if (parameters.Length > 0)
        {
            id.Append(')');
        }
    }

    private static void AppendType(StringBuilder id, Type type)
    {
        if (type.IsByRef)
        {
            AppendType(id, type.GetElementType()!);
            id.Append('@');
        }
        else if (type.IsPointer)
        {
            AppendType(id, type.GetElementType()!);
            id.Append('*');
        }
        else if (type.IsArray)
        {
            AppendType(id, type.GetElementType()!);
            id.Append('[');
            if (!type.IsSZArray)
            {
                for (int i = 0; i < type.GetArrayRank(); i++)
                {
                    id.Append(i == 0 ? "0:" : ",0:");
                }
            }

            id.Append(']');
        }
        else if (type.IsGenericParameter)
        {
            id.Append(type.DeclaringMethod is null ? "`" : "``").Append(type.GenericParameterPosition.ToString(CultureInfo.InvariantCulture));
        }
        else
        {
            AppendTypeUse(id, type, type.GetGenericArguments());
        }
    }

    // Reflection numbers and lists the type arguments of nested types together; an ID writes each at the type that declares it.
    private static void AppendTypeUse(StringBuilder id, Type type, Type[] arguments)
    {
        int outerCount = 0;
        if (type.DeclaringType is { } outer)
        {
            outerCount = outer.GetGenericArguments().Length;
            AppendTypeUse(id, outer, arguments[..outerCount]);
            id.Append('.');
        }
        else if (!string.IsNullOrEmpty(type.Namespace))
        {
            id.Append(type.Namespace).Append('.');
        }

        int tick = type.Name.IndexOf('`', StringComparison.Ordinal);
        id.Append(tick < 0 ? type.Name : type.Name[..tick]);
        for (int i = outerCount; i < arguments.Length; i++)
        {
            id.Append(i == outerCount ? '{' : ',');
            AppendType(id, arguments[i]);
        }

        if (arguments.Length > outerCount)
        {
            id.Append('}');
        }
    }

    private static string Escape(string name) => name.Replace('.', '#').Replace('<', '{').Replace('>', '}');
}
