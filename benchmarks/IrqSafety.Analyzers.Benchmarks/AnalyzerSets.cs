using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Reflection;
using IrqSafety.Analyzers.Rules;

namespace IrqSafety.Analyzers.Benchmarks;

/// <summary>The analyzers that are compared.</summary>
internal static class AnalyzerSets
{
    /// <summary>Ours.</summary>
    public static IReadOnlyList<string> IrqSafety { get; } = [typeof(IrqAnalyzer).Assembly.Location, typeof(global::IrqSafety.Contracts.RunsInAttribute).Assembly.Location];

    /// <summary>What every project of the SDK is compiled with where it asks for nothing: the SDK's analyzers under their default configuration, and the generators of the framework.</summary>
    public static IReadOnlyList<string> OfTheSdk { get; } = FindOfTheSdk();

    /// <summary>The default configuration of <see cref="OfTheSdk"/>.</summary>
    public static IReadOnlyList<string> ConfigurationOfTheSdk { get; } =
        [Path.Combine(CompilerRun.Sdk, "Sdks", "Microsoft.NET.Sdk", "analyzers", "build", "config", $"analysislevel_{Environment.Version.Major.ToString(CultureInfo.InvariantCulture)}_default.globalconfig")];

    /// <summary>Others, by name.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<string>> Others { get; } = typeof(AnalyzerSets).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Where(one => one.Key.StartsWith("Analyzers:", StringComparison.Ordinal))
        .ToDictionary(one => one.Key["Analyzers:".Length..], one => AssembliesOf(one.Value!));

    private static List<string> FindOfTheSdk()
    {
        string analyzers = Path.Combine(CompilerRun.Sdk, "Sdks", "Microsoft.NET.Sdk", "analyzers");
        string references = Path.Combine(CompilerRun.Sdk, "..", "..", "packs", "Microsoft.NETCore.App.Ref");
        string generators = Directory.GetDirectories(references).Order(StringComparer.Ordinal).Select(version => Path.Combine(version, "analyzers", "dotnet", "cs")).LastOrDefault(Directory.Exists)
            ?? throw new DirectoryNotFoundException($"no reference pack with generators under {references}; install the .NET SDK");
        return [Path.Combine(analyzers, "Microsoft.CodeAnalysis.CSharp.NetAnalyzers.dll"), Path.Combine(analyzers, "Microsoft.CodeAnalysis.NetAnalyzers.dll"), .. Directory.GetFiles(generators, "*.dll").Order(StringComparer.Ordinal)];
    }

    // Packages carry a build for each version of the compiler; the newest that is not newer than ours is what the SDK would pick, near enough.
    private static IReadOnlyList<string> AssembliesOf(string package)
    {
        string root = Path.Combine(package, "analyzers");
        string[] all = Directory.GetFiles(root, "*.dll", SearchOption.AllDirectories);
        IGrouping<string, string> folder = all.Where(path => !path.Contains($"{Path.DirectorySeparatorChar}vb", StringComparison.Ordinal) && !path.EndsWith(".resources.dll", StringComparison.Ordinal))
            .GroupBy(path => Path.GetDirectoryName(path)!).OrderBy(group => group.Key, StringComparer.Ordinal).Last();
        return [.. folder.Where(path => !path.Contains("CodeFix", StringComparison.Ordinal))];
    }
}
