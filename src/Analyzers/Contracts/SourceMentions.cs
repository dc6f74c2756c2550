using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Threading;
using Microsoft.CodeAnalysis;

namespace IrqSafety.Analyzers.Contracts;

/// <summary>
/// Whether the source of a program names anything that can have a contract. Whoever uses a contracted member, or a value of its type, somewhere
/// names a namespace of an assembly with contracts: in a using directive, a qualified name, or as the namespace it stands in itself. A project
/// that references the model and says nothing of it is left alone, at the price of looking through its text.
/// </summary>
internal static class SourceMentions
{
    // What references show to whom, and which names a file has in it: kept, for an editor asks at every key.
    private static readonly ConditionalWeakTable<IAssemblySymbol, ConcurrentDictionary<string, IReadOnlyList<string>>> Shown = new();
    private static readonly ConditionalWeakTable<IAssemblySymbol, HashSet<string>> Referenced = new();
    private static readonly ConditionalWeakTable<SyntaxTree, ConcurrentDictionary<string, bool>> Mentioned = new();

    // Stands for types without a namespace, whose names need none.
    private const string Anything = "";

    /// <summary>True when some file does.</summary>
    public static bool Any(Compilation compilation, CancellationToken cancellation)
    {
        string asker = compilation.Assembly.Identity.GetDisplayName();
        HashSet<string> names = [Root(ContractAttribute.Namespace)];
        foreach (IAssemblySymbol assembly in WithContracts(compilation))
        {
            names.UnionWith(Shown.GetValue(assembly, static _ => new()).GetOrAdd(asker, _ => ShownBy(assembly, compilation)));
        }

        return names.Contains(Anything) || compilation.SyntaxTrees.Any(tree => Mentions(tree, names, cancellation));
    }

    private static bool Mentions(SyntaxTree tree, HashSet<string> names, CancellationToken cancellation)
    {
        ConcurrentDictionary<string, bool> known = Mentioned.GetValue(tree, static _ => new());
        string? text = null;
        foreach (string name in names)
        {
            if (!known.TryGetValue(name, out bool mentions))
            {
                known[name] = mentions = (text ??= tree.GetText(cancellation).ToString()).IndexOf(name, StringComparison.Ordinal) >= 0;
            }

            if (mentions)
            {
                return true;
            }
        }

        return false;
    }

    private static IReadOnlyList<string> ShownBy(IAssemblySymbol assembly, Compilation compilation)
    {
        bool IsVisible(INamedTypeSymbol type) => compilation.IsSymbolAccessibleWithin(type, compilation.Assembly);
        bool HasVisibleTypes(INamespaceSymbol space) => space.GetTypeMembers().Any(IsVisible) || space.GetNamespaceMembers().Any(HasVisibleTypes);
        return assembly.GlobalNamespace.GetTypeMembers().Any(IsVisible)
            ? [Anything]
            : [.. assembly.GlobalNamespace.GetNamespaceMembers().Where(HasVisibleTypes).Select(space => space.Name)];
    }

    /// <summary>The referenced assemblies that declare contract attributes, and those that reference them or each other: only their members have contracts.</summary>
    private static IReadOnlyCollection<IAssemblySymbol> WithContracts(Compilation compilation)
    {
        var found = new Dictionary<string, IAssemblySymbol>();
        var others = new List<IAssemblySymbol>();
        foreach (IAssemblySymbol assembly in compilation.SourceModule.ReferencedAssemblySymbols)
        {
            if (ContractedCompilation.HasAttributes(assembly))
            {
                found[assembly.Name] = assembly;
            }
            else
            {
                others.Add(assembly);
            }
        }

        for (bool grew = found.Count > 0; grew;)
        {
            grew = false;
            foreach (IAssemblySymbol assembly in others.Where(one => !found.ContainsKey(one.Name) && ReferencedBy(one).Overlaps(found.Keys)).ToArray())
            {
                found[assembly.Name] = assembly;
                grew = true;
            }
        }

        return found.Values;
    }

    private static HashSet<string> ReferencedBy(IAssemblySymbol assembly) =>
        Referenced.GetValue(assembly, static one => [.. one.Modules.SelectMany(module => module.ReferencedAssemblies).Select(referenced => referenced.Name)]);

    private static string Root(string space) => space.Substring(0, space.IndexOf('.'));
}
