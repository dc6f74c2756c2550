using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using IrqSafety.Analyzers.Rules;
using IrqSafety.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace IrqSafety.Testing;

/// <summary>
/// Runs every analyzer over test code and compares what is found with what is marked: nothing may be missing and nothing else may be found,
/// whatever the rule. Live rules must find the same file by file, as an editor asks for it.
/// </summary>
public static class AnalyzerVerifier
{
    /// <summary>Every analyzer of the product.</summary>
    public static ImmutableArray<DiagnosticAnalyzer> All { get; } =
    [
        .. typeof(IrqAnalyzer).Assembly.GetTypes()
            .Where(type => !type.IsAbstract && typeof(DiagnosticAnalyzer).IsAssignableFrom(type))
            .OrderBy(type => type.Name, StringComparer.Ordinal)
            .Select(type => (DiagnosticAnalyzer)Activator.CreateInstance(type)!),
    ];

    /// <summary>Verifies marked files.</summary>
    /// <param name="id">The rule under test.</param>
    /// <param name="sources">The files.</param>
    /// <param name="messages">The expected messages in source order; none to leave them unchecked.</param>
    /// <param name="withModel">Whether the model is referenced; false for code with contracts of its own.</param>
    /// <param name="mustCompile">False for code that is broken on purpose.</param>
    /// <param name="cancellation">Cancels.</param>
    /// <returns>The diagnostics, in source order.</returns>
    public static async Task<IReadOnlyList<Diagnostic>> Verify(
        string? id,
        IReadOnlyList<string> sources,
        IReadOnlyList<string>? messages = null,
        bool withModel = true,
        bool mustCompile = true,
        CancellationToken cancellation = default)
    {
        Markup[] files = [.. sources.Select(source => Markup.Parse(source, id))];
        CSharpCompilation compilation = TestCompilation.Of(files.Select(file => file.Code), withModel);
        if (mustCompile)
        {
            TestCompilation.MustCompile(compilation);
        }

        IReadOnlyList<Diagnostic> found = await Analyze(compilation, cancellation);
        Compare(files, found);
        if (messages is { Count: > 0 })
        {
            string[] actual = [.. found.Select(diagnostic => diagnostic.GetMessage(System.Globalization.CultureInfo.InvariantCulture))];
            if (!actual.SequenceEqual(messages))
            {
                throw new VerificationException($"expected messages:\n{string.Join("\n", messages)}\nfound:\n{string.Join("\n", actual)}");
            }
        }

        await CompareWithEditor(compilation, found, cancellation);
        return found;
    }

    /// <summary>Runs every analyzer over a compilation.</summary>
    /// <exception cref="VerificationException">An analyzer threw.</exception>
    public static async Task<IReadOnlyList<Diagnostic>> Analyze(Compilation compilation, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(compilation);
        return Ordered(await Run(compilation).GetAnalyzerDiagnosticsAsync(cancellation));
    }

    private static CompilationWithAnalyzers Run(Compilation compilation) => compilation.WithAnalyzers(
        All,
        new CompilationWithAnalyzersOptions(
            new AnalyzerOptions([]),
            onAnalyzerException: (exception, analyzer, _) => throw new VerificationException($"{analyzer.GetType().Name} threw:\n{exception}"),
            concurrentAnalysis: true,
            logAnalyzerExecutionTime: false));

    private static IReadOnlyList<Diagnostic> Ordered(IEnumerable<Diagnostic> diagnostics)
    {
        Diagnostic[] ordered =
        [
            .. diagnostics.OrderBy(one => one.Location.SourceTree?.FilePath, StringComparer.Ordinal)
                .ThenBy(one => one.Location.SourceSpan.Start)
                .ThenBy(one => one.Id, StringComparer.Ordinal),
        ];
        return ordered.FirstOrDefault(one => one.Id == "AD0001") is { } thrown ? throw new VerificationException(thrown.ToString()) : ordered;
    }

    private static void Compare(Markup[] files, IReadOnlyList<Diagnostic> found)
    {
        SortedSet<string> expected = [.. files.SelectMany((file, index) => file.Expected.Select(one => Describe(one.Id, $"Test{index}.cs", one.Span, file.Code)))];
        SortedSet<string> actual = [.. found.Select(one => Describe(one.Id, one.Location.SourceTree?.FilePath ?? "", one.Location.SourceSpan, one.Location.SourceTree?.ToString() ?? ""))];
        string[] missing = [.. expected.Except(actual)];
        string[] unexpected = [.. actual.Except(expected)];
        if (missing.Length > 0 || unexpected.Length > 0 || found.Count != actual.Count)
        {
            throw new VerificationException(
                $"missing:\n  {string.Join("\n  ", missing)}\nunexpected:\n  {string.Join("\n  ", unexpected)}\nall found:\n  {string.Join("\n  ", found)}");
        }
    }

    // An editor asks file by file, so a live rule that needs the end of the compilation would be seen only in a build.
    private static async Task CompareWithEditor(CSharpCompilation compilation, IReadOnlyList<Diagnostic> found, CancellationToken cancellation)
    {
        var live = new List<Diagnostic>();
        foreach (SyntaxTree tree in compilation.SyntaxTrees)
        {
            CompilationWithAnalyzers run = Run(compilation);
            live.AddRange(await run.GetAnalyzerSemanticDiagnosticsAsync(compilation.GetSemanticModel(tree), null, cancellation));
        }

        string[] inEditor = [.. Ordered(live).Select(one => one.ToString())];
        string[] inBuild = [.. found.Where(one => Catalogue.FindRule(one.Id)?.Tier != Tier.Build).Select(one => one.ToString())];
        if (!inEditor.SequenceEqual(inBuild))
        {
            throw new VerificationException($"in the editor:\n  {string.Join("\n  ", inEditor)}\nin the build:\n  {string.Join("\n  ", inBuild)}");
        }
    }

    private static string Describe(string id, string file, TextSpan span, string code)
    {
        int line = code.AsSpan(0, span.Start).Count('\n') + 1;
        return $"{id} at {file}:{line}: {code.Substring(span.Start, span.Length)}";
    }
}
