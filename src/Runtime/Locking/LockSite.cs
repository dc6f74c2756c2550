using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Reflection;
using System.Runtime.CompilerServices;
using IrqSafety.Contracts;
using IrqSafety.Rules;

namespace IrqSafety.Runtime;

/// <summary>
/// Where a lock is created. The field or property whose initialiser creates it, or that the name it is given is the name of, is its class, by
/// documentation ID, as the analyzer says; an alias on it is a public name for that class. Looked up once for each place in the source.
/// </summary>
internal static class LockSite
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
    private static readonly ConcurrentDictionary<(string File, int Line, string Member, Type Type), (Type? Creator, MemberInfo? Holder, bool IsInitialiser)> s_creators = new();
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
        (Type? creator, MemberInfo? holder, bool isInitialiser) = file.Length == 0 ? (null, null, false) : s_creators.GetOrAdd((file, line, member, type), Find);
        if (!isInitialiser && creator is not null && name is not null && MemberOf(creator, name) is { } named && Holds(TypeOf(named), type))
        {
            holder = named;
        }

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
    private static (Type? Creator, MemberInfo? Holder, bool IsInitialiser) Find((string File, int Line, string Member, Type Type) key)
    {
        MethodBase? creator = new StackTrace(fNeedFileInfo: false).GetFrames()
            .Select(frame => frame.GetMethod())
            .SkipWhile(method => method?.DeclaringType != key.Type)
            .SkipWhile(method => method?.DeclaringType == key.Type)
            .FirstOrDefault();
        if (creator?.DeclaringType is not { } type)
        {
            return (null, null, false);
        }

        type = Written(type);
        if (MemberOf(type, key.Member) is { } own)
        {
            // An accessor may create the lock of another member; an initialiser creates that of its own.
            return Holds(TypeOf(own), key.Type) ? (type, own, !creator.Name.Contains($"et_{key.Member}", StringComparison.Ordinal)) : (type, null, false);
        }

        // In a constructor or method of that name, or in a lambda in it.
        if (creator.Name == key.Member || type.GetMember(key.Member, Declared).Length > 0)
        {
            return (type, null, false);
        }

        List<MemberInfo> elsewhere = [.. TypesOf(type.Assembly).Select(one => MemberOf(one, key.Member)).OfType<MemberInfo>().Where(one => Holds(TypeOf(one), key.Type)).Take(2)];
        return elsewhere.Count == 1 ? (type, elsewhere[0], true) : (type, null, false);
    }

    // Lambdas and iterators are compiled into types of their own.
    private static Type Written(Type type)
    {
        while (type.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false) && type.DeclaringType is { } outer)
        {
            type = outer;
        }

        return type.IsConstructedGenericType ? type.GetGenericTypeDefinition() : type;
    }

    private static MemberInfo? MemberOf(Type type, string name) =>
        (MemberInfo?)type.GetField(name, Declared) ?? Array.Find(type.GetProperties(Declared), property => property.Name == name);

    private static Type TypeOf(MemberInfo member) => member is FieldInfo field ? field.FieldType : ((PropertyInfo)member).PropertyType;

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
