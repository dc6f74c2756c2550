using System;
using System.Collections.Generic;
using System.Composition;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using IrqSafety.Analyzers.Contracts;
using IrqSafety.CodeFixes.Fixing;
using IrqSafety.CodeFixes.Handlers;
using IrqSafety.Contracts;
using IrqSafety.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;

namespace IrqSafety.CodeFixes;

/// <summary>
/// Declares on the handler in which contexts it is registered to run, wherever it is declared. A handler registered for several declares
/// all of them. Not offered for handlers without source.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(IRQ0002DeclareContextFix)), Shared]
public sealed class IRQ0002DeclareContextFix() : EditingFix<ContextDeclaration>("IRQ0002")
{
    /// <inheritdoc/>
    protected override async Task<ContextDeclaration?> FindEditAsync(Occurrence occurrence, CancellationToken cancellationToken)
    {
        if (!Enum.TryParse(occurrence.Property(FixProperties.Contexts), out Context contexts) ||
            contexts == Context.None ||
            HandlerAt(occurrence, cancellationToken) is not { } handler ||
            (handler.PartialImplementationPart ?? handler).DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(cancellationToken) is not { } declaration ||
            declaration is not (MethodDeclarationSyntax or LocalFunctionStatementSyntax) ||
            occurrence.Document.Project.Solution.GetDocument(declaration.SyntaxTree) is not { } document ||
            document is SourceGeneratedDocument ||
            await document.Project.GetCompilationAsync(cancellationToken).ConfigureAwait(false) is not { } compilation ||
            compilation.GetTypesByMetadataName(typeof(RunsInAttribute).FullName).FirstOrDefault(type => compilation.IsSymbolAccessibleWithin(type, compilation.Assembly)) is not { } attribute)
        {
            return null;
        }

        _ = Enum.TryParse(occurrence.Property(FixProperties.Within), out Section within);
        if (Declared(handler) is not { } declared)
        {
            return new ContextDeclaration(document.Id, declaration, attribute, contexts, within, Existing: null);
        }

        // One attribute says it all: what it says already is kept.
        return declared.Data?.ApplicationSyntaxReference?.GetSyntax(cancellationToken) is AttributeSyntax existing && declaration.Contains(existing)
            ? new ContextDeclaration(document.Id, declaration, attribute, contexts | declared.Enum<Context>(0), within & declared.Enum<Section>("Within"), existing)
            : null;
    }

    /// <inheritdoc/>
    protected override async Task ApplyAsync(SolutionEditor editor, IReadOnlyList<ContextDeclaration> edits, CancellationToken cancellationToken)
    {
        foreach (IGrouping<SyntaxNode, ContextDeclaration> ofHandler in edits.GroupBy(edit => edit.Handler))
        {
            ContextDeclaration declaration = ofHandler.Aggregate((all, one) => all.With(one));
            DocumentEditor document = await editor.GetDocumentEditorAsync(declaration.Document, cancellationToken).ConfigureAwait(false);
            declaration.Make(document);
        }
    }

    private static ContractAttribute? Declared(IMethodSymbol handler)
    {
        foreach (ContractAttribute attribute in ContractSource.Declared(handler))
        {
            if (attribute.Name == "RunsIn")
            {
                return attribute;
            }
        }

        return null;
    }

    private static IMethodSymbol? HandlerAt(Occurrence occurrence, CancellationToken cancellationToken)
    {
        if (occurrence.Node.FirstAncestorOrSelf<ExpressionSyntax>() is not { } name)
        {
            return null;
        }

        while (name.Parent is MemberAccessExpressionSyntax access && access.Name == name)
        {
            name = access;
        }

        // A method that is named, not called.
        return name is SimpleNameSyntax or MemberAccessExpressionSyntax &&
            name.Parent is not InvocationExpressionSyntax &&
            occurrence.Model.GetSymbolInfo(name, cancellationToken).Symbol is IMethodSymbol { MethodKind: MethodKind.Ordinary or MethodKind.LocalFunction } method
            ? ContractReader.Definition(method)
            : null;
    }
}
