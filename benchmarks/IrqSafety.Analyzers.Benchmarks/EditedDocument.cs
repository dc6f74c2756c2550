using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;
using static IrqSafety.Analyzers.Benchmarks.Program;

namespace IrqSafety.Analyzers.Benchmarks;

/// <summary>What an editor waits for: our diagnostics for one document of a thousand lines after an edit, beside the compiler's own for it.</summary>
internal static class EditedDocument
{
    public static void Print(int rounds)
    {
        CSharpCompilation compilation = InMemory.Compile(GeneratedCode.OnTheModel(10_000));
        SyntaxTree document = compilation.SyntaxTrees[3];
        var own = new double[rounds];
        var ours = new double[rounds];
        for (int round = -10; round < rounds; round++)
        {
            // A statement is typed into a body, at another place each time.
            SourceText text = document.GetText();
            int at = text.ToString().IndexOf("int sum = 0;", 4000 + (Math.Abs(round) % 5 * 4000), StringComparison.Ordinal);
            SyntaxTree edited = document.WithChangedText(text.WithChanges(new TextChange(new TextSpan(at, 0), $"int typed = {Math.Abs(round)}; _ = typed; ")));
            Compilation after = compilation.ReplaceSyntaxTree(document, edited);

            var clock = Stopwatch.StartNew();
            _ = after.GetSemanticModel(edited).GetDiagnostics();
            double compiler = clock.Elapsed.TotalMilliseconds;

            Compilation again = compilation.ReplaceSyntaxTree(document, edited);
            SemanticModel model = again.GetSemanticModel(edited);
            clock.Restart();
            _ = InMemory.With(again, concurrent: true).GetAnalyzerSemanticDiagnosticsAsync(model, null, default).GetAwaiter().GetResult();
            double analyzers = clock.Elapsed.TotalMilliseconds;
            if (round >= 0)
            {
                own[round] = compiler;
                ours[round] = analyzers;
            }
        }

        double[] ratios = [.. ours.Zip(own, (one, other) => one / other)];
        Console.WriteLine($"One edited document of 1,000 lines, {rounds} edits: compiler {Text(Median(own))} ms, ours {Text(Median(ours))} ms, {Text(Median(ratios))}x at the median (target 1.5x), p95 {Text(Percentile(ours, 0.95))} ms, {Text(Percentile(ratios, 0.95))}x");
    }

    private static double Percentile(IEnumerable<double> values, double share)
    {
        double[] sorted = [.. values.Order()];
        return sorted[(int)Math.Ceiling(share * (sorted.Length - 1))];
    }
}
