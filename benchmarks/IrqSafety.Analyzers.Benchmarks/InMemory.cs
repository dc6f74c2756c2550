using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using IrqSafety.Analyzers.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace IrqSafety.Analyzers.Benchmarks;

/// <summary>Compilations in this process, for what an editor does.</summary>
internal static class InMemory
{
    private static readonly ImmutableArray<MetadataReference> s_references = [.. ProgramReferences.WithModel.Select(path => MetadataReference.CreateFromFile(path))];

    /// <summary>Every analyzer of ours.</summary>
    public static ImmutableArray<DiagnosticAnalyzer> Analyzers { get; } =
    [
        .. typeof(IrqAnalyzer).Assembly.GetTypes()
            .Where(type => !type.IsAbstract && type.IsSubclassOf(typeof(DiagnosticAnalyzer)))
            .OrderBy(type => type.FullName, StringComparer.Ordinal)
            .Select(type => (DiagnosticAnalyzer)Activator.CreateInstance(type)!),
    ];

    /// <summary>A library of these files.</summary>
    public static CSharpCompilation Compile(IReadOnlyList<string> sources)
    {
        IEnumerable<SyntaxTree> trees = sources.Select((text, number) => CSharpSyntaxTree.ParseText(text, path: $"File{number.ToString(CultureInfo.InvariantCulture)}.cs"));
        return CSharpCompilation.Create("Generated", trees, s_references, new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));
    }

    /// <summary>With our analyzers.</summary>
    public static CompilationWithAnalyzers With(Compilation compilation, bool concurrent = false) => With(compilation, Analyzers, concurrent);

    /// <summary>With these analyzers.</summary>
    public static CompilationWithAnalyzers With(Compilation compilation, ImmutableArray<DiagnosticAnalyzer> analyzers, bool concurrent) =>
        compilation.WithAnalyzers(analyzers, new CompilationWithAnalyzersOptions(new AnalyzerOptions([]), null, concurrentAnalysis: concurrent, logAnalyzerExecutionTime: true));
}
