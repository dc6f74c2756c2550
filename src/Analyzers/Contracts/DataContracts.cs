using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using IrqSafety.Contracts;
using IrqSafety.Rules;
using Microsoft.CodeAnalysis;

namespace IrqSafety.Analyzers.Contracts;

/// <summary>Reads what touching a field or property needs. Each symbol is read once per compilation.</summary>
internal sealed class DataContracts
{
    private static readonly ReferenceMap<ISymbol, DataContract?> MembersOfReferences = new();
    private static readonly ReferenceMap<ITypeSymbol, bool> CellsOfReferences = new();

    private readonly ContractSource _source;
    private readonly SymbolMap<ISymbol, DataContract?> _members;
    private readonly SymbolMap<ITypeSymbol, bool> _cells;

    /// <summary>Those that this source tells of.</summary>
    public DataContracts(ContractSource source)
    {
        _source = source;
        _members = new(source.IsAlwaysTheSame ? MembersOfReferences : null, Read);
        _cells = new(source.IsAlwaysTheSame ? CellsOfReferences : null, definition => SaysCell(definition is IArrayTypeSymbol array ? array.ElementType : definition));
    }

    /// <summary>The contract of the data in a field or property; null when it has none.</summary>
    public DataContract? Of(ISymbol member) => _members.Of(member.OriginalDefinition);

    /// <summary>True when values of this type, or the elements of this array, hold the data that is guarded.</summary>
    public bool IsCell(ITypeSymbol? type) => type is not null && _cells.Of(type.OriginalDefinition);

    private bool SaysCell(ITypeSymbol type) => _source.Of(type).Any(attribute => attribute.Name == "DataCell");

    private DataContract? Read(ISymbol member)
    {
        IReadOnlyList<string> all = [];
        IReadOnlyList<string> readAny = [];
        Context contexts = Context.None;
        Section within = Section.None;
        string? phase = null;
        bool any = false;
        foreach (ContractAttribute attribute in Attributes(member))
        {
            switch (attribute.Name)
            {
                case "GuardedBy":
                    any = true;
                    all = attribute.Text(0) is { Length: > 0 } one ? [one] : attribute.Texts("All");
                    readAny = attribute.Texts("ReadAny");
                    break;
                case "OwnedBy":
                    any = true;
                    contexts |= attribute.Enum<Context>(0);
                    within |= attribute.Enum<Section>(0);
                    break;
                case "WriteOnce":
                    any = true;
                    phase = attribute.Text(0);
                    break;
            }
        }

        return any ? new DataContract(all, readAny, contexts, within, phase) : null;
    }

    // A property that overrides keeps the contract of what it overrides when it says nothing itself.
    private ImmutableArray<ContractAttribute> Attributes(ISymbol member)
    {
        ImmutableArray<ContractAttribute> own = _source.Of(member);
        for (IPropertySymbol? property = (member as IPropertySymbol)?.OverriddenProperty; property is not null && own.IsEmpty; property = property.OverriddenProperty)
        {
            own = _source.Of(property);
        }

        return own;
    }
}
