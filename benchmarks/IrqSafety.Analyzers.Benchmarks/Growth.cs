using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis.Diagnostics;
using static IrqSafety.Analyzers.Benchmarks.Program;

namespace IrqSafety.Analyzers.Benchmarks;

/// <summary>Whether the time in the analyzers grows with the code: ten times as much code, at most eleven times the time.</summary>
internal static class Growth
{
    private const int Small = 3_000;

    public static void Print(int rounds)
    {
        IReadOnlyList<string> small = GeneratedCode.OnTheModel(Small);
        IReadOnlyList<string> large = GeneratedCode.OnTheModel(10 * Small);
        var ratios = new double[rounds];
        double smallTime = 0;
        double largeTime = 0;
        for (int round = -2; round < rounds; round++)
        {
            smallTime = TimeInAnalyzers(small);
            largeTime = TimeInAnalyzers(large);
            if (round >= 0)
            {
                ratios[round] = largeTime / smallTime;
            }
        }

        Console.WriteLine($"Time in the analyzers, {Small} and {10 * Small} lines on the model: {Text(smallTime)} ms and {Text(largeTime)} ms, {Text(Median(ratios))}x (target 11x)");
    }

    private static double TimeInAnalyzers(IReadOnlyList<string> sources)
    {
        CompilationWithAnalyzers analysis = InMemory.With(InMemory.Compile(sources));
        return analysis.GetAnalysisResultAsync(default).GetAwaiter().GetResult().AnalyzerTelemetryInfo.Values.Sum(one => one.ExecutionTime.TotalMilliseconds);
    }
}
