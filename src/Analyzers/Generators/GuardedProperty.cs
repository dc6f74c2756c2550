using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using IrqSafety.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace IrqSafety.Analyzers.Generators;

/// <summary>A partial property with a contract of data, as text that is equal as long as the property is: the generator writes it again only when it changes.</summary>
/// <param name="Namespace">Its namespace; empty for the global one.</param>
/// <param name="Types">The headers of its types, outermost first: <c>partial class Uart&lt;T&gt;</c>.</param>
/// <param name="File">What tells the type's generated file from others.</param>
/// <param name="Header">The property without its accessors: <c>public partial int Count</c>.</param>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type, in full.</param>
/// <param name="IsStatic">Whether it is static.</param>
/// <param name="Getter">The modifiers of its get accessor.</param>
/// <param name="Setter">The modifiers of its set accessor.</param>
internal sealed record GuardedProperty(string Namespace, string Types, string File, string Header, string Name, string Type, bool IsStatic, string Getter, string Setter)
{
    /// <summary>Separates the headers of <see cref="Types"/>.</summary>
    public const char Separator = '\n';

    /// <summary>The contracts of data that a partial property may have.</summary>
    public static ImmutableArray<string> Contracts { get; } = ["GuardedBy", "OwnedBy", "WriteOnce"];

    private static readonly SymbolDisplayFormat Full = SymbolDisplayFormat.FullyQualifiedFormat.AddMiscellaneousOptions(SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier);

    private static readonly SymbolDisplayFormat Declared = new(genericsOptions: SymbolDisplayGenericsOptions.IncludeTypeParameters, miscellaneousOptions: SymbolDisplayMiscellaneousOptions.EscapeKeywordIdentifiers);

    /// <summary>The name of the cell that a property is built on.</summary>
    public static string CellOf(string property) => "__" + property;

    /// <summary>The property as the generator needs it; null when nothing can be built for it.</summary>
    public static GuardedProperty? Of(IPropertySymbol property)
    {
        if (Obstacle(property) is not null || property.DeclaringSyntaxReferences.Select(reference => reference.GetSyntax()).OfType<PropertyDeclarationSyntax>().FirstOrDefault() is not { } declaration)
        {
            return null;
        }

        string modifiers = string.Join(" ", declaration.Modifiers.Select(modifier => modifier.ValueText));
        List<INamedTypeSymbol> types = [];
        for (INamedTypeSymbol? type = property.ContainingType; type is not null; type = type.ContainingType)
        {
            types.Insert(0, type);
        }

        string @namespace = property.ContainingNamespace.IsGlobalNamespace ? "" : property.ContainingNamespace.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat.WithGlobalNamespaceStyle(SymbolDisplayGlobalNamespaceStyle.Omitted));
        string full = property.Type.ToDisplayString(Full);
        return new GuardedProperty(
            @namespace,
            string.Join(Separator.ToString(), types.Select(HeaderOf)),
            string.Join(".", types.Select(type => type.MetadataName).Prepend(@namespace).Where(part => part.Length > 0)).Replace('`', '-'),
            $"{modifiers} {full} {declaration.Identifier.Text}",
            property.Name,
            full,
            property.IsStatic,
            ModifiersOf(declaration, SyntaxKind.GetAccessorDeclaration),
            ModifiersOf(declaration, SyntaxKind.SetAccessorDeclaration));
    }

    /// <summary>True for a partial property with a contract of data that nobody has implemented by hand.</summary>
    public static bool IsAsked(IPropertySymbol property, ContractSource source) =>
        property.IsPartialDefinition && IsOpen(property) && source.Of(property).Any(attribute => Contracts.Contains(attribute.Name));

    /// <summary>Why nothing can be built for a partial property with a contract of data; null when something can.</summary>
    public static string? Obstacle(IPropertySymbol property) =>
        property.IsIndexer ? "an indexer has no one cell: put the contract on an array of Shared<T>"
        : property.ReturnsByRef || property.ReturnsByRefReadonly ? "what is returned by reference is touched behind its back: return it by value"
        : property.Type.IsRefLikeType || property.Type.TypeKind is TypeKind.Pointer or TypeKind.FunctionPointer ? $"a cell cannot hold '{property.Type.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat)}'"
        : property.GetMethod is null || property.SetMethod is null ? "it needs a get and a set accessor, or nobody can both write and read it"
        : property.SetMethod.IsInitOnly ? "it is written before there is a machine: use set"
        : property.ContainingType.TypeKind != TypeKind.Class ? "only an object of a class is one and the same to everybody who touches it: put it in a class"
        : NotPartial(property.ContainingType) is { } type ? $"'{type.Name}' is not partial"
        : property.ContainingType.GetMembers(CellOf(property.Name)).Any(member => !member.IsImplicitlyDeclared && !IsGenerated(member)) ? $"'{CellOf(property.Name)}' is the name of its cell, and taken"
        : null;

    // What the generator added is there when analyzers look.
    private static bool IsOpen(IPropertySymbol property) => property.PartialImplementationPart is null;

    private static bool IsGenerated(ISymbol member) => member.GetAttributes().Any(attribute => attribute.AttributeClass is { Name: "CompilerGeneratedAttribute" });

    private static INamedTypeSymbol? NotPartial(INamedTypeSymbol inner)
    {
        for (INamedTypeSymbol? type = inner; type is not null; type = type.ContainingType)
        {
            if (!type.DeclaringSyntaxReferences.All(reference => reference.GetSyntax() is TypeDeclarationSyntax declaration && declaration.Modifiers.Any(SyntaxKind.PartialKeyword)))
            {
                return type;
            }
        }

        return null;
    }

    private static string HeaderOf(INamedTypeSymbol type)
    {
        string keyword = type switch
        {
            { IsRecord: true, TypeKind: TypeKind.Struct } => "record struct",
            { IsRecord: true } => "record",
            { TypeKind: TypeKind.Struct } => "struct",
            { TypeKind: TypeKind.Interface } => "interface",
            _ => "class",
        };
        return $"partial {keyword} {type.ToDisplayString(Declared)}";
    }

    private static string ModifiersOf(PropertyDeclarationSyntax declaration, SyntaxKind accessor) =>
        string.Concat(declaration.AccessorList!.Accessors.Where(one => one.IsKind(accessor)).SelectMany(one => one.Modifiers).Select(modifier => modifier.ValueText + " "));
}
