using System;
using System.Globalization;

namespace IrqSafety.Simulator;

/// <summary>
/// The probability that PCT missed a bug of its depth. Holds for fixed data and fault choices: a scenario whose environment chooses outcomes has no bound.
/// </summary>
/// <param name="Processes">n: the most processes seen in one execution.</param>
/// <param name="Steps">k: the most decisions seen in one execution.</param>
/// <param name="Depth">d: the depth of bug.</param>
/// <param name="Executions">Executions counted: those made since the decisions that matter were known.</param>
public sealed record MissBound(int Processes, int Steps, int Depth, long Executions)
{
    /// <summary>What is printed where no probability can be given.</summary>
    public const string None = "no bound";

    /// <summary>The bound of several searches for one bug, with seeds of their own.</summary>
    public MissBound With(MissBound other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return new MissBound(Math.Max(Processes, other.Processes), Math.Max(Steps, other.Steps), Depth, Executions + other.Executions);
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        if (Executions == 0)
        {
            return None;
        }

        double hit = 1 / (Processes * Math.Pow(Steps, Depth - 1));
        double miss = hit >= 1 ? 0 : Math.Exp(Executions * Math.Log(1 - hit));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"≤ {miss:0.###e+0} for depth {Depth} (n = {Processes}, k = {Steps}, {Executions} executions)");
    }
}
