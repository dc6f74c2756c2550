using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace IrqSafety.Rules.Tests;

/// <summary>Compiles the C# of a document as the reader's own file would be: with the usual usings, against rules, runtime and simulator.</summary>
internal static class ExampleCompilation
{
    private const string Usings = """
        global using System;
        global using IrqSafety.Contracts;
        global using IrqSafety.Runtime;
        global using IrqSafety.Simulator;
        """;

    private static readonly CSharpParseOptions s_parse = new(LanguageVersion.Preview, DocumentationMode.Parse);

    private static readonly Lazy<IReadOnlyList<MetadataReference>> s_references = new(() =>
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(path => MetadataReference.CreateFromFile(path)),
    ]);

    private static readonly IReadOnlyList<IIncrementalGenerator> s_generators =
    [
        .. Assembly.Load("IrqSafety.Analyzers").GetTypes().Where(type => typeof(IIncrementalGenerator).IsAssignableFrom(type)).Select(type => (IIncrementalGenerator)Activator.CreateInstance(type)!),
    ];

    /// <summary>The compilation of one block, with what the generators of the product add to it.</summary>
    public static CSharpCompilation Of(string code)
    {
        var compilation = CSharpCompilation.Create(
            "Example",
            [CSharpSyntaxTree.ParseText(Usings, s_parse, "Usings.cs"), CSharpSyntaxTree.ParseText(code, s_parse, "Example.cs")],
            s_references.Value,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));
        if (!code.Contains(" partial ", StringComparison.Ordinal))
        {
            return compilation;
        }

        _ = CSharpGeneratorDriver.Create(s_generators.Select(GeneratorExtensions.AsSourceGenerator), parseOptions: s_parse).RunGeneratorsAndUpdateCompilation(compilation, out Compilation generated, out _);
        return (CSharpCompilation)generated;
    }

    /// <summary>Its errors and warnings. Code that is shown is clean.</summary>
    public static IEnumerable<string> Problems(string code) => Of(code).GetDiagnostics()
        .Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning)
        .Select(diagnostic => diagnostic.ToString());
}
