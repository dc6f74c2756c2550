using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace IrqSafety.Analyzers.Benchmarks;

/// <summary>
/// What the analyzers cost. Every figure is a ratio to the compiler alone, measured in turn in one run; the median is printed with the range.
/// </summary>
internal static class Program
{
    private const int Lines = 30_000;

    private static int Main(string[] arguments)
    {
        int rounds = arguments.Length > 0 && int.TryParse(arguments[0], NumberStyles.None, CultureInfo.InvariantCulture, out int asked) ? asked : 11;
        using (var compiler = new CompilerRun())
        {
            IReadOnlyList<string> plain = GeneratedCode.WithoutContracts(Lines);
            Compile(compiler, "plain", $"{Lines} lines without contracts", plain, ProgramReferences.Framework, rounds, 1.03);
            Compile(compiler, "beside", $"{Lines} lines without contracts in a project that references the model", plain, ProgramReferences.WithModel, rounds, 1.03);
            Compile(compiler, "model", $"{Lines} lines on the model", GeneratedCode.OnTheModel(Lines), ProgramReferences.WithModel, rounds, 1.25);
        }

        Growth.Print(rounds);
        EditedDocument.Print(Math.Max(rounds, 40));
        return 0;
    }

    private static void Compile(CompilerRun compiler, string name, string title, IReadOnlyList<string> sources, IReadOnlyList<string> references, int rounds, double target)
    {
        var programs = new List<(string Name, string Response)>
        {
            ("compiler alone", compiler.Prepare(name, sources, references, [])),
            ("IrqSafety", compiler.Prepare($"{name}-irqsafety", sources, references, AnalyzerSets.IrqSafety)),
        };
        programs.AddRange(AnalyzerSets.Others.Select(other => (other.Key, compiler.Prepare($"{name}-{other.Key}", sources, references, other.Value))));

        double[][] times = [.. programs.Select(_ => new double[rounds])];
        for (int round = -2; round < rounds; round++)
        {
            for (int program = 0; program < programs.Count; program++)
            {
                double time = compiler.Time(programs[program].Response);
                if (round >= 0)
                {
                    times[program][round] = time;
                }
            }
        }

        Console.WriteLine($"Compiling {title}, warm, {rounds} rounds (target for IrqSafety: {Text(target)}x)");
        for (int program = 0; program < programs.Count; program++)
        {
            Console.WriteLine($"  {programs[program].Name,-16} {Text(Median(times[program])),8} ms   {Text(Median([.. times[program].Zip(times[0], (one, alone) => one / alone)]))}x   ({Text(times[program].Min())} to {Text(times[program].Max())} ms)");
        }

        double[] alone = [.. Enumerable.Range(0, 3).Select(_ => compiler.PeakMemory(programs[0].Response))];
        double[] with = [.. Enumerable.Range(0, 3).Select(_ => compiler.PeakMemory(programs[1].Response))];
        Console.WriteLine($"  peak memory: compiler alone {Text(Median(alone))} MiB, with IrqSafety {Text(Median(with))} MiB, {Text(Median(with) / Median(alone))}x (target 1.2x)");
    }

    internal static double Median(double[] values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }

    internal static string Text(double value) => value.ToString(value >= 100 ? "F0" : "F2", CultureInfo.InvariantCulture);
}
