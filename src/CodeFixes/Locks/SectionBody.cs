using System.Collections.Generic;
using System.Linq;
using System.Threading;
using IrqSafety.CodeFixes.Fixing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace IrqSafety.CodeFixes.Locks;

/// <summary>Statements that become the body of a guard. Variables that are used after it are declared before it.</summary>
internal static class SectionBody
{
    /// <summary>What takes the place of the statements; null when a variable that is used later cannot be declared before.</summary>
    /// <param name="region">The statements, which stand on lines of their own beside each other.</param>
    /// <param name="guard">The expression that takes the lock.</param>
    /// <param name="occurrence">The finding.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <param name="above">What stands above the guard; what stands above the first statement when it is not given.</param>
    /// <param name="last">The last statement that the guard takes the place of; that of the region when it is not given.</param>
    /// <param name="inside">What becomes of a statement inside.</param>
    public static IReadOnlyList<StatementSyntax>? Of(
        IReadOnlyList<StatementSyntax> region,
        string guard,
        Occurrence occurrence,
        CancellationToken cancellationToken,
        SyntaxTriviaList? above = null,
        StatementSyntax? last = null,
        System.Func<StatementSyntax, StatementSyntax?>? inside = null)
    {
        StatementSyntax first = region[0];
        last ??= region[region.Count - 1];
        string indentation = first.LineIndentation();
        string step = first.IndentationStep();
        SyntaxTrivia lineEnd = occurrence.Root.LineEnd();
        SyntaxTriviaList own = SyntaxFactory.TriviaList(SyntaxFactory.Whitespace(indentation));
        SyntaxTriviaList head = above ?? first.GetLeadingTrivia();
        var declared = new List<StatementSyntax>();
        var body = new List<StatementSyntax>();
        foreach (StatementSyntax one in region)
        {
            StatementSyntax? kept = inside is null ? one : inside(one);
            if (kept is null)
            {
                continue;
            }

            if (!IsUsedAfter(one, last))
            {
                body.Add(kept.Indented(step));
                continue;
            }

            if (Parted(one, occurrence.Model, cancellationToken) is not var (declaration, assignment))
            {
                return null;
            }

            declared.Add(declaration.WithLeadingTrivia(declared.Count == 0 ? head : own).WithTrailingTrivia(lineEnd));
            body.Add(assignment.WithLeadingTrivia(one.GetLeadingTrivia()).WithTrailingTrivia(one.GetTrailingTrivia()).Indented(step));
        }

        if (body.Count == 0)
        {
            return null;
        }

        body[0] = body[0].WithLeadingTrivia(above is null ? SyntaxFactory.TriviaList(SyntaxFactory.Whitespace(indentation + step)) : WithoutBlankLines(body[0].GetLeadingTrivia()));
        bool isFollowed = last.Parent is BlockSyntax block && block.Statements.Last() != last && !last.GetLastToken().GetNextToken().LeadingTrivia.FirstOrDefault().IsKind(SyntaxKind.EndOfLineTrivia);
        UsingStatementSyntax section = Using(guard, body, declared.Count == 0 ? head : own, indentation, lineEnd);
        return [.. declared, isFollowed ? section.WithTrailingTrivia(lineEnd, lineEnd) : section];
    }

    /// <summary>A guard around statements that stand on lines of their own.</summary>
    public static UsingStatementSyntax Using(string guard, IEnumerable<StatementSyntax> body, SyntaxTriviaList above, string indentation, SyntaxTrivia lineEnd) => SyntaxFactory.UsingStatement(
        attributeLists: default,
        awaitKeyword: default,
        SyntaxFactory.Token(SyntaxKind.UsingKeyword).WithLeadingTrivia(above).WithTrailingTrivia(SyntaxFactory.Space),
        SyntaxFactory.Token(SyntaxKind.OpenParenToken),
        declaration: null,
        SyntaxFactory.ParseExpression(guard),
        SyntaxFactory.Token(SyntaxKind.CloseParenToken).WithTrailingTrivia(lineEnd),
        Block(body, indentation, lineEnd));

