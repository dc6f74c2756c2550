using System.Collections.Generic;
using System.Linq;
using IrqSafety.Analyzers.Contracts;
using IrqSafety.CodeFixes.Fixing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace IrqSafety.CodeFixes.Contracts;

/// <summary>A contract attribute as a rule writes it, made into syntax that means the attribute wherever it is put.</summary>
internal static class ContractAttributeText
{
    /// <summary>The attribute in brackets; null when the project has no such attribute, or one that cannot say this.</summary>
    public static AttributeListSyntax? Parse(string text, Compilation compilation)
    {
        CompilationUnitSyntax unit = SyntaxFactory.ParseCompilationUnit($"[{text}] class C {{ }}");
        AttributeListSyntax list = unit.AttributeLists.Concat(unit.Members[0].AttributeLists).First();
        return list is { Attributes: { Count: 1 } attributes } && attributes[0] is { Name: IdentifierNameSyntax name } attribute && TypeOf(name.Identifier.ValueText + Imports.AttributeSuffix, compilation) is { } type && CanSay(type, attribute)
            ? Meaning(list, name, type, compilation)
            : null;
    }

    /// <summary>The name of the attribute in a list that was parsed here, without the suffix.</summary>
    public static string NameOf(AttributeListSyntax list) => list.Attributes[0].Name switch
    {
        QualifiedNameSyntax qualified => qualified.Right.Identifier.ValueText,
        SimpleNameSyntax simple => simple.Identifier.ValueText,
        var name => name.ToString(),
    };

    /// <summary>A type among the contract attributes, as the project sees it; null when it does not.</summary>
    public static INamedTypeSymbol? TypeOf(string name, Compilation compilation) => compilation.GetTypesByMetadataName($"{ContractAttribute.Namespace}.{name}")
        .FirstOrDefault(type => compilation.IsSymbolAccessibleWithin(type, compilation.Assembly));

    private static AttributeListSyntax? Meaning(AttributeListSyntax list, IdentifierNameSyntax name, INamedTypeSymbol type, Compilation compilation)
    {
        var types = new Dictionary<SyntaxNode, SyntaxNode> { [name] = Named(type) };
        foreach (MemberAccessExpressionSyntax constant in list.DescendantNodes().OfType<MemberAccessExpressionSyntax>())
        {
            if (constant.Expression is not IdentifierNameSyntax @enum || TypeOf(@enum.Identifier.ValueText, compilation) is not { } known || known.GetMembers(constant.Name.Identifier.ValueText).IsEmpty)
            {
                return null;
            }

            types[@enum] = Imports.Type(known);
        }

        return list.ReplaceNodes(types.Keys, (node, _) => types[node]).WithoutTrivia();
    }

    // A project may have copies of its own, with less in them.
    private static bool CanSay(INamedTypeSymbol type, AttributeSyntax attribute)
    {
        IEnumerable<AttributeArgumentSyntax> arguments = attribute.ArgumentList?.Arguments ?? [];
        int positional = arguments.Count(argument => argument.NameEquals is null);
        return type.InstanceConstructors.Any(constructor => constructor.Parameters.Length == positional || constructor.Parameters.LastOrDefault() is { IsParams: true })
            && arguments.All(argument => argument.NameEquals is not { } named || type.GetMembers(named.Name.Identifier.ValueText).OfType<IPropertySymbol>().Any(property => property.SetMethod is not null));
    }

    private static NameSyntax Named(INamedTypeSymbol attribute)
    {
        TypeSyntax type = Imports.Type(attribute);
        SimpleNameSyntax name = type is QualifiedNameSyntax qualified ? qualified.Right : (SimpleNameSyntax)type;
        string used = name.Identifier.ValueText.Substring(0, name.Identifier.ValueText.Length - Imports.AttributeSuffix.Length);
        return (NameSyntax)type.ReplaceNode(name, SyntaxFactory.IdentifierName(used));
    }
}
