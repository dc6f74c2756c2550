using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Runtime.CompilerServices;
using IrqSafety.Analyzers.Contracts.Files;
using Microsoft.CodeAnalysis;

namespace IrqSafety.Analyzers.Contracts;

/// <summary>
/// The contract attributes of a symbol, wherever they are written. A contract file of the user goes before attributes, so that what is wrong in
/// a library can be put right; attributes go before the file that ships with the analyzer. What goes before speaks alone.
/// </summary>
internal sealed class ContractSource(Compilation? compilation, ContractFiles files)
{
    private static readonly ConditionalWeakTable<IAssemblySymbol, IReadOnlyList<ContractAttribute>> OfReferences = new();

    /// <summary>True when no file of the user speaks of references, so that what is read of them holds for every compilation.</summary>
    public bool IsAlwaysTheSame => compilation is not null && files.Files.Count == 0;

    /// <summary>Attributes and nothing else.</summary>
    public static ContractSource AttributesAlone { get; } = new(compilation: null, ContractFiles.None);

    /// <summary>The attributes of a method with those of its property, of a parameter, type, field or property.</summary>
    public ImmutableArray<ContractAttribute> Of(ISymbol symbol)
    {
        ISymbol definition = symbol.OriginalDefinition;
        return definition switch
        {
            IParameterSymbol { ContainingSymbol: { } owner } => Ranked(owner, definition.Name, ContractAttribute.In(definition.GetAttributes())),
            IMethodSymbol { AssociatedSymbol: IPropertySymbol property } accessor => Ranked(accessor, null, DeclaredOn(accessor)).AddRange(Of(property)),
            IMethodSymbol method => Ranked(method, null, DeclaredOn(method)),
            _ => Ranked(definition, null, ContractAttribute.In(definition.GetAttributes())),
        };
    }

    /// <summary>The attributes of what a method returns.</summary>
    public ImmutableArray<ContractAttribute> OfReturn(IMethodSymbol method) => Ranked(method.OriginalDefinition, "return", ContractAttribute.In(method.OriginalDefinition.GetReturnTypeAttributes()));

    /// <summary>The attributes of an assembly. What files say of the program they say for the one being compiled.</summary>
    public ImmutableArray<ContractAttribute> OfAssembly(IAssemblySymbol assembly)
    {
        ImmutableArray<ContractAttribute> declared = assembly is ISourceAssemblySymbol
            ? ContractAttribute.In(assembly.GetAttributes())
            : (ImmutableArray<ContractAttribute>)OfReferences.GetValue(assembly, static one => ContractAttribute.In(one.GetAttributes()));
        return compilation is not null && SymbolEqualityComparer.Default.Equals(assembly, compilation.Assembly) ? declared.AddRange(files.OfAssembly) : declared;
    }

    /// <summary>The attributes that source or metadata puts on a method and its property.</summary>
    public static ImmutableArray<ContractAttribute> Declared(IMethodSymbol method) =>
        method.AssociatedSymbol is IPropertySymbol property ? DeclaredOn(method).AddRange(ContractAttribute.In(property.GetAttributes())) : DeclaredOn(method);

    // Both parts of a partial method count.
    private static ImmutableArray<ContractAttribute> DeclaredOn(IMethodSymbol method)
    {
        ImmutableArray<ContractAttribute> attributes = ContractAttribute.In(method.GetAttributes());
        return method.PartialImplementationPart is { } implementation
            ? attributes.AddRange(ContractAttribute.In(implementation.GetAttributes()).Where(one => !attributes.Any(other => Equals(one.Data?.ApplicationSyntaxReference?.GetSyntax(), other.Data?.ApplicationSyntaxReference?.GetSyntax()))))
            : attributes;
    }

    private ImmutableArray<ContractAttribute> Ranked(ISymbol symbol, string? part, ImmutableArray<ContractAttribute> declared)
    {
        string name = symbol is INamedTypeSymbol ? symbol.Name : symbol.MetadataName;
        bool inUserFile = files.Names.Contains(name);
        bool mayShip = compilation is not null && declared.IsEmpty && ContractFiles.Shipped.Names.Contains(name) && !SymbolEqualityComparer.Default.Equals(symbol.ContainingAssembly, compilation.Assembly);
        if ((inUserFile || mayShip) && symbol.GetDocumentationCommentId() is { } id)
        {
            string key = ContractFile.KeyOf(id, part);
            if (files.Lines.TryGetValue(key, out ContractLine? own))
            {
                return own.Attributes;
            }

            if (mayShip && ContractFiles.Shipped.Lines.TryGetValue(key, out ContractLine? shipped))
            {
                return shipped.Attributes;
            }
        }

        return declared;
    }
}
