using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using IrqSafety.Testing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using Xunit;

namespace IrqSafety.Analyzers.Tests.Robustness;

/// <summary>
/// Code as it is while somebody types: the samples, which use all of the model, with tokens left out, doubled, swapped, or cut off after. Nothing
/// throws, whatever is found.
/// </summary>
public sealed class BrokenCodeTests
{
    public static TheoryData<string, int> Programs => new(
        from program in new[] { "Locks/Buggy", "Locks/Fixed", "NmiIpi/Buggy", "PseudoNmi/Buggy", "PseudoNmi/Fixed" }
        from seed in Enumerable.Range(1, 4)
        select (program, seed));

    [Theory]
    [MemberData(nameof(Programs))]
    public async Task Nothing_throws_over_samples_with_damaged_tokens(string program, int seed)
    {
        var random = new Random(seed);
        string[] files = [.. SampleCode.Of(program)];
        Assert.NotEmpty(files);
        Compilation broken = TestCompilation.Of(files.Select(text => Damaged(text, random)));
        Assert.Contains(broken.GetDiagnostics(TestContext.Current.CancellationToken), one => one.Severity == DiagnosticSeverity.Error);

        Exception? thrown = await Record.ExceptionAsync(() => AnalyzerVerifier.Analyze(broken, TestContext.Current.CancellationToken));

        Assert.Null(thrown);
    }

    [Fact]
    public async Task Nothing_throws_over_any_beginning_of_a_file()
    {
        string text = SampleCode.Of("PseudoNmi/Buggy").MaxBy(one => one.Length)!;
        int[] ends = [.. CSharpSyntaxTree.ParseText(text, TestCompilation.ParseOptions, cancellationToken: TestContext.Current.CancellationToken)
            .GetRoot(TestContext.Current.CancellationToken).DescendantTokens().Select(token => token.Span.End)];
        for (int i = 3; i < ends.Length; i += Math.Max(1, ends.Length / 25))
        {
            Compilation begun = TestCompilation.Of([text[..ends[i]]]);
            Assert.Null(await Record.ExceptionAsync(() => AnalyzerVerifier.Analyze(begun, TestContext.Current.CancellationToken)));
        }
    }

    /// <summary>Every file in which its types are declared stays; in each, one to four tokens are damaged, and now and then a whole statement goes.</summary>
    private static string Damaged(string text, Random random)
    {
        SyntaxNode root = CSharpSyntaxTree.ParseText(text, TestCompilation.ParseOptions).GetRoot();
        SyntaxToken[] tokens = [.. root.DescendantTokens().Where(token => token.Span.Length > 0)];
        StatementSyntax[] statements = [.. root.DescendantNodes().OfType<StatementSyntax>()];
        var changes = new SortedList<int, TextChange>();
        for (int left = random.Next(1, 5); left > 0; left--)
        {
            int at = random.Next(tokens.Length - 1);
            SyntaxToken token = tokens[at];
            changes[token.SpanStart] = random.Next(6) switch
            {
                0 => new TextChange(token.Span, token.Text + " " + token.Text),
                1 => new TextChange(token.Span, tokens[at + 1].Text),
                2 => new TextChange(token.Span, tokens[random.Next(tokens.Length)].Text),
                3 when statements.Length > 0 && statements[random.Next(statements.Length)] is var statement => new TextChange(new TextSpan(statement.SpanStart, 0), "if ("),
                _ => new TextChange(token.Span, ""),
            };
        }

        // Changes at one place would contradict each other.
        var apart = new List<TextChange>();
        foreach (TextChange change in changes.Values.OrderBy(change => change.Span.Start))
        {
            if (apart.Count == 0 || apart[^1].Span.End < change.Span.Start)
            {
                apart.Add(change);
            }
        }

        return SourceText.From(text).WithChanges(apart).ToString();
    }
}
