using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using IrqSafety.Analyzers.Contracts;
using IrqSafety.CodeFixes.Fixing;
using IrqSafety.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;

namespace IrqSafety.CodeFixes.Contracts;

/// <summary>
/// Writes the contract that a rule worked out: on the declaration it reported, on another one that it named, or on both; and gives a lock that callers
/// cannot see an alias that they can. Not offered when attributes cannot say all of it, or when the project lacks one of them.
/// </summary>
public abstract class DeclareContractFix : EditingFix<ContractDeclaration>
{
    /// <summary>The fix of the rule with this ID.</summary>
    protected DeclareContractFix(string ruleId)
        : base(ruleId)
    {
    }

    /// <inheritdoc/>
    protected sealed override Task<ContractDeclaration?> FindEditAsync(Occurrence occurrence, CancellationToken cancellationToken) =>
        Task.FromResult(FindEdit(occurrence, cancellationToken));

    /// <inheritdoc/>
    protected sealed override async Task ApplyAsync(SolutionEditor editor, IReadOnlyList<ContractDeclaration> edits, CancellationToken cancellationToken)
    {
        foreach (IGrouping<SyntaxNode, PlacedContract> ofDeclaration in edits.SelectMany(edit => edit.Contracts).GroupBy(one => one.Declaration))
        {
            DocumentEditor document = await editor.GetDocumentEditorAsync(ofDeclaration.First().Document, cancellationToken).ConfigureAwait(false);
            SyntaxTrivia lineEnd = document.OriginalRoot.LineEnd();
            List<AttributeListSyntax> attributes = Together(ofDeclaration.SelectMany(one => one.Attributes));
            document.ReplaceNode(ofDeclaration.Key, (node, _) => attributes.Aggregate(node, (all, list) => Attributes.Above(all, list, lineEnd)));
        }

        // Several methods may name one lock.
        foreach (IGrouping<DocumentId, LockAliasDeclaration> inDocument in edits.SelectMany(edit => edit.Aliases).GroupBy(alias => alias.Holder).Select(same => same.First()).GroupBy(alias => alias.Document))
        {
            DocumentEditor document = await editor.GetDocumentEditorAsync(inDocument.Key, cancellationToken).ConfigureAwait(false);
            foreach (LockAliasDeclaration alias in inDocument)
            {
                alias.WriteOnHolder(document);
            }

            AttributeListSyntax[] lists = [.. inDocument.Select(alias => alias.OfAssembly)];
            document.ReplaceNode(document.OriginalRoot, (unit, _) => LockAliasDeclaration.Declare((CompilationUnitSyntax)unit, lists));
        }
    }

    // Several findings may ask for one attribute. Of two that say different things where only one may stand, the first is written.
    private static List<AttributeListSyntax> Together(IEnumerable<AttributeListSyntax> lists)
    {
        var together = new List<AttributeListSyntax>();
        foreach (AttributeListSyntax list in lists)
        {
            string name = ContractAttributeText.NameOf(list);
            bool stands = ContractVocabulary.All.TryGetValue(name, out ContractShape? shape) && shape.AllowMultiple
                ? together.Exists(other => other.IsEquivalentTo(list))
                : together.Exists(other => ContractAttributeText.NameOf(other) == name);
            if (!stands)
            {
                together.Add(list);
            }
        }

        return together;
    }

    private static ContractDeclaration? FindEdit(Occurrence occurrence, CancellationToken cancellationToken)
    {
        Compilation compilation = occurrence.Model.Compilation;
        if (occurrence.Property(FixProperties.Contract) is not { } own)
        {
            return null;
        }

        List<PlacedContract?> contracts = [];
        if (own.Length > 0)
        {
            contracts.Add(PlacedContract.On(occurrence.Document, occurrence.Node.AncestorsAndSelf().FirstOrDefault(node => node is MemberDeclarationSyntax or AccessorDeclarationSyntax), own.Split('\n'), compilation));
        }

        if (occurrence.Property(FixProperties.Declaration) is { Length: > 0 } declaration)
        {
            string[] lines = declaration.Split('\n');
            SyntaxNode? syntax = DocumentationCommentId.GetFirstSymbolForDeclarationId(lines[0], compilation)?.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(cancellationToken);
            contracts.Add(syntax is null ? null : PlacedContract.On(occurrence.Document.Project.Solution.GetDocument(syntax.SyntaxTree), syntax, [.. lines.Skip(1)], compilation));
        }

        List<LockAliasDeclaration?> aliases =
        [
            .. (occurrence.Property(FixProperties.Aliases) ?? "").Split(['\n'], StringSplitOptions.RemoveEmptyEntries)
                .Select(line => LockAliasDeclaration.Find(line, occurrence.Document.Project, compilation, cancellationToken)),
        ];
        return contracts.Count == 0 || contracts.Contains(null) || aliases.Contains(null)
            ? null
            : new ContractDeclaration([.. contracts.OfType<PlacedContract>()], [.. aliases.OfType<LockAliasDeclaration>()]);
    }
}
