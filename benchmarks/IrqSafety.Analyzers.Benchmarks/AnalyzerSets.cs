using System;
using System.Collections.Generic;
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

    /// <summary>Others, by name.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<string>> Others { get; } = typeof(AnalyzerSets).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Where(one => one.Key.StartsWith("Analyzers:", StringComparison.Ordinal))
        .ToDictionary(one => one.Key["Analyzers:".Length..], one => AssembliesOf(one.Value!));

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
