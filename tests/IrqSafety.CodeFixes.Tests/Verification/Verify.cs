using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using IrqSafety.CodeFixes.Fixing;
using IrqSafety.Rules;
using IrqSafety.Testing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Xunit;

namespace IrqSafety.CodeFixes.Tests.Verification;

/// <summary>What a fix makes of a program. Findings are where the source is marked; what the rule knew there is given with them.</summary>
internal static class Verify<TFix>
    where TFix : RuleFix, new()
{
    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    /// <summary>The one finding is fixed, and fixing all findings gives the same.</summary>
    public static async Task Fixes(string before, string after, params (string Name, string Value)[] known)
    {
        Program program = Program.Of(before);
        await Program.AssertCompilesAsync(program.Solution, CancellationToken);
        Diagnostic finding = Assert.Single(await FindingsAsync(program, known));
        CodeAction? action = await OfferedAsync(program, finding);
        Assert.NotNull(action);
        await AssertBecomesAsync(program, action, [after]);
        await FixesAll([before], [after], FixAllScope.Document, known);
    }

    /// <summary>Every finding is fixed in one step.</summary>
    public static Task FixesAll(string[] before, string[] after, FixAllScope scope, params (string Name, string Value)[] known) =>
        FixesAll(Program.Of(before), after, scope, known);

    /// <summary>Every finding is fixed in one step.</summary>
    public static async Task FixesAll(Program program, string[] after, FixAllScope scope, params (string Name, string Value)[] known)
    {
        await Program.AssertCompilesAsync(program.Solution, CancellationToken);
        var fix = new TFix();
        IReadOnlyList<Diagnostic> findings = await FindingsAsync(program, known);
        var context = new FixAllContext(
            program.Solution.GetDocument(program.Files[0].Document)!,
            fix,
            scope,
            codeActionEquivalenceKey: fix.FixableDiagnosticIds[0],
            fix.FixableDiagnosticIds,
            new Given(findings),
            CancellationToken);
        CodeAction? action = await fix.GetFixAllProvider().GetFixAsync(context);
        Assert.NotNull(action);
        await AssertBecomesAsync(program, action, after);
    }

    /// <summary>Nothing is offered, neither for one finding nor for all.</summary>
    public static async Task OffersNothing(string source, params (string Name, string Value)[] known)
    {
        Program program = Program.Of(source);
        await Program.AssertCompilesAsync(program.Solution, CancellationToken);
        IReadOnlyList<Diagnostic> findings = await FindingsAsync(program, known);
        Assert.NotEmpty(findings);
        foreach (Diagnostic finding in findings)
        {
            Assert.Null(await OfferedAsync(program, finding));
        }

        var fix = new TFix();
        var context = new FixAllContext(
            program.Solution.GetDocument(program.Files[0].Document)!,
            fix,
            FixAllScope.Solution,
            codeActionEquivalenceKey: fix.FixableDiagnosticIds[0],
            fix.FixableDiagnosticIds,
            new Given(findings),
            CancellationToken);
        Assert.Null(await fix.GetFixAllProvider().GetFixAsync(context));
    }

    private static async Task<CodeAction?> OfferedAsync(Program program, Diagnostic finding)
    {
        CodeAction? offered = null;
        var context = new CodeFixContext(
            program.Solution.GetDocument(finding.Location.SourceTree)!,
            finding,
            (action, _) =>
            {
                Assert.Null(offered);
                offered = action;
            },
            CancellationToken);
        await new TFix().RegisterCodeFixesAsync(context);
        return offered;
    }

    private static async Task AssertBecomesAsync(Program program, CodeAction action, string[] after)
    {
        Assert.Equal(Catalogue.Rule(new TFix().FixableDiagnosticIds[0]).Fix, action.Title);
        Assert.NotNull(action.EquivalenceKey);
        ApplyChangesOperation operation = Assert.Single((await action.GetOperationsAsync(CancellationToken)).OfType<ApplyChangesOperation>());
        Assert.Equal(program.Files.Count, after.Length);
        for (int i = 0; i < after.Length; i++)
        {
            Assert.Equal(after[i], (await operation.ChangedSolution.GetDocument(program.Files[i].Document)!.GetTextAsync(CancellationToken)).ToString(), ignoreLineEndingDifferences: false);
        }

        await Program.AssertCompilesAsync(operation.ChangedSolution, CancellationToken);
    }

    private static async Task<IReadOnlyList<Diagnostic>> FindingsAsync(Program program, (string Name, string Value)[] known)
    {
        Rule rule = Catalogue.Rule(new TFix().FixableDiagnosticIds[0]);
        var descriptor = new DiagnosticDescriptor(rule.Id, rule.Title, "finding", rule.Category, DiagnosticSeverity.Warning, isEnabledByDefault: true);
        ImmutableDictionary<string, string?> properties = known.ToImmutableDictionary(pair => pair.Name, pair => (string?)pair.Value);
        var findings = new List<Diagnostic>();
        foreach ((DocumentId document, Markup markup) in program.Files)
        {
            SyntaxTree tree = (await program.Solution.GetDocument(document)!.GetSyntaxTreeAsync(CancellationToken))!;
            findings.AddRange(markup.Expected.Select(mark => Diagnostic.Create(descriptor, Location.Create(tree, mark.Span), properties)));
        }

        return findings;
    }

    /// <summary>Hands out findings that are there already.</summary>
    private sealed class Given(IReadOnlyList<Diagnostic> findings) : FixAllContext.DiagnosticProvider
    {
        public override Task<IEnumerable<Diagnostic>> GetAllDiagnosticsAsync(Project project, CancellationToken cancellationToken) =>
            Task.FromResult(findings.Where(finding => project.GetDocument(finding.Location.SourceTree) is not null));

        public override Task<IEnumerable<Diagnostic>> GetDocumentDiagnosticsAsync(Document document, CancellationToken cancellationToken) =>
            Task.FromResult(findings.Where(finding => document.Project.GetDocument(finding.Location.SourceTree)?.Id == document.Id));

        public override Task<IEnumerable<Diagnostic>> GetProjectDiagnosticsAsync(Project project, CancellationToken cancellationToken) =>
            Task.FromResult(Enumerable.Empty<Diagnostic>());
    }
}
