using System;
using System.Collections.Generic;
using System.Linq;

namespace IrqSafety.Simulator.Benchmarks;

/// <summary>
/// Executions until the bug shows, by the default strategy and by uniform random choice on the same engine: the median over many seeds. Only programs with
/// more than a thousand schedules say anything.
/// </summary>
internal static class FirstBug
{
    private const int Seeds = 201;
    private const long Cap = 20_000;
    private const long Schedules = 1_000;

    // A row that shows no deadlock by then is taken to have none.
    private const long Deadlocks = 2_000;

    /// <summary>Prints a row for each program as soon as it is measured.</summary>
    /// <param name="part">Which part of the programs, from 0.</param>
    /// <param name="parts">Parts they are divided into, to be measured one after the other.</param>
    public static void Measure(int part, int parts)
    {
        OracleProgram[] programs = [.. OracleProgram.RaceBench.Concat(OracleProgram.LockRows).Where((_, index) => index % parts == part)];
        Console.WriteLine($"executions until the first bug, median of {Seeds} seeds; part {part} of {parts}: those of {programs.Length} programs that have more than {Schedules:N0} schedules and show their bug");
        Console.WriteLine($"{"program",-60} {"portfolio",10} {"random",10} {"ratio",7}");
        var ratios = new List<double>();
        foreach (OracleProgram program in programs.Where(IsMeasured))
        {
            double portfolio = Median(program, "portfolio");
            double random = Median(program, "random");
            ratios.Add(portfolio / random);
            Console.WriteLine($"{program.Name,-60} {portfolio,10:N0} {random,10:N0} {portfolio / random,7:N2}");
        }

        if (ratios.Count > 0)
        {
            Console.WriteLine($"geometric mean over {ratios.Count} programs {Math.Exp(ratios.Average(Math.Log)):N2} (below 1 is better than random), worst {ratios.Max():N2} (at most 1.5), best {ratios.Min():N2}");
        }
    }

    private static bool IsMeasured(OracleProgram program) =>
        program.CountSchedules(Schedules + 1) > Schedules && program.FirstBug("random", 1, Deadlocks) < Deadlocks;

    private static double Median(OracleProgram program, string strategy)
    {
        long[] sorted = [.. Enumerable.Range(1, Seeds).Select(seed => program.FirstBug(strategy, (ulong)seed, Cap)).Order()];
        return sorted[sorted.Length / 2];
    }
}
