using System.Collections.Concurrent;
using System.Collections.Generic;
using IrqSafety.Contracts;
using IrqSafety.Rules;
using Microsoft.CodeAnalysis;

namespace IrqSafety.Analyzers.Contracts;

/// <summary>The classes of locks: the field or property that holds the lock, or an alias declared for it.</summary>
internal sealed class LockClasses(Compilation compilation, ContractSource source)
{
    private static readonly ReferenceMap<ITypeSymbol, LockKind> KindsOfReferences = new();

    private readonly ConcurrentDictionary<IAssemblySymbol, IReadOnlyDictionary<string, LockClass>> _declared = new(SymbolEqualityComparer.Default);

    private readonly SymbolMap<ITypeSymbol, LockKind> _kinds = new(source.IsAlwaysTheSame ? KindsOfReferences : null, type => Read(type, source));
    private readonly ConcurrentDictionary<(ISymbol, ITypeSymbol), LockClass?> _classes = new();
    private readonly ConcurrentDictionary<string, int> _levels = new();
    private Dictionary<string, LockClass>? _aliases;
    private DeclaredLockOrder? _order;

    /// <summary>
    /// The class of this alias: declared by the assembly of <paramref name="user"/>, by the compilation, or by one it references. Null when there
    /// is none.
    /// </summary>
    public LockClass? Declared(string alias, ISymbol user)
    {
        return (user.ContainingAssembly is { } own && DeclaredIn(own).TryGetValue(alias, out LockClass? declared)) || (_aliases ??= Aliases()).TryGetValue(alias, out declared)
            ? Noted(declared)
            : null;
    }

    private Dictionary<string, LockClass> Aliases()
    {
        var all = new Dictionary<string, LockClass>();
        foreach (IAssemblySymbol assembly in System.Linq.Enumerable.Prepend(compilation.SourceModule.ReferencedAssemblySymbols, compilation.Assembly))
        {
            foreach (KeyValuePair<string, LockClass> one in DeclaredIn(assembly))
            {
                if (!all.ContainsKey(one.Key))
                {
                    all[one.Key] = one.Value;
                }
            }
        }

        return all;
    }

    /// <summary>The class of the lock in this field or property; null when its type is not declared to be a lock.</summary>
    public LockClass? Of(ISymbol member, ITypeSymbol type)
    {
        if (!_classes.TryGetValue((member, type), out LockClass? @class))
        {
            _classes[(member, type)] = @class = Read(member, type);
        }

        return @class;
    }

    private LockClass? Read(ISymbol member, ITypeSymbol type)
    {
        LockKind kind = KindOf(type);
        int level = 0;
        foreach (ContractAttribute attribute in source.Of(member))
        {
            if (attribute.Name == "LockClass")
            {
                level = (int)(attribute.Number("Level") ?? 0);
                if (attribute.Text("Alias") is { } alias)
                {
                    LockClass named = Declared(alias, member) ?? new LockClass(alias, kind);
                    return Noted(level == 0 ? named : named with { Level = level });
                }
            }
        }

        return kind == LockKind.Unknown ? null : Noted(new LockClass(member.OriginalDefinition.GetDocumentationCommentId() ?? member.Name, kind) { Level = level });
    }

    /// <summary>The field or property of a type, or of one that it derives from, whose lock has this alias; null when there is none.</summary>
    public ISymbol? Called(ITypeSymbol? type, string alias)
    {
        for (ITypeSymbol? current = type; current is not null; current = current.BaseType)
        {
            foreach (ISymbol member in current.GetMembers())
            {
                if (member is IFieldSymbol or IPropertySymbol && System.Linq.ImmutableArrayExtensions.Any(source.Of(member), attribute => attribute.Name == "LockClass" && attribute.Text("Alias") == alias))
                {
                    return member;
                }
            }
        }

        return null;
    }

    /// <summary>The declared order of classes.</summary>
    public DeclaredLockOrder Order => _order ??= new DeclaredLockOrder(Sequences(), OrderProfiles, name => _levels.TryGetValue(name, out int level) ? level : 0);

    /// <summary>The profiles of <see cref="Order"/> that hold; empty for what all agree on.</summary>
    public IReadOnlyList<string> OrderProfiles { get; set; } = [];

    private LockClass Noted(LockClass @class)
    {
        if (@class.Level > 0)
        {
            _levels[@class.Name] = @class.Level;
        }

        return @class;
    }

    private IEnumerable<LockSequence> Sequences()
    {
        foreach (IAssemblySymbol assembly in System.Linq.Enumerable.Prepend(compilation.SourceModule.ReferencedAssemblySymbols, compilation.Assembly))
        {
            foreach (ContractAttribute attribute in source.OfAssembly(assembly))
            {
                if (attribute.Name == "LockOrder")
                {
                    yield return new LockSequence(attribute.Text(0), attribute.Texts(1));
                }
            }
        }
    }

    /// <summary>The kind of lock that values of this type are.</summary>
    public LockKind KindOf(ITypeSymbol? type) => type is null ? LockKind.Unknown : _kinds.Of(type);

    private static LockKind Read(ITypeSymbol type, ContractSource source)
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

    private IReadOnlyDictionary<string, LockClass> DeclaredIn(IAssemblySymbol assembly) =>
        _declared.TryGetValue(assembly, out IReadOnlyDictionary<string, LockClass>? known) ? known : _declared[assembly] = ReadDeclared(assembly);

    private Dictionary<string, LockClass> ReadDeclared(IAssemblySymbol assembly)
    {
        var classes = new Dictionary<string, LockClass>();
        foreach (ContractAttribute attribute in source.OfAssembly(assembly))
        {
            if (attribute.Name == "DeclareLockClass")
            {
                string name = attribute.Text(0);
                classes[name] = new LockClass(name, attribute.Enum<LockKind>(1), attribute.Enum<Context>("UsedIn")) { Level = (int)(attribute.Number("Level") ?? 0) };
            }
        }

        return classes;
    }
}
