using System;
using System.Collections.Generic;
using System.Linq;

namespace IrqSafety.Simulator.Benchmarks;

/// <summary>Executions that an exhaustive search needs, with and without reduction, for each program under its own bound.</summary>
internal static class ReductionTable
{
    private const long Most = 5_000;
    private static readonly TimeSpan s_time = TimeSpan.FromSeconds(5);

    public static void Measure()
    {
        Console.WriteLine($"executions of an exhaustive search; more than {Most:N0} are not counted");
        Console.WriteLine($"{"program",-60} {"unreduced",12} {"reduced",10} {"factor",8}");
        var factors = new List<double>();
        int tooLarge = 0;
        foreach (OracleProgram program in OracleProgram.RaceBench.Concat(OracleProgram.LockRows))
        {
            ExplorationOutcome unreduced = Search(program, everyPoint: true);
            ExplorationOutcome reduced = Search(program, everyPoint: false);
            (long all, long few) = (unreduced.Summary.Executions, reduced.Summary.Executions);
            bool complete = unreduced.Summary.Exhaustive && reduced.Summary.Exhaustive;
            tooLarge += complete ? 0 : 1;
            if (complete)
            {
                factors.Add((double)all / few);
            }

            Console.WriteLine($"{program.Name,-60} {Count(unreduced),12} {Count(reduced),10} {(complete ? $"{(double)all / few:N1}" : "–"),8}");
        }

        Console.WriteLine($"geometric mean of the factor over {factors.Count} programs {Math.Exp(factors.Average(Math.Log)):N1}; {tooLarge} too large to finish one of the searches, not compared");
    }

    private static ExplorationOutcome Search(OracleProgram program, bool everyPoint) =>
        program.Explore(new ExplorationOptions { Strategy = "exhaustive", InjectEveryPoint = everyPoint, Executions = Most, Time = s_time });

    private static string Count(ExplorationOutcome outcome) => outcome.Summary.Exhaustive ? $"{outcome.Summary.Executions:N0}" : $"> {outcome.Summary.Executions:N0}";
}
