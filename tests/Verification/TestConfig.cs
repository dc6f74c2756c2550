using System.Collections.Generic;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace IrqSafety.Testing;

/// <summary>The <c>.editorconfig</c> of a test: the same settings for every file.</summary>
/// <param name="settings">The settings, by key.</param>
public sealed class TestConfig(IReadOnlyDictionary<string, string>? settings = null) : AnalyzerConfigOptionsProvider
{
    private readonly Options _options = new(settings ?? ImmutableDictionary<string, string>.Empty);

    /// <summary>No settings.</summary>
    public static TestConfig Empty { get; } = new();

    /// <summary>These settings, each as <c>key = value</c>.</summary>
    public static TestConfig Of(params string[] lines)
    {
        var settings = new Dictionary<string, string>();
        foreach (string line in lines)
        {
            string[] parts = line.Split('=', 2);
            settings[parts[0].Trim()] = parts[1].Trim();
        }

        return new TestConfig(settings);
    }

    /// <inheritdoc/>
    public override AnalyzerConfigOptions GlobalOptions => _options;

    /// <inheritdoc/>
    public override AnalyzerConfigOptions GetOptions(SyntaxTree tree) => _options;

    /// <inheritdoc/>
    public override AnalyzerConfigOptions GetOptions(AdditionalText textFile) => _options;

    private sealed class Options(IReadOnlyDictionary<string, string> settings) : AnalyzerConfigOptions
    {
        public override bool TryGetValue(string key, [NotNullWhen(true)] out string? value) => settings.TryGetValue(key, out value);
    }
}
