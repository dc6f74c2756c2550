using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Diagnostics;
using System.Linq;
using System.Runtime;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;
using static IrqSafety.Analyzers.Benchmarks.Program;

namespace IrqSafety.Analyzers.Benchmarks;

/// <summary>What an editor waits for: our diagnostics for one document of a thousand lines after an edit, beside the compiler's own for it.</summary>
internal static class EditedDocument
{
    // Warm is what an editor is after a while: hardly anything is left for the just-in-time compiler, whose time would be counted as that of whoever is measured.
    private const int MostWarmUp = 600;
    private const int Settled = 25;
    private const double LittleCompilation = 0.03;

    public static void Print(int rounds)
    {
        CSharpCompilation compilation = InMemory.Compile(GeneratedCode.OnTheModel(10_000));
        SyntaxTree document = compilation.SyntaxTrees[3];
        var own = new Sample[rounds];
        var unread = new Sample[rounds];
        var ours = new Sample[rounds];
        int warmUp = 0;
        double compiled = 0;
        double spent = 0;
        for (int round = -MostWarmUp; round < rounds; round++)
        {
            if (round < 0 && ++warmUp % Settled == 0)
            {
                double compiledNow = JitInfo.GetCompilationTime().TotalMilliseconds;
                double spentNow = Environment.CpuUsage.TotalTime.TotalMilliseconds;
                round = compiledNow - compiled < LittleCompilation * (spentNow - spent) ? 0 : round;
                (compiled, spent) = (compiledNow, spentNow);
            }

            // A statement is typed into a body, at another place each time.
            SourceText text = document.GetText();
            int at = text.ToString().IndexOf("int sum = 0;", 4000 + (Math.Abs(round) % 5 * 4000), StringComparison.Ordinal);
            SyntaxTree edited = document.WithChangedText(text.WithChanges(new TextChange(new TextSpan(at, 0), $"int typed = {Math.Abs(round)}; _ = typed; ")));
            Compilation after = compilation.ReplaceSyntaxTree(document, edited);
            Sample compiler = Measure(() => after.GetSemanticModel(edited).GetDiagnostics());
            Sample bodies = Analyse(compilation.ReplaceSyntaxTree(document, edited), edited, Phases.BodiesUnread);
            Sample analyzers = Analyse(compilation.ReplaceSyntaxTree(document, edited), edited, InMemory.Analyzers);
            if (round >= 0)
            {
                own[round] = compiler;
                unread[round] = bodies;
                ours[round] = analyzers;
            }
        }

        Console.WriteLine($"One edited document of 1,000 lines, {rounds} edits after {warmUp} that do not count (target 1.5x the compiler at the median)");
        foreach ((string name, Sample[] samples) in new[] { ("compiler", own), ("bodies, unread", unread), ("IrqSafety", ours) })
        {
            double[] ratios = [.. samples.Zip(own, (one, other) => one.Processor / other.Processor)];
            double[] elapsed = [.. samples.Zip(own, (one, other) => one.Elapsed / other.Elapsed)];
            Console.WriteLine($"  {name,-16} {Text(Median([.. samples.Select(one => one.Processor)])),8} ms of processor time  {Text(Median(ratios))}x, p95 {Text(Percentile(ratios, 0.95))}x  elapsed {Text(Median([.. samples.Select(one => one.Elapsed)]))} ms, {Text(Median(elapsed))}x, p95 {Text(Percentile(elapsed, 0.95))}x");
        }
    }

    private static Sample Analyse(Compilation compilation, SyntaxTree document, ImmutableArray<DiagnosticAnalyzer> analyzers)
    {
        SemanticModel model = compilation.GetSemanticModel(document);
        return Measure(() => InMemory.With(compilation, analyzers, concurrent: true).GetAnalyzerSemanticDiagnosticsAsync(model, null, default).GetAwaiter().GetResult());
    }

    private static Sample Measure(Action action)
    {
        TimeSpan before = Environment.CpuUsage.TotalTime;
        var clock = Stopwatch.StartNew();
        action();
        return new Sample(clock.Elapsed.TotalMilliseconds, (Environment.CpuUsage.TotalTime - before).TotalMilliseconds);
    }

    private readonly record struct Sample(double Elapsed, double Processor);

    private static double Percentile(IEnumerable<double> values, double share)
    {
        double[] sorted = [.. values.Order()];
        return sorted[(int)Math.Ceiling(share * (sorted.Length - 1))];
    }
}
