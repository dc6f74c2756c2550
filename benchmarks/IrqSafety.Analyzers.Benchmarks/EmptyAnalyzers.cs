using System;
using System.IO;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace IrqSafety.Analyzers.Benchmarks;

/// <summary>
/// Analyzers that do nothing, compiled here: what the compiler itself takes for having an analyzer at all, and for handing it every body. Less
/// than that no analyzer of bodies can cost.
/// </summary>
internal static class EmptyAnalyzers
{
    /// <summary>Registers nothing.</summary>
    public static string Idle { get; } = Emit("Idle", "");

    /// <summary>Is told that a compilation begins, and then wants nothing: what an analyzer costs that first looks whether it is needed.</summary>
    public static string Asked { get; } = Emit("Asked", "context.RegisterCompilationStartAction(static _ => { });");

    /// <summary>Is given the operations of every body and does not look at them.</summary>
    public static string Bodies { get; } = Emit("Bodies", "context.RegisterOperationBlockAction(static _ => { });");

    private static string Emit(string name, string registration)
    {
        string source = $$"""
            using System.Collections.Immutable;
            using Microsoft.CodeAnalysis;
            using Microsoft.CodeAnalysis.Diagnostics;

            [DiagnosticAnalyzer(LanguageNames.CSharp)]
            public sealed class {{name}} : DiagnosticAnalyzer
            {
                public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = ImmutableArray.Create(new DiagnosticDescriptor("EMPTY", "title", "message", "category", DiagnosticSeverity.Warning, isEnabledByDefault: true));

                public override void Initialize(AnalysisContext context)
                {
                    context.EnableConcurrentExecution();
                    context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.Analyze);
                    {{registration}}
                }
            }
            """;
        string path = Path.Combine(AppContext.BaseDirectory, $"{name}Analyzer.dll");
        CSharpCompilation compilation = CSharpCompilation.Create(
            $"{name}Analyzer",
            [CSharpSyntaxTree.ParseText(source)],
            [.. ProgramReferences.Framework.Concat([typeof(Compilation).Assembly.Location]).Select(reference => MetadataReference.CreateFromFile(reference))],
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release));
        return compilation.Emit(path) is { Success: true } ? path : throw new InvalidOperationException("the analyzer that does nothing does not compile");
    }
}
