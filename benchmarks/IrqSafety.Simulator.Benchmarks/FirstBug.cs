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
    private const int Rows = 24;

    public static void Measure()
    {
        OracleProgram[] race = [.. OracleProgram.RaceBench.Where(IsLarge)];
        OracleProgram[] allRows = [.. OracleProgram.LockRows.Where(row => IsLarge(row) && row.FirstBug("random", 1, 2_000) < 2_000)];
        OracleProgram[] rows = [.. allRows.Where((_, index) => index % Math.Max(1, allRows.Length / Rows) == 0).Take(Rows)];
        Console.WriteLine($"executions until the first bug, median of {Seeds} seeds, programs with more than {Schedules:N0} schedules: {race.Length} of racebench, {rows.Length} of {allRows.Length} rows of the lock self-test that deadlock");
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
