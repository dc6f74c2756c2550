using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Reflection;
using IrqSafety.Contracts;
using IrqSafety.Rules;

namespace IrqSafety.Runtime;

/// <summary>
/// Where a lock is created. The field or property whose initialiser creates it is its class, by documentation ID, as the analyzer says; an alias on it is
/// a public name for that class. Looked up once for each place in the source.
/// </summary>
internal static class LockSite
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
    private static readonly ConcurrentDictionary<(string File, int Line, string Member, Type Type), MemberInfo?> s_members = new();
    private static readonly ConcurrentDictionary<string, MemberInfo> s_byClass = new(StringComparer.Ordinal);

    /// <summary>The class of a lock that is being created.</summary>
    /// <param name="name">The name it is given, or null.</param>
    /// <param name="type">Its type.</param>
    /// <param name="kind">Its kind.</param>
    /// <param name="member">The member whose code creates it, and where that stands.</param>
    /// <param name="file">The file.</param>
    /// <param name="line">The line.</param>
    public static LockClass ClassOf(string? name, Type type, LockKind kind, string member, string file, int line)
    {
        MemberInfo? holder = file.Length == 0 ? null : s_members.GetOrAdd((file, line, member, type), Find);
        if (holder is null)
        {
            // In a variable or from a method: nothing says which others are used like it, unless its name does.
            return new LockClass(name ?? member, kind) { OfOneLock = name is null };
        }

        LockClassAttribute? says = holder.GetCustomAttribute<LockClassAttribute>();
        var found = new LockClass(says?.Alias ?? DocumentationId.Of(holder), kind) { Level = says?.Level ?? 0 };
        s_byClass.TryAdd(found.Name, holder);
        return found;
    }

    /// <summary>The assembly whose code holds locks of this class; null when it is not known.</summary>
    public static Assembly? AssemblyOf(LockClass @class) => s_byClass.TryGetValue(@class.Name, out MemberInfo? holder) ? holder.Module.Assembly : null;

    // The first frame after the lock's own constructor is the initialiser. Should the compiler have merged it into its caller, the member's name may
    // still say which it is.
    private static MemberInfo? Find((string File, int Line, string Member, Type Type) key)
    {
        MethodBase? creator = new StackTrace(fNeedFileInfo: false).GetFrames()
            .Select(frame => frame.GetMethod())
            .SkipWhile(method => method?.DeclaringType != key.Type)
            .SkipWhile(method => method?.DeclaringType == key.Type)
            .FirstOrDefault();
        if (creator?.DeclaringType is not { } type)
        {
            return null;
        }

        if (MemberOf(type, key.Member, key.Type) is { } own)
        {
            return own;
        }

        if (creator.Name == key.Member)
        {
            return null;
        }

        List<MemberInfo> elsewhere = [.. TypesOf(type.Assembly).Select(one => MemberOf(one, key.Member, key.Type)).OfType<MemberInfo>().Take(2)];
        return elsewhere.Count == 1 ? elsewhere[0] : null;
    }

    private static MemberInfo? MemberOf(Type type, string name, Type lockType)
    {
        Type definition = type.IsConstructedGenericType ? type.GetGenericTypeDefinition() : type;
        if (definition.GetField(name, Declared) is { } field)
        {
            return Holds(field.FieldType, lockType) ? field : null;
        }

        return definition.GetProperties(Declared).FirstOrDefault(property => property.Name == name) is { } property && Holds(property.PropertyType, lockType) ? property : null;
    }

    // The lock itself, or an array or collection of locks, which are one class.
    private static bool Holds(Type type, Type lockType) =>
        type.IsAssignableFrom(lockType) || (type.IsArray && Holds(type.GetElementType()!, lockType)) || type.GenericTypeArguments.Any(argument => Holds(argument, lockType));

    private static IEnumerable<Type> TypesOf(Assembly assembly)
    {
        try
        {
            return assembly.GetTypes();
        }
        catch (ReflectionTypeLoadException partly)
        {
            return partly.Types.OfType<Type>();
        }
    }
}
