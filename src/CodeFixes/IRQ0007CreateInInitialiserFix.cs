using System.Collections.Generic;
using System.Composition;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using IrqSafety.CodeFixes.Fixing;
using IrqSafety.CodeFixes.Locks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;

namespace IrqSafety.CodeFixes;

/// <summary>
/// Moves the creation of a lock from the constructor into the initialiser of the field or property that holds it: nothing sees the lock before. Not offered
/// where the constructor decides whether, or with what, the lock is created, where it is created in several places, and in structs, which have
/// initialisers only as far as their constructors run.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(IRQ0007CreateInInitialiserFix)), Shared]
public sealed class IRQ0007CreateInInitialiserFix() : EditingFix<MovedCreation>("IRQ0007")
{
    /// <inheritdoc/>
    protected override Task<MovedCreation?> FindEditAsync(Occurrence occurrence, CancellationToken cancellationToken) => Task.FromResult(FindEdit(occurrence, cancellationToken));

    /// <inheritdoc/>
    protected override async Task ApplyAsync(SolutionEditor editor, IReadOnlyList<MovedCreation> edits, CancellationToken cancellationToken)
    {
        foreach (MovedCreation edit in edits)
        {
            await edit.MakeAsync(editor, cancellationToken).ConfigureAwait(false);
        }
    }

    private static MovedCreation? FindEdit(Occurrence occurrence, CancellationToken cancellationToken)
    {
        if (occurrence.Node.FirstAncestorOrSelf<BaseObjectCreationExpressionSyntax>() is not { Initializer: null } creation ||
            creation.Parent is not AssignmentExpressionSyntax { Parent: ExpressionStatementSyntax statement } assignment ||
            statement.Parent is not BlockSyntax { Parent: ConstructorDeclarationSyntax constructor } ||
            creation.ArgumentList?.Arguments.All(argument => occurrence.Model.GetConstantValue(argument.Expression, cancellationToken).HasValue) is false)
        {
            return null;
        }

        if (occurrence.Model.GetSymbolInfo(assignment.Left, cancellationToken).Symbol is not { ContainingType: { TypeKind: TypeKind.Class } type, DeclaringSyntaxReferences.Length: 1 } member ||
            occurrence.Model.GetDeclaredSymbol(constructor, cancellationToken) is not { } containing ||
            containing.IsStatic != member.IsStatic ||
            !SymbolEqualityComparer.Default.Equals(containing.ContainingType, type))
        {
            return null;
        }

        SyntaxNode declaration = member.DeclaringSyntaxReferences[0].GetSyntax(cancellationToken);
        return TakesInitialiser(declaration) && IsAssignedOnce(member, cancellationToken) && occurrence.Document.Project.GetDocument(declaration.SyntaxTree) is { } document
            ? new MovedCreation(occurrence.Document.Id, statement, document.Id, declaration, creation)
            : null;
    }

    private static bool TakesInitialiser(SyntaxNode declaration) => declaration switch
    {
        VariableDeclaratorSyntax field => field.Initializer is null,
        PropertyDeclarationSyntax { Initializer: null, AccessorList: { } accessors } => accessors.Accessors.All(accessor => accessor.Body is null && accessor.ExpressionBody is null),
        _ => false,
    };

    // Judged by name: what is called the same counts, which is on the safe side.
    private static bool IsAssignedOnce(ISymbol member, CancellationToken cancellationToken) => member.ContainingType.DeclaringSyntaxReferences
        .SelectMany(reference => reference.GetSyntax(cancellationToken).DescendantNodes().OfType<AssignmentExpressionSyntax>())
        .Count(assignment => assignment.Left is IdentifierNameSyntax { Identifier.ValueText: var name } && name == member.Name
            || assignment.Left is MemberAccessExpressionSyntax { Name.Identifier.ValueText: var selected } && selected == member.Name) == 1;
}
