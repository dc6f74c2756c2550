using System.Collections.Generic;
using System.Linq;
using IrqSafety.CodeFixes.Fixing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace IrqSafety.CodeFixes.Deferral;

/// <summary>A call that is to be queued as a work item of the type it is made in.</summary>
/// <param name="Document">The document it is in.</param>
/// <param name="Call">The call, as an expression whose value nobody uses.</param>
/// <param name="Part">The part of the type it is in.</param>
/// <param name="Owner">The type.</param>
/// <param name="WorkType">The type of the work item.</param>
/// <param name="Queue">The method that queues it.</param>
/// <param name="Deferred">What the work does, on the object called <see cref="ObjectName"/>.</param>
/// <param name="UsesObject">True when it needs the object.</param>
/// <param name="ObjectName">The name of the object in the work.</param>
public sealed record WorkItem(
    DocumentId Document,
    ExpressionSyntax Call,
    TypeDeclarationSyntax Part,
    INamedTypeSymbol Owner,
    INamedTypeSymbol WorkType,
    string Queue,
    ExpressionSyntax Deferred,
    bool UsesObject,
    string ObjectName)
{
    /// <summary>The field with such a work item that the type has already, or null.</summary>
    public string? Existing { get; init; }

    /// <summary>The type arguments of the work item's type, as they are written in the owner.</summary>
    public string[] TypeArguments { get; init; } = [];

    /// <summary>Names for the field, the best first.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>The field that the new one is put beside, or null when the type has none.</summary>
    public FieldDeclarationSyntax? Beside { get; init; }

    /// <inheritdoc/>
    public bool Equals(WorkItem? other) => other is not null && Document == other.Document && Call == other.Call;

    /// <inheritdoc/>
    public override int GetHashCode() => Call.GetHashCode();

    /// <summary>What the two would share a field for.</summary>
    internal bool DoesTheSameAs(WorkItem other) =>
        SymbolEqualityComparer.Default.Equals(Owner, other.Owner) && UsesObject == other.UsesObject && SyntaxFactory.AreEquivalent(Deferred, other.Deferred);

    /// <summary><c>work.Queue(this)</c>.</summary>
    internal ExpressionSyntax Queued(string field) => SyntaxFactory.InvocationExpression(
            SyntaxFactory.MemberAccessExpression(SyntaxKind.SimpleMemberAccessExpression, SyntaxFactory.IdentifierName(field), SyntaxFactory.IdentifierName(Queue)),
            SyntaxFactory.ArgumentList(UsesObject
                ? SyntaxFactory.SingletonSeparatedList(SyntaxFactory.Argument(SyntaxFactory.ThisExpression()))
                : SyntaxFactory.SeparatedList<ArgumentSyntax>()))
        .WithTriviaFrom(Call);

    /// <summary><c>private readonly IrqWork&lt;T&gt; work = new(static self => self.deferred());</c>.</summary>
    internal FieldDeclarationSyntax Field(string name, SyntaxTriviaList indentation, SyntaxTrivia lineEnd)
    {
        string modifiers = UsesObject ? "private readonly" : "private static readonly";
        string parameters = UsesObject ? ObjectName : "()";
        var field = (FieldDeclarationSyntax)SyntaxFactory.ParseMemberDeclaration($"{modifiers} WorkType {name} = new(static {parameters} => {Deferred.ToFullString()});")!;
        TypeSyntax placeholder = field.Declaration.Type;
        return field
            .ReplaceNode(placeholder, Imports.Type(WorkType, TypeArguments).WithTriviaFrom(placeholder))
            .WithLeadingTrivia(indentation)
            .WithTrailingTrivia(lineEnd);
    }
}
