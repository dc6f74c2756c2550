using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using IrqSafety.Contracts;
using IrqSafety.Rules;

namespace IrqSafety.Runtime;

/// <summary>The declared orders of lock classes, as loaded assemblies say them.</summary>
public static class LockOrders
{
    private static readonly ConcurrentDictionary<Assembly, IReadOnlyList<LockSequence>> s_known = new();

    /// <summary>What the assembly whose code holds locks of this class, and those it references, declare.</summary>
    public static IReadOnlyList<LockSequence> KnownTo(LockClass @class)
    {
        ArgumentNullException.ThrowIfNull(@class);
        return LockSite.AssemblyOf(@class) is { } assembly ? s_known.GetOrAdd(assembly, Read) : [];
    }

    private static IReadOnlyList<LockSequence> Read(Assembly assembly)
    {
        IEnumerable<Assembly> all = AppDomain.CurrentDomain.GetAssemblies();
        HashSet<string?> referenced = [.. assembly.GetReferencedAssemblies().Select(name => name.FullName)];
        return
        [
            .. all.Where(one => one == assembly || referenced.Contains(one.FullName))
                .OrderBy(one => one.FullName, StringComparer.Ordinal)
                .SelectMany(one => one.GetCustomAttributes<LockOrderAttribute>())
                .Select(order => new LockSequence(order.Profile, order.Classes)),
        ];
    }
}
