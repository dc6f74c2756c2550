using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace IrqSafety.CodeFixes.Fixing;

/// <summary>How the source at hand is laid out, so that what is added looks the same.</summary>
internal static class SourceLayout
{
    private const string FourSpaces = "    ";

    /// <summary>The line end the file uses.</summary>
    public static SyntaxTrivia LineEnd(this SyntaxNode root) =>
        root.DescendantTrivia().FirstOrDefault(trivia => trivia.IsKind(SyntaxKind.EndOfLineTrivia)) is { RawKind: not 0 } found
            ? SyntaxFactory.EndOfLine(found.ToString())
            : SyntaxFactory.ElasticCarriageReturnLineFeed;

    /// <summary>The white space before the node, if the node starts its line.</summary>
    public static SyntaxTriviaList Indentation(this SyntaxNode node) =>
        node.GetLeadingTrivia().LastOrDefault() is { RawKind: (int)SyntaxKind.WhitespaceTrivia } space ? SyntaxFactory.TriviaList(space) : SyntaxTriviaList.Empty;

    /// <summary>The white space at the start of the line that the node starts in.</summary>
    public static string LineIndentation(this SyntaxNode node)
    {
        string line = node.SyntaxTree.GetText().Lines.GetLineFromPosition(node.SpanStart).ToString();
        return line.Substring(0, line.Length - line.TrimStart(' ', '\t').Length);
    }

    /// <summary>What the file indents by from one level to the next, as far as the statement shows it.</summary>
    public static string IndentationStep(this SyntaxNode statement)
    {
        string own = statement.LineIndentation();
        string outer = statement.Parent?.LineIndentation() ?? "";
        return own.Length > outer.Length && own.StartsWith(outer, System.StringComparison.Ordinal) ? own.Substring(outer.Length) : FourSpaces;
    }

    /// <summary>True when the node is the first on its line.</summary>
    public static bool StartsLine(this SyntaxNode node) =>
        node.SyntaxTree.GetText().Lines.GetLineFromPosition(node.SpanStart).Start + node.LineIndentation().Length == node.SpanStart;

    /// <summary>True when a directive parts the node, rather than standing above it.</summary>
    public static bool IsPartedByDirective(this SyntaxNode node) =>
        node.ContainsDirectives && node.DescendantTrivia().Any(trivia => trivia.IsDirective && node.Span.Contains(trivia.Span));

    /// <summary>A file without its head, and the head: a comment that an empty line parts from the code, and directives that nothing may stand above.</summary>
    public static (CompilationUnitSyntax Code, SyntaxTriviaList Header) WithoutHeader(this CompilationUnitSyntax unit)
    {
        SyntaxToken first = unit.GetFirstToken(includeZeroWidth: true);
        List<SyntaxTrivia> above = [.. first.LeadingTrivia];
        int header = above.FindLastIndex(trivia => trivia.IsDirective && trivia.RawKind is (int)SyntaxKind.DefineDirectiveTrivia or (int)SyntaxKind.UndefDirectiveTrivia or (int)SyntaxKind.NullableDirectiveTrivia) + 1;
        for (int i = 1; i < above.Count && above[0].IsKind(SyntaxKind.SingleLineCommentTrivia); i++)
        {
            if (above[i].IsKind(SyntaxKind.EndOfLineTrivia) && above[i - 1].IsKind(SyntaxKind.EndOfLineTrivia))
            {
                header = System.Math.Max(header, i + 1);
                break;
            }
        }

        return (unit.ReplaceToken(first, first.WithLeadingTrivia(above.Skip(header))), SyntaxFactory.TriviaList(above.Take(header)));
    }

    /// <summary>True when a line ends after the node.</summary>
    public static bool EndsLine(this SyntaxNode node) => node.GetTrailingTrivia().Any(SyntaxKind.EndOfLineTrivia);

    /// <summary>The node with every line of it indented by one more step. What a literal or comment continues on the next line stays.</summary>
    public static TNode Indented<TNode>(this TNode node, string step)
        where TNode : SyntaxNode => node.ReplaceTokens(
            node.DescendantTokens(),
            (token, _) => token.WithLeadingTrivia(Indented(token.LeadingTrivia, startsLine: token.GetPreviousToken() is var previous && (!node.Span.Contains(previous.Span) || previous.TrailingTrivia.Any(SyntaxKind.EndOfLineTrivia)), step)));

    private static SyntaxTriviaList Indented(SyntaxTriviaList above, bool startsLine, string step)
    {
        var indented = new List<SyntaxTrivia>();
        for (int i = 0; i < above.Count; i++)
        {
            SyntaxTrivia trivia = above[i];
            bool isLineEnd = trivia.IsKind(SyntaxKind.EndOfLineTrivia);
            if (startsLine && trivia.IsKind(SyntaxKind.WhitespaceTrivia))
            {
                bool isBlank = i + 1 < above.Count && above[i + 1].IsKind(SyntaxKind.EndOfLineTrivia);
                indented.Add(isBlank ? trivia : SyntaxFactory.Whitespace(trivia + step));
                startsLine = false;
                continue;
            }

            if (startsLine && !isLineEnd && !trivia.IsDirective)
            {
                indented.Add(SyntaxFactory.Whitespace(step));
            }

            indented.Add(trivia);
            startsLine = isLineEnd || trivia.IsDirective;
        }

        if (startsLine)
        {
            indented.Add(SyntaxFactory.Whitespace(step));
        }

        return SyntaxFactory.TriviaList(indented);
    }

    /// <summary>The code as it is written: what was made by hand carries marks that let a formatter lay it out, and with it what stands around it.</summary>
    public static TRoot LaidOut<TRoot>(this TRoot root)
        where TRoot : SyntaxNode => root.ReplaceTrivia(
            root.DescendantTrivia().Where(trivia => trivia.HasAnnotation(SyntaxAnnotation.ElasticAnnotation)),
            (trivia, _) => trivia.FullSpan.IsEmpty ? default : trivia.WithoutAnnotations(SyntaxAnnotation.ElasticAnnotation));
}
