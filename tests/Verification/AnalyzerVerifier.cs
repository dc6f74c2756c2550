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
    /// <param name="contracts">Contract files, marked like sources.</param>
    /// <param name="references">Assemblies that the code uses beside the framework and the model.</param>
    /// <param name="config">The settings; none when null.</param>
    /// <param name="switchedOn">Rules that are off by default and on in this test.</param>
    /// <param name="cancellation">Cancels.</param>
    /// <returns>The diagnostics, in source order.</returns>
    public static async Task<IReadOnlyList<Diagnostic>> Verify(
        string? id,
        IReadOnlyList<string> sources,
        IReadOnlyList<string>? messages = null,
        bool withModel = true,
        bool mustCompile = true,
        IReadOnlyList<string>? contracts = null,
        IReadOnlyList<MetadataReference>? references = null,
        TestConfig? config = null,
        IReadOnlyList<string>? switchedOn = null,
        CancellationToken cancellation = default)
    {
        Markup[] files = [.. sources.Select(source => Markup.Parse(source, id))];
        Markup[] contractFiles = [.. (contracts ?? []).Select(text => Markup.Parse(text, id))];
        var options = new AnalyzerOptions([.. contractFiles.Select((file, index) => new ContractText(ContractPath(index), file.Code))], config ?? TestConfig.Empty);
        CSharpCompilation compilation = TestCompilation.Of(files.Select(file => file.Code), withModel).AddReferences(references ?? []);
        compilation = compilation.WithOptions(compilation.Options.WithSpecificDiagnosticOptions((switchedOn ?? []).Select(one => KeyValuePair.Create(one, ReportDiagnostic.Warn))));
        if (mustCompile)
        {
            TestCompilation.MustCompile(compilation);
        }

        IReadOnlyList<Diagnostic> found = await Analyze(compilation, options, id, cancellation);
        Compare([.. files.Select((file, index) => ($"Test{index}.cs", file)), .. contractFiles.Select((file, index) => (ContractPath(index), file))], found);
        if (messages is { Count: > 0 })
        {
            string[] actual = [.. found.Select(diagnostic => diagnostic.GetMessage(System.Globalization.CultureInfo.InvariantCulture))];
            if (!actual.SequenceEqual(messages))
            {
                throw new VerificationException($"expected messages:\n{string.Join("\n", messages)}\nfound:\n{string.Join("\n", actual)}");
            }
        }

        await CompareWithEditor(compilation, options, found, id, cancellation);
        return found;
    }

    /// <summary>Runs every analyzer over a compilation. What is hidden from whoever does not ask is not among the findings.</summary>
    /// <exception cref="VerificationException">An analyzer threw.</exception>
    public static Task<IReadOnlyList<Diagnostic>> Analyze(Compilation compilation, CancellationToken cancellation) => Analyze(compilation, new AnalyzerOptions([]), null, cancellation);

    /// <summary>What one rule finds in a compilation, hidden or not.</summary>
    /// <exception cref="VerificationException">An analyzer threw.</exception>
    public static async Task<IReadOnlyList<Diagnostic>> AnalyzeFor(string id, Compilation compilation, CancellationToken cancellation) =>
        [.. (await Analyze(compilation, new AnalyzerOptions([]), id, cancellation)).Where(one => one.Id == id)];

    /// <summary>Runs every analyzer over a compilation with additional files.</summary>
    /// <exception cref="VerificationException">An analyzer threw.</exception>
    public static Task<IReadOnlyList<Diagnostic>> Analyze(Compilation compilation, ImmutableArray<AdditionalText> additional, CancellationToken cancellation) =>
        Analyze(compilation, new AnalyzerOptions(additional), null, cancellation);

    /// <summary>What an editor shows of one file, and what it keeps for whoever asks.</summary>
    /// <exception cref="VerificationException">An analyzer threw.</exception>
    public static async Task<IReadOnlyList<Diagnostic>> AnalyzeFile(Compilation compilation, SyntaxTree file, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(compilation);
        return [.. await Run(compilation, new AnalyzerOptions([])).GetAnalyzerSemanticDiagnosticsAsync(compilation.GetSemanticModel(file), null, cancellation)];
    }

    /// <summary>The same program as if nobody had seen it before: what analyzers keep of files from one compilation to the next is not found.</summary>
    public static CSharpCompilation Unseen(CSharpCompilation compilation)
    {
        ArgumentNullException.ThrowIfNull(compilation);
        SyntaxTree[] files = [.. compilation.SyntaxTrees.Select(tree => CSharpSyntaxTree.ParseText(tree.GetText(), (CSharpParseOptions)tree.Options, tree.FilePath))];
        return compilation.RemoveAllSyntaxTrees().AddSyntaxTrees(files);
    }

    private static async Task<IReadOnlyList<Diagnostic>> Analyze(Compilation compilation, AnalyzerOptions options, string? asked, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(compilation);
        return Ordered(await Run(compilation, options).GetAnalyzerDiagnosticsAsync(cancellation), asked);
    }

    private static CompilationWithAnalyzers Run(Compilation compilation, AnalyzerOptions options) => compilation.WithAnalyzers(
        All,
        new CompilationWithAnalyzersOptions(
            options,
            onAnalyzerException: (exception, analyzer, _) => throw new VerificationException($"{analyzer.GetType().Name} threw:\n{exception}"),
            concurrentAnalysis: true,
            logAnalyzerExecutionTime: false));

    private static string ContractPath(int index) => $"Test{index}.irqcontracts";

    private static IReadOnlyList<Diagnostic> Ordered(IEnumerable<Diagnostic> diagnostics, string? asked)
    {
        Diagnostic[] ordered =
        [
            .. diagnostics.Where(one => one.Severity != DiagnosticSeverity.Hidden || one.Id == asked)
                .OrderBy(one => one.Location.GetLineSpan().Path, StringComparer.Ordinal)
                .ThenBy(one => one.Location.SourceSpan.Start)
                .ThenBy(one => one.Id, StringComparer.Ordinal),
        ];
        return ordered.FirstOrDefault(one => one.Id == "AD0001") is { } thrown ? throw new VerificationException(thrown.ToString()) : ordered;
    }

    private static void Compare((string Path, Markup File)[] files, IReadOnlyList<Diagnostic> found)
    {
        SortedSet<string> expected = [.. files.SelectMany(one => one.File.Expected.Select(mark => Describe(mark.Id, one.Path, mark.Span, one.File.Code)))];
        SortedSet<string> actual =
        [
            .. found.Select(one => (Diagnostic: one, one.Location.GetLineSpan().Path))
                .Select(one => Describe(one.Diagnostic.Id, one.Path, one.Diagnostic.Location.SourceSpan, Array.Find(files, file => file.Path == one.Path).File?.Code ?? "")),
        ];
        string[] missing = [.. expected.Except(actual)];
        string[] unexpected = [.. actual.Except(expected)];
        if (missing.Length > 0 || unexpected.Length > 0 || found.Count != actual.Count)
        {
            throw new VerificationException(
                $"missing:\n  {string.Join("\n  ", missing)}\nunexpected:\n  {string.Join("\n  ", unexpected)}\nall found:\n  {string.Join("\n  ", found)}");
        }
    }

    // An editor asks file by file, so a live rule that needs the end of the compilation would be seen only in a build.
    private static async Task CompareWithEditor(CSharpCompilation compilation, AnalyzerOptions options, IReadOnlyList<Diagnostic> found, string? asked, CancellationToken cancellation)
    {
        var live = new List<Diagnostic>();
        for (int file = 0; file < compilation.SyntaxTrees.Length; file++)
        {
            CSharpCompilation opened = Unseen(compilation);
            live.AddRange(await Run(opened, options).GetAnalyzerSemanticDiagnosticsAsync(opened.GetSemanticModel(opened.SyntaxTrees[file]), null, cancellation));
        }

        foreach (AdditionalText file in options.AdditionalFiles)
        {
            live.AddRange((await Run(compilation, options).GetAnalysisResultAsync(file, cancellation)).GetAllDiagnostics());
        }

        string[] inEditor = [.. Ordered(live, asked).Select(one => one.ToString())];
        string[] inBuild = [.. found.Where(one => Catalogue.FindRule(one.Id)?.Tier != Tier.Build).Select(one => one.ToString())];
        if (!inEditor.SequenceEqual(inBuild))
        {
            throw new VerificationException($"in the editor:\n  {string.Join("\n  ", inEditor)}\nin the build:\n  {string.Join("\n  ", inBuild)}");
        }
    }

    private static string Describe(string id, string file, TextSpan span, string code)
    {
        if (span.End > code.Length)
        {
            return $"{id} at {file}, outside the test's code";
        }

        int line = code.AsSpan(0, span.Start).Count('\n') + 1;
        return $"{id} at {file}:{line}: {code.Substring(span.Start, span.Length)}";
    }
}
