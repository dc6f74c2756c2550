using System;
using System.Collections.Generic;
using System.Linq;
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
    /// <summary>True when some file does.</summary>
    public static bool Any(Compilation compilation, CancellationToken cancellation)
    {
        HashSet<string> names = [Root(ContractAttribute.Namespace)];
        foreach (IAssemblySymbol assembly in WithContracts(compilation))
        {
            if (assembly.GlobalNamespace.GetTypeMembers().Any(IsVisible))
            {
                return true; // their names need no namespace
            }

            names.UnionWith(assembly.GlobalNamespace.GetNamespaceMembers().Where(HasVisibleTypes).Select(space => space.Name));
        }

        bool IsVisible(INamedTypeSymbol type) => compilation.IsSymbolAccessibleWithin(type, compilation.Assembly);
        bool HasVisibleTypes(INamespaceSymbol space) => space.GetTypeMembers().Any(IsVisible) || space.GetNamespaceMembers().Any(HasVisibleTypes);

        return compilation.SyntaxTrees.Any(tree => tree.GetText(cancellation).ToString() is var text && names.Any(name => text.IndexOf(name, StringComparison.Ordinal) >= 0));
    }

    /// <summary>The referenced assemblies that declare contract attributes, and those that reference them or each other: only their members have contracts.</summary>
    private static IReadOnlyCollection<IAssemblySymbol> WithContracts(Compilation compilation)
    {
        var found = new Dictionary<string, IAssemblySymbol>();
        var others = new List<IAssemblySymbol>();
        foreach (IAssemblySymbol assembly in compilation.SourceModule.ReferencedAssemblySymbols)
        {
            if (ContractedCompilation.HasAttributes(assembly.GlobalNamespace))
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
            foreach (IAssemblySymbol assembly in others.Where(one => !found.ContainsKey(one.Name) && one.Modules.Any(module => module.ReferencedAssemblies.Any(referenced => found.ContainsKey(referenced.Name)))).ToArray())
            {
                found[assembly.Name] = assembly;
                grew = true;
            }
        }

        return found.Values;
    }

    private static string Root(string space) => space.Substring(0, space.IndexOf('.'));
}
