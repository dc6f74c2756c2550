using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;

namespace IrqSafety.Testing;

/// <summary>Applies a code fix to test code: one diagnostic after the other, and all of them at once.</summary>
public static class CodeFixVerifier
{
    // Far more than any test has diagnostics: a fix that does not remove its diagnostic would go round for ever.
    private const int MostFixes = 32;

    /// <summary>
    /// Verifies that fixing one after the other and fixing all at once both lead to the expected code, which compiles and has no diagnostic that
    /// is not marked in it.
    /// </summary>
    /// <param name="fix">The fix.</param>
    /// <param name="id">The rule.</param>
    /// <param name="sources">The marked files.</param>
    /// <param name="fixedSources">The files afterwards; what is still found in them is marked.</param>
    /// <param name="title">Which of its fixes, by title; null for the one that is offered first.</param>
    /// <param name="cancellation">Cancels.</param>
    public static async Task Verify(CodeFixProvider fix, string id, IReadOnlyList<string> sources, IReadOnlyList<string> fixedSources, string? title = null, CancellationToken cancellation = default) =>
        await Verify(fix, id, sources, fixedSources, title, [], cancellation);

    /// <summary>The same, with rules that are off by default switched on.</summary>
    public static async Task Verify(CodeFixProvider fix, string id, IReadOnlyList<string> sources, IReadOnlyList<string> fixedSources, string? title, IReadOnlyList<string> switchedOn, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(fix);
        ArgumentNullException.ThrowIfNull(fixedSources);
        await AnalyzerVerifier.Verify(id, sources, switchedOn: switchedOn, cancellation: cancellation);
        string[] expected = [.. fixedSources.Select(source => Markup.Parse(source, id).Code)];
        Compare(expected, await FixOneByOne(fix, id, sources, title, switchedOn, cancellation), "one by one");
        Compare(expected, await FixAll(fix, id, sources, title, switchedOn, cancellation), "fix all");
        await AnalyzerVerifier.Verify(id, fixedSources, switchedOn: switchedOn, cancellation: cancellation);
    }

    /// <summary>Verifies that the fix offers nothing for any of the marked diagnostics, or nothing of this title.</summary>
    public static async Task NotOffered(CodeFixProvider fix, string id, IReadOnlyList<string> sources, CancellationToken cancellation = default, string? title = null, IReadOnlyList<string>? switchedOn = null)
    {
        await AnalyzerVerifier.Verify(id, sources, switchedOn: switchedOn, cancellation: cancellation);
        using AdhocWorkspace workspace = Open(id, sources, switchedOn ?? []);
        foreach (Diagnostic diagnostic in await Find(workspace.CurrentSolution, id, cancellation))
        {
            if (await ActionFor(fix, workspace.CurrentSolution, diagnostic, title, cancellation) is { } offered)
            {
                throw new VerificationException($"'{offered.Title}' is offered for {diagnostic}");
            }
        }
    }

    private static async Task<string[]> FixOneByOne(CodeFixProvider fix, string id, IReadOnlyList<string> sources, string? title, IReadOnlyList<string> switchedOn, CancellationToken cancellation)
    {
        using AdhocWorkspace workspace = Open(id, sources, switchedOn);
        Solution solution = workspace.CurrentSolution;
        for (int i = 0; i < MostFixes; i++)
        {
            CodeAction? action = null;
            foreach (Diagnostic diagnostic in await Find(solution, id, cancellation))
            {
                action ??= await ActionFor(fix, solution, diagnostic, title, cancellation);
            }

            if (action is null)
            {
                return i > 0 ? await Texts(solution, cancellation) : throw new VerificationException($"no fix '{title}' is offered");
            }

            Solution next = await Apply(action, cancellation);
            string[] before = await Texts(solution, cancellation);
            string[] after = await Texts(next, cancellation);
            if (before.SequenceEqual(after))
            {
                throw new VerificationException($"'{action.Title}' changes nothing");
            }

            solution = next;
        }

        throw new VerificationException("the fix does not remove its diagnostic");
    }

    /// <summary>The files with all of a rule's diagnostics fixed at once.</summary>
    public static async Task<IReadOnlyList<string>> Fixed(CodeFixProvider fix, string id, IReadOnlyList<string> sources, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(fix);
        return await FixAll(fix, id, sources, title: null, switchedOn: [], cancellation);
    }

