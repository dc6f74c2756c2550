using System.Collections.Generic;
using System.Linq;
using System.Text;
using IrqSafety.Analyzers.Contracts;
using IrqSafety.Analyzers.Flow;
using IrqSafety.Contracts;
using IrqSafety.Rules;
using Microsoft.CodeAnalysis;

namespace IrqSafety.Analyzers.Inference;

/// <summary>A public name to be declared for the lock in a field or property that callers cannot see.</summary>
/// <param name="Alias">The name.</param>
/// <param name="Kind">The kind of the lock.</param>
/// <param name="Member">Documentation ID of the field or property.</param>
internal sealed record LockAlias(string Alias, LockKind Kind, string Member);

/// <summary>How a contract names a lock.</summary>
/// <param name="Expression">The lock expression.</param>
/// <param name="Alias">The name that has to be declared for it; null when none has to.</param>
/// <param name="IsOneLock">True for a path, which names one lock; false for an alias alone, which names a class.</param>
internal sealed record LockName(string Expression, LockAlias? Alias, bool IsOneLock);

/// <summary>
/// Names locks so that whoever sees a method sees them too: by the path of visible members, by a path that ends in an alias, or by the alias
/// alone. Where a lock has no alias yet, one is proposed for the field that holds it.
/// </summary>
internal sealed class LockNaming(ContractedCompilation contracts, IMethodSymbol method)
{
    private readonly bool _isSeenOutside = LockExpressionProblems.IsSeenOutside(method);

    /// <summary>The name of a lock; null when there is none.</summary>
    /// <param name="path">The path in terms of the method; null when it has none.</param>
    /// <param name="class">Its class; null when it is not known.</param>
    public LockName? Of(string? path, LockClass? @class) => (path is null ? null : OfPath(path)) ?? OfClass(@class);

    private LockName? OfPath(string path)
    {
        string[] parts = path.Replace("‹", "").Replace("›", "").Split('.');
        ITypeSymbol? type = TypeOf(path, parts[0]);
        var expression = new StringBuilder(parts[0]);
        LockAlias? alias = null;
        for (int i = 1; i < parts.Length; i++)
        {
            if (alias is not null || LockPath.MemberOf(type, parts[i]) is not (IFieldSymbol or IPropertySymbol) || LockPath.MemberOf(type, parts[i]) is not { } member)
            {
                return null;
            }

            string name = parts[i];
            if (_isSeenOutside && !LockExpressionProblems.IsSeenOutside(member))
            {
                // Only the lock itself can have an alias, not what leads to it.
                if (i < parts.Length - 1 || AliasOf(member) is not { } named)
                {
                    return null;
                }

                name = named.Alias;
                alias = IsDeclared(name) ? null : named;
                if (alias is null && named.Member.Length > 0)
                {
                    return null;
                }
            }

            expression.Append('.').Append(name);
            type = LockPath.TypeOf(member);
        }

        return type is null || contracts.Locks.KindOf(type) == LockKind.Unknown ? null : new LockName(expression.ToString(), alias, IsOneLock: true);
    }

    private LockName? OfClass(LockClass? @class)
    {
        if (@class is null || @class.Name.Length == 0)
        {
            return null;
        }

        if (!@class.Name.Contains(':'))
        {
            return IsDeclared(@class.Name) ? new LockName(@class.Name, null, IsOneLock: false) : null;
        }

        return DocumentationCommentId.GetFirstSymbolForDeclarationId(@class.Name, contracts.Compilation) is { } member && AliasOf(member) is { } alias
            ? new LockName(alias.Alias, alias, IsOneLock: false)
            : null;
    }

    private ITypeSymbol? TypeOf(string path, string root) => root == "this" ? method.ContainingType
        : path.StartsWith("‹", System.StringComparison.Ordinal) ? method.Parameters.FirstOrDefault(one => one.Name == root)?.Type
        : LockPath.TypeNamed(method, root);

    private bool IsDeclared(string alias) => contracts.Locks.Declared(alias, method) is not null;

    /// <summary>The alias a member has, without the member, or one for it; null when it can have none.</summary>
    private LockAlias? AliasOf(ISymbol member)
    {
        if (member is not (IFieldSymbol or IPropertySymbol) || member.OriginalDefinition.GetDocumentationCommentId() is not { } id)
        {
            return null;
        }

        foreach (ContractAttribute attribute in contracts.Source.Of(member))
        {
            if (attribute.Name == "LockClass" && attribute.Text("Alias") is { } declared)
            {
                return IsDeclared(declared) ? new LockAlias(declared, LockKind.Unknown, "") : null;
            }
        }

        LockKind kind = KindIn(LockPath.TypeOf(member));
        return member.DeclaringSyntaxReferences.IsEmpty || kind is LockKind.Unknown or LockKind.Scope || contracts.Locks.Order.Names(id)
            ? null
            : new LockAlias(Free(Proposed(member)), kind, id);
    }

    // The locks in an array or a collection are one class.
    private LockKind KindIn(ITypeSymbol? type) => contracts.Locks.KindOf(type) is not LockKind.Unknown and var kind ? kind
        : type is IArrayTypeSymbol array ? contracts.Locks.KindOf(array.ElementType)
        : type is INamedTypeSymbol { TypeArguments.Length: > 0 } collection ? contracts.Locks.KindOf(collection.TypeArguments[collection.TypeArguments.Length - 1])
        : LockKind.Unknown;

    // "Distributor._lock" is "distributor_lock", as the kernel would call it.
    private string Proposed(ISymbol member)
    {
        var parts = new List<string> { member.Name };
        for (INamedTypeSymbol? type = member.ContainingType; type is not null; type = type.ContainingType)
        {
            parts.Insert(0, type.Name);
            if (type.ContainingType is null && contracts.Compilation.GetSymbolsWithName(type.Name, SymbolFilter.Type).Skip(1).Any() && !type.ContainingNamespace.IsGlobalNamespace)
            {
                parts.Insert(0, type.ContainingNamespace.Name);
            }
        }

        return string.Join("_", parts.Select(Kernel).Where(part => part.Length > 0));
    }

    private static string Kernel(string name)
    {
        var text = new StringBuilder();
        for (int i = 0; i < name.Length; i++)
        {
            bool starts = i > 0 && char.IsUpper(name[i]) && !char.IsUpper(name[i - 1]) && name[i - 1] != '_';
            _ = (starts ? text.Append('_') : text).Append(char.ToLowerInvariant(name[i]));
        }

        return text.ToString().Trim('_');
    }

    private string Free(string alias)
    {
        string free = alias;
        for (int number = 2; IsDeclared(free); number++)
        {
            free = $"{alias}_{number}";
        }

        return free;
    }
}
