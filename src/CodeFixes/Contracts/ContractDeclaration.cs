using System.Collections.Generic;
using System.Linq;
using IrqSafety.CodeFixes.Fixing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace IrqSafety.CodeFixes.Contracts;

/// <summary>Contracts to be written, and the names to be declared for the locks in them.</summary>
public sealed class ContractDeclaration
{
    internal ContractDeclaration(IReadOnlyList<PlacedContract> contracts, IReadOnlyList<LockAliasDeclaration> aliases)
    {
        Contracts = contracts;
        Aliases = aliases;
    }

    internal IReadOnlyList<PlacedContract> Contracts { get; }

    internal IReadOnlyList<LockAliasDeclaration> Aliases { get; }
}

/// <summary>Attributes to be written on one declaration.</summary>
/// <param name="Document">Its document.</param>
/// <param name="Declaration">The declaration.</param>
/// <param name="Attributes">The attributes, each in a list of its own.</param>
internal sealed record PlacedContract(DocumentId Document, SyntaxNode Declaration, IReadOnlyList<AttributeListSyntax> Attributes)
{
    /// <summary>These attributes on this declaration; null when it cannot carry them or the project does not know one.</summary>
    public static PlacedContract? On(Document? document, SyntaxNode? declaration, IReadOnlyList<string> texts, Compilation compilation)
    {
        if (document is null or SourceGeneratedDocument || declaration is not (BaseMethodDeclarationSyntax or AccessorDeclarationSyntax or DelegateDeclarationSyntax))
        {
            return null;
        }

        List<AttributeListSyntax?> attributes = [.. texts.Select(text => ContractAttributeText.Parse(text, compilation))];
        return attributes.Contains(null) ? null : new PlacedContract(document.Id, declaration, [.. attributes.OfType<AttributeListSyntax>()]);
    }
}
