using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using IrqSafety.Testing;
using Microsoft.CodeAnalysis;

namespace IrqSafety.Conformance.Tests;

/// <summary>What the analyzers say about a script, translated and compiled by itself.</summary>
internal static class StaticVerdict
{
    /// <summary>
    /// The diagnostics that count as a report: what is certain about locks. Leaks do not: a script may leave locks held. Sleeping counts, since a
    /// sleeping lock where code must not sleep is that rule's finding.
    /// </summary>
    public static IReadOnlySet<string> Counted { get; } = new HashSet<string>
    {
        "IRQ0101", "IRQ0103", "IRQ0105", "IRQ0107", "IRQ0108", "IRQ0109", "IRQ0110", "IRQ0115", "IRQ0116", "IRQ0117", "IRQ0118", "IRQ0119",
    };

    /// <summary>The diagnostics that count, at statements of the script's own events.</summary>
    public static async Task<IReadOnlyList<Diagnostic>> Reports(IEnumerable<JsonElement> script, CancellationToken cancellation)
    {
        TranslatedScript translated = StaticTranslator.Translate(script);
        Compilation compilation = TestCompilation.Of([translated.Source]);
        TestCompilation.MustCompile(compilation);
        IReadOnlyList<Diagnostic> found = await AnalyzerVerifier.Analyze(compilation, cancellation);
        return [.. found.Where(one => Counted.Contains(one.Id) && translated.EventOfLine.ContainsKey(one.Location.GetLineSpan().StartLinePosition.Line))];
    }
}
