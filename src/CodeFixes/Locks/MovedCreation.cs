using System;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;

namespace IrqSafety.CodeFixes.Locks;

/// <summary>A creation that moves from a statement of a constructor into the initialiser of the field or property it is assigned to.</summary>
/// <param name="from">The document of the statement.</param>
/// <param name="statement">The statement, which goes.</param>
/// <param name="to">The document of the declaration.</param>
/// <param name="declaration">The field's declarator, or the property.</param>
/// <param name="creation">The creation.</param>
public sealed class MovedCreation(DocumentId from, StatementSyntax statement, DocumentId to, SyntaxNode declaration, ExpressionSyntax creation) : IEquatable<MovedCreation>
{
    /// <inheritdoc/>
    public bool Equals(MovedCreation? other) => other is not null && statement == other.Statement;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as MovedCreation);

    /// <inheritdoc/>
    public override int GetHashCode() => statement.GetHashCode();

    private StatementSyntax Statement => statement;

    /// <summary>Moves it.</summary>
    internal async Task MakeAsync(SolutionEditor editor, CancellationToken cancellationToken)
    {
        (await editor.GetDocumentEditorAsync(from, cancellationToken).ConfigureAwait(false)).RemoveNode(statement, SyntaxRemoveOptions.KeepUnbalancedDirectives);
        (await editor.GetDocumentEditorAsync(to, cancellationToken).ConfigureAwait(false)).ReplaceNode(declaration, (current, _) => WithInitialiser(current));
    }

    private SyntaxNode WithInitialiser(SyntaxNode current)
    {
        EqualsValueClauseSyntax initialiser = SyntaxFactory.EqualsValueClause(creation.WithoutTrivia())
            .WithEqualsToken(SyntaxFactory.Token(SyntaxKind.EqualsToken).WithLeadingTrivia(SyntaxFactory.Space).WithTrailingTrivia(SyntaxFactory.Space));
        return current switch
        {
            VariableDeclaratorSyntax field => field.WithIdentifier(field.Identifier.WithTrailingTrivia()).WithInitializer(initialiser),
            PropertyDeclarationSyntax { AccessorList: { } accessors } property => property
                .WithAccessorList(accessors.WithTrailingTrivia())
                .WithInitializer(initialiser)
                .WithSemicolonToken(SyntaxFactory.Token(SyntaxKind.SemicolonToken).WithTrailingTrivia(accessors.GetTrailingTrivia())),
            _ => current,
        };
    }
}
