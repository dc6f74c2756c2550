using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace IrqSafety.CodeFixes.Fixing;

/// <summary>How the source at hand is laid out, so that what is added looks the same.</summary>
internal static class SourceLayout
{
    /// <summary>The line end the file uses.</summary>
    public static SyntaxTrivia LineEnd(this SyntaxNode root) =>
        root.DescendantTrivia().FirstOrDefault(trivia => trivia.IsKind(SyntaxKind.EndOfLineTrivia)) is { RawKind: not 0 } found
            ? SyntaxFactory.EndOfLine(found.ToString())
            : SyntaxFactory.ElasticCarriageReturnLineFeed;

    /// <summary>The white space before the first token of the node's line, if the node starts one.</summary>
    public static SyntaxTriviaList Indentation(this SyntaxNode node) =>
        node.GetLeadingTrivia().LastOrDefault() is { RawKind: (int)SyntaxKind.WhitespaceTrivia } space ? SyntaxFactory.TriviaList(space) : SyntaxTriviaList.Empty;

    /// <summary>True when a line ends after the node.</summary>
    public static bool EndsLine(this SyntaxNode node) => node.GetTrailingTrivia().Any(SyntaxKind.EndOfLineTrivia);
}
