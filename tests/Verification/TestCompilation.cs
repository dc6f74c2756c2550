using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Emit;

namespace IrqSafety.Testing;

/// <summary>Compilations of test code against the running framework and, unless the test brings its own contracts, the model.</summary>
public static class TestCompilation
{
    private static readonly Lazy<ImmutableArray<MetadataReference>> Framework = new(() =>
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetDirectoryName(path) == Path.GetDirectoryName(typeof(object).Assembly.Location))
            .Select(path => MetadataReference.CreateFromFile(path)),
    ]);

    private static readonly Lazy<ImmutableArray<MetadataReference>> Model = new(() =>
    [
        MetadataReference.CreateFromFile(typeof(IrqSafety.Contracts.RunsInAttribute).Assembly.Location),
        MetadataReference.CreateFromFile(typeof(IrqSafety.Runtime.Operation).Assembly.Location),
    ]);

    /// <summary>The references of a compilation.</summary>
    /// <param name="withModel">Whether the contracts and the model are among them.</param>
    public static ImmutableArray<MetadataReference> References(bool withModel) => withModel ? Framework.Value.AddRange(Model.Value) : Framework.Value;

    /// <summary>The language options.</summary>
    public static CSharpParseOptions ParseOptions { get; } = new(LanguageVersion.Latest);

    /// <summary>The compilation options.</summary>
    public static CSharpCompilationOptions Options { get; } = new(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true, nullableContextOptions: NullableContextOptions.Enable);

    /// <summary>Compiles files named <c>Test0.cs</c>, <c>Test1.cs</c> and so on.</summary>
    public static CSharpCompilation Of(IEnumerable<string> sources, bool withModel = true) => CSharpCompilation.Create(
        "Tests",
        sources.Select((source, index) => CSharpSyntaxTree.ParseText(source, ParseOptions, $"Test{index}.cs", System.Text.Encoding.UTF8)),
        References(withModel),
        Options);

    /// <summary>A library as other projects see it: by its compilation, or by the reference assembly it is emitted to, which has no private members.</summary>
    /// <param name="source">Its source.</param>
    /// <param name="asReferenceAssembly">Whether it is emitted.</param>
    /// <exception cref="VerificationException">It does not compile.</exception>
    public static MetadataReference Library(string source, bool asReferenceAssembly)
    {
        CSharpCompilation compilation = Of([source]).WithAssemblyName("Library");
        MustCompile(compilation);
        if (!asReferenceAssembly)
        {
            return compilation.ToMetadataReference();
        }

        using var image = new MemoryStream();
        EmitResult result = compilation.Emit(image, options: new EmitOptions(metadataOnly: true, includePrivateMembers: false));
        return result.Success ? MetadataReference.CreateFromImage(image.ToArray()) : throw new VerificationException(string.Join("\n", result.Diagnostics));
    }

    /// <summary>Throws when the code does not compile.</summary>
    /// <exception cref="VerificationException">It does not.</exception>
    public static void MustCompile(Compilation compilation)
    {
        ArgumentNullException.ThrowIfNull(compilation);
        Diagnostic[] errors = [.. compilation.GetDiagnostics().Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)];
        if (errors.Length > 0)
        {
            throw new VerificationException("the code does not compile:\n" + string.Join("\n", errors.Take(10)));
        }
    }
}
