using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;

namespace IrqSafety.CodeFixes.Fixing;

/// <summary>
/// Fixes every occurrence in a document, project or solution in one step. Fixing each alone and merging the texts would not do: two fixes
/// that add a member to one type, or wrap neighbouring statements, change the same lines.
/// </summary>
internal sealed class EveryOccurrence : FixAllProvider
{
    private EveryOccurrence()
    {
    }

    public static EveryOccurrence Instance { get; } = new();

    public override IEnumerable<FixAllScope> GetSupportedFixAllScopes() => [FixAllScope.Document, FixAllScope.Project, FixAllScope.Solution];

    public override async Task<CodeAction?> GetFixAsync(FixAllContext fixAllContext)
    {
        var fix = (RuleFix)fixAllContext.CodeFixProvider;
        IReadOnlyList<Occurrence> occurrences = await FindAsync(fixAllContext).ConfigureAwait(false);
        string title = fix.Titles.FirstOrDefault(one => fix.KeyOf(one) == fixAllContext.CodeActionEquivalenceKey) ?? fix.Title;
        return await fix.FixAsync(fixAllContext.Solution, occurrences, title, fixAllContext.CancellationToken).ConfigureAwait(false) is { } changed
            ? CodeAction.Create(title, _ => Task.FromResult(changed), equivalenceKey: fix.KeyOf(title))
            : null;
    }

    private static async Task<IReadOnlyList<Occurrence>> FindAsync(FixAllContext context)
    {
        var occurrences = new List<Occurrence>();
        foreach (IGrouping<Document, Diagnostic> inDocument in (await DiagnosticsAsync(context).ConfigureAwait(false))
            .Where(diagnostic => diagnostic.Location.IsInSource)
            .Select(diagnostic => (Document: context.Solution.GetDocument(diagnostic.Location.SourceTree), Diagnostic: diagnostic))
            .Where(pair => pair.Document is not null)
            .GroupBy(pair => pair.Document!, pair => pair.Diagnostic)
            .OrderBy(group => group.Key.Project.Name, StringComparer.Ordinal)
            .ThenBy(group => group.Key.FilePath ?? group.Key.Name, StringComparer.Ordinal))
        {
            if (await inDocument.Key.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false) is not { } root ||
                await inDocument.Key.GetSemanticModelAsync(context.CancellationToken).ConfigureAwait(false) is not { } model)
            {
                continue;
            }

            occurrences.AddRange(inDocument
                .OrderBy(diagnostic => diagnostic.Location.SourceSpan.Start)
                .ThenBy(diagnostic => diagnostic.Location.SourceSpan.Length)
                .Select(diagnostic => new Occurrence(inDocument.Key, root, model, diagnostic)));
        }

        return occurrences;
    }

    private static async Task<IEnumerable<Diagnostic>> DiagnosticsAsync(FixAllContext context)
    {
        switch (context.Scope)
        {
            case FixAllScope.Document when context.Document is { } document:
                return await context.GetDocumentDiagnosticsAsync(document).ConfigureAwait(false);
            case FixAllScope.Project:
                return await context.GetAllDiagnosticsAsync(context.Project).ConfigureAwait(false);
            case FixAllScope.Solution:
                var all = new List<Diagnostic>();
                foreach (Project project in context.Solution.Projects.Where(project => project.Language == LanguageNames.CSharp))
                {
                    all.AddRange(await context.GetAllDiagnosticsAsync(project).ConfigureAwait(false));
                }

                return all;
            default:
                return [];
        }
    }
}
