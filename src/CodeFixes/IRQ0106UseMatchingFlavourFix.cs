using System.Collections.Generic;
using System.Composition;
using System.Globalization;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using IrqSafety.Analyzers.Judging;
using IrqSafety.CodeFixes.Fixing;
using IrqSafety.CodeFixes.Locks;
using IrqSafety.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;

namespace IrqSafety.CodeFixes;

/// <summary>
/// Releases the lock in the flavour it was taken in, with the flags that taking it returned; where interrupts are off outside, takes it with the flavour
/// that saves them. Not offered when two locks' flags were exchanged, since which of the two releases comes first is then not known.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(IRQ0106UseMatchingFlavourFix)), Shared]
public sealed class IRQ0106UseMatchingFlavourFix() : EditingFix<FlavourEdit>("IRQ0106")
{
    /// <inheritdoc/>
    protected override Task<FlavourEdit?> FindEditAsync(Occurrence occurrence, CancellationToken cancellationToken) =>
        Task.FromResult(FindEdit(occurrence, cancellationToken));

    /// <inheritdoc/>
    protected override async Task ApplyAsync(SolutionEditor editor, IReadOnlyList<FlavourEdit> edits, CancellationToken cancellationToken)
    {
        foreach (FlavourEdit edit in edits)
        {
            edit.Make(await editor.GetDocumentEditorAsync(edit.Document, cancellationToken).ConfigureAwait(false));
        }
    }

    private static FlavourEdit? FindEdit(Occurrence occurrence, CancellationToken cancellationToken)
    {
        if (occurrence.Invocation is not { } call || LockCall.Of(call, occurrence.Model, cancellationToken) is not { } guilty)
        {
            return null;
        }

        InvocationExpressionSyntax? taken = TakenAt(occurrence);
        switch (occurrence.Property(FixProperties.Flavour))
        {
            case nameof(FlavourFault.InnerStep) when guilty.Whole is { } whole:
                return new FlavourEdit(occurrence.Document.Id, [(call, Calling(call, whole, call.ArgumentList))]);
            case nameof(FlavourFault.UnmasksOutside):
                return SavingSection.From(guilty.Takes ? call : taken ?? call, occurrence, cancellationToken);
            case nameof(FlavourFault.DropsSaved) or nameof(FlavourFault.UnmasksUntaken) or nameof(FlavourFault.LeavesMasked)
                when taken is not null && LockCall.Of(taken, occurrence.Model, cancellationToken) is { Takes: true } taking && taking.Lock == guilty.Lock:
                return Matching(taking, guilty, occurrence, cancellationToken);
            default:
                return null;
        }
    }

    private static FlavourEdit? Matching(LockCall taking, LockCall guilty, Occurrence occurrence, CancellationToken cancellationToken)
    {
        if (guilty.ReleaseIn(taking.Flavour) is not { } release)
        {
            return null;
        }

        ArgumentListSyntax arguments = SyntaxFactory.ArgumentList();
        if (release.Parameters.Length == 1)
        {
            if (FlagsOf(taking.Call, guilty.Call, occurrence.Model, cancellationToken) is not { } flags)
            {
                return null;
            }

            arguments = SyntaxFactory.ArgumentList(SyntaxFactory.SingletonSeparatedList(SyntaxFactory.Argument(SyntaxFactory.IdentifierName(flags))));
        }

        return new FlavourEdit(occurrence.Document.Id, [(guilty.Call, Calling(guilty.Call, release, arguments.WithTriviaFrom(guilty.Call.ArgumentList)))]);
    }

    /// <summary>The variable that holds what taking the lock returned, where the release can use it and nothing else was put in it.</summary>
    private static string? FlagsOf(InvocationExpressionSyntax taking, InvocationExpressionSyntax release, SemanticModel model, CancellationToken cancellationToken)
    {
        if (taking.Parent is not EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax variable } || model.GetDeclaredSymbol(variable, cancellationToken) is not ILocalSymbol local)
        {
            return null;
        }

        bool isVisible = model.LookupSymbols(release.SpanStart, name: local.Name).Any(symbol => SymbolEqualityComparer.Default.Equals(symbol, local));
        bool isWritten = variable.FirstAncestorOrSelf<MemberDeclarationSyntax>()?.DescendantNodes().OfType<AssignmentExpressionSyntax>()
            .Any(assignment => assignment.Left is IdentifierNameSyntax name && SymbolEqualityComparer.Default.Equals(model.GetSymbolInfo(name, cancellationToken).Symbol, local)) ?? true;
        return isVisible && !isWritten ? local.Name : null;
    }

    private static InvocationExpressionSyntax Calling(InvocationExpressionSyntax call, IMethodSymbol method, ArgumentListSyntax arguments)
    {
        SimpleNameSyntax name = call.CalledName()!;
        return call.ReplaceNode(name, name.WithIdentifier(SyntaxFactory.Identifier(method.Name).WithTriviaFrom(name.Identifier))).WithArgumentList(arguments);
    }

    private static InvocationExpressionSyntax? TakenAt(Occurrence occurrence) =>
        int.TryParse(occurrence.Property(FixProperties.TakenAt), NumberStyles.Integer, CultureInfo.InvariantCulture, out int start)
        && occurrence.Root.FullSpan.Contains(start)
            ? occurrence.Root.FindToken(start).Parent?.AncestorsAndSelf().OfType<InvocationExpressionSyntax>().LastOrDefault(call => call.SpanStart == start)
            : null;
}
