using System.Collections.Concurrent;
using System.Collections.Generic;
using IrqSafety.Contracts;
using IrqSafety.Rules;
using Microsoft.CodeAnalysis;

namespace IrqSafety.Analyzers.Contracts;

/// <summary>The classes of locks: the field or property that holds the lock, or an alias declared for it.</summary>
internal sealed class LockClasses(Compilation compilation, ContractSource source)
{
    private readonly ConcurrentDictionary<IAssemblySymbol, IReadOnlyDictionary<string, LockClass>> _declared = new(SymbolEqualityComparer.Default);

    /// <summary>
    /// The class of this alias: declared by the assembly of <paramref name="user"/>, by the compilation, or by one it references. Null when there
    /// is none.
    /// </summary>
    public LockClass? Declared(string alias, ISymbol user)
    {
        IEnumerable<IAssemblySymbol> assemblies = [.. user.ContainingAssembly is { } own ? [own] : System.Array.Empty<IAssemblySymbol>(), compilation.Assembly, .. compilation.SourceModule.ReferencedAssemblySymbols];
        foreach (IAssemblySymbol assembly in assemblies)
        {
            if (DeclaredIn(assembly).TryGetValue(alias, out LockClass? declared))
            {
                return declared;
            }
        }

        return null;
    }

    /// <summary>The class of the lock in this field or property; null when its type is not declared to be a lock.</summary>
    public LockClass? Of(ISymbol member, ITypeSymbol type)
    {
        LockKind kind = KindOf(type);
        foreach (ContractAttribute attribute in source.Of(member))
        {
            if (attribute.Name == "LockClass" && attribute.Text("Alias") is { } alias)
            {
                return Declared(alias, member) ?? new LockClass(alias, kind);
            }
        }

        return kind == LockKind.Unknown ? null : new LockClass(member.OriginalDefinition.GetDocumentationCommentId() ?? member.Name, kind);
    }

    /// <summary>The kind of lock that values of this type are.</summary>
    public LockKind KindOf(ITypeSymbol? type)
    {
        for (ITypeSymbol? current = type; current is not null; current = current.BaseType)
        {
            foreach (ContractAttribute attribute in source.Of(current))
            {
                if (attribute.Name == "LockType")
                {
                    return attribute.Enum<LockKind>(0);
                }
            }
        }

        return LockKind.Unknown;
    }

    private IReadOnlyDictionary<string, LockClass> DeclaredIn(IAssemblySymbol assembly) => _declared.GetOrAdd(assembly, one =>
    {
        var classes = new Dictionary<string, LockClass>();
        foreach (ContractAttribute attribute in source.OfAssembly(one))
        {
            if (attribute.Name == "DeclareLockClass")
            {
                string name = attribute.Text(0);
                classes[name] = new LockClass(name, attribute.Enum<LockKind>(1), attribute.Enum<Context>("UsedIn"));
            }
        }

        return classes;
    });
}
