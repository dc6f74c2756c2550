using System;
using System.Globalization;

namespace IrqSafety.Simulator;

/// <summary>The probability that PCT missed a bug of its depth.</summary>
internal static class MissBound
{
    /// <summary>What is printed where no probability can be given.</summary>
    public const string None = "no bound";

    /// <summary>
    /// The bound with the n, k and d it holds for. Valid only for fixed data: a scenario whose environment chooses outcomes has none.
    /// </summary>
    public static string Of(PctStrategy strategy, long executions, bool dataIsFixed)
    {
        if (!dataIsFixed || executions == 0)
        {
            return None;
        }

        double hit = 1 / (strategy.Processes * Math.Pow(strategy.LongestRun, strategy.Depth - 1));
        double miss = Math.Exp(executions * Math.Log(1 - Math.Min(hit, 1 - double.Epsilon)));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"≤ {Math.Clamp(miss, 0, 1):0.###e+0} for depth {strategy.Depth} (n = {strategy.Processes}, k = {strategy.LongestRun}, {executions} executions)");
    }
}
