using System.Collections.Generic;
using System.Threading.Tasks;
using IrqSafety.Testing;
using Microsoft.CodeAnalysis;
using Xunit;

namespace IrqSafety.Analyzers.Tests;

/// <summary>How tests speak to the verifier.</summary>
internal static class Verify
{
    private const string Usings = "using System;\nusing IrqSafety.Contracts;\nusing IrqSafety.Runtime;\n";

    /// <summary>Nothing is found in code against the model.</summary>
    public static Task Valid(string source) => Reported("", source);

    /// <summary>What is marked in code against the model is found, with these messages if any are given.</summary>
    public static Task<IReadOnlyList<Diagnostic>> Reported(string id, string source, params string[] messages) =>
        AnalyzerVerifier.Verify(id, [Usings + source], messages, cancellation: TestContext.Current.CancellationToken);

    /// <summary>What is marked is found with these settings, each as <c>key = value</c>, the rule being on even if it is off by default.</summary>
    public static Task<IReadOnlyList<Diagnostic>> ReportedWith(string id, string[] settings, string source, params string[] messages) =>
        AnalyzerVerifier.Verify(id, [Usings + source], messages, config: TestConfig.Of(settings), switchedOn: id.Length == 0 ? [] : [id], cancellation: TestContext.Current.CancellationToken);

    /// <summary>What is marked in several files is found.</summary>
    public static Task<IReadOnlyList<Diagnostic>> ReportedInFiles(string id, params string[] sources) =>
        AnalyzerVerifier.Verify(id, [.. System.Linq.Enumerable.Select(sources, source => Usings + source)], cancellation: TestContext.Current.CancellationToken);

    /// <summary>What is marked in code with its own contracts and primitives is found; the model is not referenced.</summary>
    public static Task<IReadOnlyList<Diagnostic>> WithOwnContracts(string id, string source, params string[] messages) =>
        AnalyzerVerifier.Verify(id, [OwnPrimitives.Source + source], messages, withModel: false, cancellation: TestContext.Current.CancellationToken);

    /// <summary>What is marked in code and in a contract file is found; the code has no contracts of its own, and the model is not referenced.</summary>
    public static Task<IReadOnlyList<Diagnostic>> WithContractFile(string id, string source, string contracts, params string[] messages) =>
        AnalyzerVerifier.Verify(id, ["using System;\n" + source], messages, withModel: false, contracts: [contracts], cancellation: TestContext.Current.CancellationToken);

    /// <summary>What is marked in code that uses a library is found, whether the library is seen as a compilation or as a reference assembly.</summary>
    public static async Task WithLibrary(string id, string library, string source, params string[] messages)
    {
        foreach (bool asReferenceAssembly in new[] { false, true })
        {
            MetadataReference reference = TestCompilation.Library(Usings + library, asReferenceAssembly);
            await AnalyzerVerifier.Verify(id, [Usings + source], messages, references: [reference], cancellation: TestContext.Current.CancellationToken);
        }
    }
}