    private static async Task<string[]> FixAll(CodeFixProvider fix, string id, IReadOnlyList<string> sources, string? title, IReadOnlyList<string> switchedOn, CancellationToken cancellation)
    {
        using AdhocWorkspace workspace = Open(id, sources, switchedOn);
        Solution solution = workspace.CurrentSolution;
        FixAllProvider provider = fix.GetFixAllProvider() ?? throw new VerificationException($"{fix.GetType().Name} has no FixAll");
        Document? document = null;
        CodeAction? first = null;
        foreach (Diagnostic diagnostic in await Find(solution, id, cancellation))
        {
            if (first is null)
            {
                document = solution.GetDocument(diagnostic.Location.SourceTree);
                first = await ActionFor(fix, solution, diagnostic, title, cancellation);
            }
        }

        if (first is null)
        {
            throw new VerificationException($"no fix '{title}' is offered");
        }

        var context = new FixAllContext(document!, fix, FixAllScope.Solution, first.EquivalenceKey!, [id], new Finder(id), cancellation);
        CodeAction all = await provider.GetFixAsync(context) ?? throw new VerificationException("fix all offers nothing");
        return await Texts(await Apply(all, cancellation), cancellation);
    }

    private static AdhocWorkspace Open(string id, IReadOnlyList<string> sources, IReadOnlyList<string> switchedOn)
    {
        var workspace = new AdhocWorkspace();
        ProjectId project = ProjectId.CreateNewId("Tests");
        Solution solution = workspace.CurrentSolution
            .AddProject(ProjectInfo.Create(project, VersionStamp.Default, "Tests", "Tests", LanguageNames.CSharp, compilationOptions: TestCompilation.Options.WithSpecificDiagnosticOptions(switchedOn.Select(one => KeyValuePair.Create(one, ReportDiagnostic.Warn))), parseOptions: TestCompilation.ParseOptions, metadataReferences: TestCompilation.References(withModel: true)));
        for (int i = 0; i < sources.Count; i++)
        {
            solution = solution.AddDocument(DocumentId.CreateNewId(project), $"Test{i}.cs", SourceText.From(Markup.Parse(sources[i], id).Code, System.Text.Encoding.UTF8), filePath: $"Test{i}.cs");
        }

        return workspace.TryApplyChanges(solution) ? workspace : throw new VerificationException("the workspace refused the files");
    }

    private static async Task<IReadOnlyList<Diagnostic>> Find(Solution solution, string id, CancellationToken cancellation)
    {
        Compilation compilation = (await solution.Projects.Single().GetCompilationAsync(cancellation))!;
        return await AnalyzerVerifier.AnalyzeFor(id, compilation, cancellation);
    }

    private static async Task<CodeAction?> ActionFor(CodeFixProvider fix, Solution solution, Diagnostic diagnostic, string? title, CancellationToken cancellation)
    {
        CodeAction? action = null;
        Document document = solution.GetDocument(diagnostic.Location.SourceTree)!;
        await fix.RegisterCodeFixesAsync(new CodeFixContext(document, diagnostic, (offered, _) => action ??= title is null || offered.Title == title ? offered : null, cancellation));
        return action;
    }

    private static async Task<Solution> Apply(CodeAction action, CancellationToken cancellation) =>
        (await action.GetOperationsAsync(cancellation)).OfType<ApplyChangesOperation>().Single().ChangedSolution;

    private static async Task<string[]> Texts(Solution solution, CancellationToken cancellation)
    {
        var texts = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (Document document in solution.Projects.Single().Documents)
        {
            texts[document.Name] = (await document.GetTextAsync(cancellation)).ToString();
        }

        return [.. texts.Values];
    }

    private static void Compare(string[] expected, string[] actual, string how)
    {
        for (int i = 0; i < Math.Max(expected.Length, actual.Length); i++)
        {
            string wanted = i < expected.Length ? expected[i] : "(no file)";
            string is_ = i < actual.Length ? actual[i] : "(no file)";
            if (wanted != is_)
            {
                throw new VerificationException($"{how}, Test{i}.cs: expected\n{wanted}\nbut it is\n{is_}");
            }
        }
    }

    private sealed class Finder(string id) : FixAllContext.DiagnosticProvider
    {
        public override async Task<IEnumerable<Diagnostic>> GetAllDiagnosticsAsync(Project project, CancellationToken cancellationToken) =>
            await Find(project.Solution, id, cancellationToken);

        public override async Task<IEnumerable<Diagnostic>> GetDocumentDiagnosticsAsync(Document document, CancellationToken cancellationToken) =>
            (await Find(document.Project.Solution, id, cancellationToken)).Where(one => one.Location.SourceTree?.FilePath == document.FilePath);

        public override Task<IEnumerable<Diagnostic>> GetProjectDiagnosticsAsync(Project project, CancellationToken cancellationToken) =>
            Task.FromResult<IEnumerable<Diagnostic>>([]);
    }
}
