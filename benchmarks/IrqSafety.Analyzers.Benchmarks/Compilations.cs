using System;
using System.Collections.Generic;
using System.Linq;
using static IrqSafety.Analyzers.Benchmarks.Program;

namespace IrqSafety.Analyzers.Benchmarks;

/// <summary>Whole compilations: without analyzers, with ours, with analyzers that do nothing, and with those of others.</summary>
internal sealed class Compilations(CompilerRun compiler, int rounds, bool withOthers, bool isQuick)
{
    // Compiled and thrown away first, until the server has compiled itself; less often once it has.
    private const int WarmUp = 25;
    private const int WarmUpAgain = 6;
    private bool _isWarm;

    /// <summary>Measures and prints one program.</summary>
    public void Print(string name, string title, IReadOnlyList<string> sources, IReadOnlyList<string> references, double target)
    {
        var programs = new List<(string Name, string Response)>
        {
            ("compiler alone", compiler.Prepare(name, sources, references, [])),
            ("IrqSafety", compiler.Prepare($"{name}-irqsafety", sources, references, AnalyzerSets.IrqSafety)),
            ("as the SDK does", compiler.Prepare($"{name}-sdk", sources, references, AnalyzerSets.OfTheSdk, AnalyzerSets.ConfigurationOfTheSdk)),
            ("  and IrqSafety", compiler.Prepare($"{name}-sdk-irqsafety", sources, references, [.. AnalyzerSets.OfTheSdk, .. AnalyzerSets.IrqSafety], AnalyzerSets.ConfigurationOfTheSdk)),
        };
        if (!isQuick)
        {
            programs.Add(("idle analyzer", compiler.Prepare($"{name}-nothing", sources, references, [EmptyAnalyzers.Idle])));
            programs.Add(("asked, no answer", compiler.Prepare($"{name}-asked", sources, references, [EmptyAnalyzers.Asked])));
            programs.Add(("bodies, unread", compiler.Prepare($"{name}-empty", sources, references, [EmptyAnalyzers.Bodies])));
        }

        if (withOthers)
        {
            programs.AddRange(AnalyzerSets.Others.Select(other => (other.Key, compiler.Prepare($"{name}-{other.Key}", sources, references, other.Value))));
        }

        (double Elapsed, double Processor)[][] times = [.. programs.Select(_ => new (double, double)[rounds])];
        int warmUp = isQuick ? 3 : _isWarm ? WarmUpAgain : WarmUp;
        _isWarm = true;
        for (int round = -warmUp; round < rounds; round++)
        {
            for (int program = 0; program < programs.Count; program++)
            {
                (double, double) time = compiler.Time(programs[program].Response);
                if (round >= 0)
                {
                    times[program][round] = time;
                }
            }
        }

        Console.WriteLine($"Compiling {title}, {rounds} rounds (target for IrqSafety: {Text(target)}x)");
        for (int program = 0; program < programs.Count; program++)
        {
            double Ratio(Func<(double Elapsed, double Processor), double> of) => Median([.. times[program].Zip(times[0], (one, alone) => of(one) / of(alone))]);
            double[] processor = [.. times[program].Select(time => time.Processor)];
            Console.WriteLine($"  {programs[program].Name,-16} {Text(Median(processor)),8} ms  {Text(Ratio(time => time.Processor))}x  ({Text(processor.Min())} to {Text(processor.Max())} ms)  elapsed {Text(Median([.. times[program].Select(time => time.Elapsed)]))} ms, {Text(Ratio(time => time.Elapsed))}x");
        }

        double[] alone = [.. Enumerable.Range(0, isQuick ? 1 : 3).Select(_ => compiler.PeakMemory(programs[0].Response))];
        double[] with = [.. Enumerable.Range(0, isQuick ? 1 : 3).Select(_ => compiler.PeakMemory(programs[1].Response))];
        Console.WriteLine($"  peak memory: compiler alone {Text(Median(alone))} MiB, with IrqSafety {Text(Median(with))} MiB, {Text(Median(with) / Median(alone))}x (target 1.2x)");
    }
}
