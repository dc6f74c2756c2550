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
    private const int EveryRow = 5;

    public static void Measure()
    {
        OracleProgram[] race = [.. OracleProgram.RaceBench.Where(IsLarge)];
        OracleProgram[] taken = [.. OracleProgram.LockRows.Where((_, index) => index % EveryRow == 0)];
        OracleProgram[] rows = [.. taken.Where(row => IsLarge(row) && row.FirstBug("random", 1, Deadlocks) < Deadlocks)];
        Console.WriteLine($"executions until the first bug, median of {Seeds} seeds, programs with more than {Schedules:N0} schedules: {race.Length} of the {OracleProgram.RaceBench.Count()} racebench programs with a bug, {rows.Length} of {taken.Length} rows of the lock self-test (every {EveryRow}th that must be reported)");
        Console.WriteLine($"{"program",-60} {"portfolio",10} {"random",10} {"ratio",7}");
        var ratios = new List<double>();
        foreach (OracleProgram program in race.Concat(rows))
        {
            double portfolio = Median(program, "portfolio");
            double random = Median(program, "random");
            ratios.Add(portfolio / random);
            Console.WriteLine($"{program.Name,-60} {portfolio,10:N0} {random,10:N0} {portfolio / random,7:N2}");
        }

        if (ratios.Count > 0)
        {
            Console.WriteLine($"geometric mean {Math.Exp(ratios.Average(Math.Log)):N2} (below 1 is better than random), worst {ratios.Max():N2} (at most 1.5), best {ratios.Min():N2}");
        }
    }

    private static bool IsLarge(OracleProgram program) => program.CountSchedules(Schedules + 1) > Schedules;

    private static double Median(OracleProgram program, string strategy)
    {
        long[] sorted = [.. Enumerable.Range(1, Seeds).Select(seed => program.FirstBug(strategy, (ulong)seed, Cap)).Order()];
        return sorted[sorted.Length / 2];
    }
}