    /// <summary>A block of statements that stand on lines of their own.</summary>
    public static BlockSyntax Block(IEnumerable<StatementSyntax> body, string indentation, SyntaxTrivia lineEnd) => SyntaxFactory.Block(
        SyntaxFactory.Token(SyntaxKind.OpenBraceToken).WithLeadingTrivia(SyntaxFactory.Whitespace(indentation)).WithTrailingTrivia(lineEnd),
        SyntaxFactory.List(body),
        SyntaxFactory.Token(SyntaxKind.CloseBraceToken).WithLeadingTrivia(SyntaxFactory.Whitespace(indentation)).WithTrailingTrivia(lineEnd));

    /// <summary>True when a variable that the statement declares is used after the last of its block that goes with it.</summary>
    public static bool IsUsedAfter(StatementSyntax statement, StatementSyntax last)
    {
        HashSet<string> declared = [.. Declared(statement)];
        return declared.Count > 0 && statement.Parent is BlockSyntax block
            && block.Statements.Where(one => one.SpanStart > last.SpanStart).Any(one => one.DescendantTokens().Any(token => token.IsKind(SyntaxKind.IdentifierToken) && declared.Contains(token.ValueText)));
    }

    /// <summary>The trivia without the empty lines it begins with.</summary>
    public static SyntaxTriviaList WithoutBlankLines(SyntaxTriviaList trivia)
    {
        int lineStart = 0;
        for (int i = 0; i < trivia.Count && trivia[i].RawKind is (int)SyntaxKind.WhitespaceTrivia or (int)SyntaxKind.EndOfLineTrivia; i++)
        {
            lineStart = trivia[i].IsKind(SyntaxKind.EndOfLineTrivia) ? i + 1 : lineStart;
        }

        return SyntaxFactory.TriviaList(trivia.Skip(lineStart));
    }

    /// <summary>The variables that the statement declares for those after it.</summary>
    public static IEnumerable<string> Declared(StatementSyntax statement) => statement switch
    {
        LocalDeclarationStatementSyntax local => local.DescendantNodes().Select(node => (node as VariableDeclaratorSyntax)?.Identifier.ValueText ?? (node as SingleVariableDesignationSyntax)?.Identifier.ValueText).OfType<string>(),
        ExpressionStatementSyntax or IfStatementSyntax or ReturnStatementSyntax => statement.DescendantNodes(node => node == statement || node is not StatementSyntax).OfType<SingleVariableDesignationSyntax>().Select(variable => variable.Identifier.ValueText),
        _ => [],
    };

    // A declaration without its value, and the assignment of the value.
    private static (StatementSyntax Declaration, StatementSyntax Assignment)? Parted(StatementSyntax statement, SemanticModel model, CancellationToken cancellationToken)
    {
        if (statement is not LocalDeclarationStatementSyntax { IsConst: false, Declaration: { Variables: { Count: 1 } variables } declaration } local || variables[0] is not { Initializer.Value: { } value } variable
            || value.DescendantNodesAndSelf().OfType<SingleVariableDesignationSyntax>().Any()
            || model.GetDeclaredSymbol(variable, cancellationToken) is not ILocalSymbol { IsRef: false } symbol)
        {
            return null;
        }

        TypeSyntax type = declaration.Type.IsVar
            ? SyntaxFactory.ParseTypeName(symbol.Type.ToMinimalDisplayString(model, statement.SpanStart, SymbolDisplayFormat.MinimallyQualifiedFormat.AddMiscellaneousOptions(SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier)))
            : declaration.Type;
        return (
            SyntaxFactory.LocalDeclarationStatement(SyntaxFactory.VariableDeclaration(
                type.WithoutTrivia().WithTrailingTrivia(SyntaxFactory.Space),
                SyntaxFactory.SingletonSeparatedList(SyntaxFactory.VariableDeclarator(variable.Identifier.WithoutTrivia())))).WithSemicolonToken(SyntaxFactory.Token(SyntaxKind.SemicolonToken)),
            SyntaxFactory.ExpressionStatement(SyntaxFactory.AssignmentExpression(
                SyntaxKind.SimpleAssignmentExpression,
                SyntaxFactory.IdentifierName(variable.Identifier.WithoutTrivia()),
                variable.Initializer.EqualsToken.WithLeadingTrivia(SyntaxFactory.Space),
                value)).WithSemicolonToken(local.SemicolonToken));
    }
}
