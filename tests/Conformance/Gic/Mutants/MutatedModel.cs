using System;
using System.Collections;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace IrqSafety.Conformance.Tests;

/// <summary>
/// The model compiled from its source, with a mistake in it, and these tests loaded against it. The product has no trace of it.
/// </summary>
internal sealed class MutatedModel : AssemblyLoadContext
{
    private const string ModelName = "IrqSafety.Runtime";

    private static readonly string s_sources = Path.Combine(OracleScores.RepositoryRoot, "src", "Runtime");
    private static readonly CSharpParseOptions s_parsing = new(LanguageVersion.Preview);

    private static readonly Lazy<IReadOnlyDictionary<string, SyntaxTree>> s_trees = new(() => Directory
        .EnumerateFiles(s_sources, "*.cs", SearchOption.AllDirectories)
        .Select(path => Path.GetRelativePath(s_sources, path).Replace('\\', '/'))
        .Where(path => !path.StartsWith("obj/", StringComparison.Ordinal) && !path.StartsWith("bin/", StringComparison.Ordinal))
        .ToDictionary(path => path, path => Parse(File.ReadAllText(Path.Combine(s_sources, path)))));

    private static readonly Lazy<CSharpCompilation> s_unchanged = new(() => CSharpCompilation.Create(
        ModelName,
        s_trees.Value.Values.Append(Parse("[assembly: System.Runtime.CompilerServices.InternalsVisibleTo(\"IrqSafety.Conformance.Tests\")]")),
        ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetFileNameWithoutExtension(path) is var name && (name.StartsWith("System.", StringComparison.Ordinal) || name is "netstandard" or "mscorlib" or "IrqSafety.Rules"))
            .Select(path => MetadataReference.CreateFromFile(path)),
        new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release, nullableContextOptions: NullableContextOptions.Enable)));

    private readonly Assembly _model;

    private MutatedModel(byte[] model)
        : base(isCollectible: true) => _model = LoadFromStream(new MemoryStream(model));

    /// <summary>The model with these changes in one file; without any, as it is.</summary>
    public static MutatedModel With(string? file = null, params IReadOnlyList<SourceEdit> edits)
    {
        CSharpCompilation compilation = s_unchanged.Value;
        if (file is not null)
        {
            SyntaxTree original = s_trees.Value[file];
            compilation = compilation.ReplaceSyntaxTree(original, Parse(edits.Aggregate(original.ToString(), (source, edit) => Apply(source, edit, file))));
        }

        using var model = new MemoryStream();
        Microsoft.CodeAnalysis.Emit.EmitResult result = compilation.Emit(model);
        return result.Success
            ? new MutatedModel(model.ToArray())
            : throw new InvalidOperationException(string.Join('\n', result.Diagnostics.Where(each => each.Severity == DiagnosticSeverity.Error).Take(5)));
    }

    /// <summary>What is wrong with the model according to a statement; null when the statement holds.</summary>
    public Exception? Fault(string statement)
    {
        Type statements = LoadFromAssemblyPath(typeof(MutatedModel).Assembly.Location).GetType(typeof(GicStatement).FullName!)!;
        object found = ((IEnumerable)statements.GetProperty(nameof(GicStatement.All))!.GetValue(null)!).Cast<object>()
            .Single(each => (string)statements.GetProperty(nameof(GicStatement.Id))!.GetValue(each)! == statement);
        var check = (Action)statements.GetProperty(nameof(GicStatement.Check))!.GetValue(found)!;
        return Xunit.Record.Exception(check);
    }

    protected override Assembly? Load(AssemblyName assemblyName) => assemblyName.Name == ModelName ? _model : null;

    private static SyntaxTree Parse(string source) => CSharpSyntaxTree.ParseText(source, s_parsing);

    private static string Apply(string source, SourceEdit edit, string file)
    {
        int at = source.IndexOf(edit.Original, StringComparison.Ordinal);
        return at >= 0 && source.IndexOf(edit.Original, at + 1, StringComparison.Ordinal) < 0
            ? source.Remove(at, edit.Original.Length).Insert(at, edit.Replacement)
            : throw new InvalidOperationException($"{file}: '{edit.Original}' does not stand there exactly once");
    }
}
