using System;
using System.Collections.Generic;
using System.Linq;

namespace IrqSafety.Simulator.Tests;

/// <summary>What an execution shows, as reduced and unreduced searches are compared by it: the law, and where.</summary>
internal static class Outcomes
{
    /// <summary>Adds what the execution shows.</summary>
    public static void Note(ExecutionResult result, ISet<string> outcomes)
    {
        foreach (BreachRecord breach in result.Breaches)
        {
            _ = outcomes.Add($"{breach.Law} at {Anchor(breach.Origin)}");
        }

        if (result.Harm is { } harm)
        {
            _ = outcomes.Add($"{harm.Kind}: {string.Join(", ", harm.Chain.Select(Anchor).Order(StringComparer.Ordinal))}");
        }
    }

    /// <summary>What only one of the two showed.</summary>
    public static string Difference(string what, ISet<string> unreduced, ISet<string> reduced) =>
        $"{what} only unreduced: {string.Join(" / ", unreduced.Except(reduced))}\nonly reduced: {string.Join(" / ", reduced.Except(unreduced))}";

    // A handler is the same code whatever it interrupts.
    private static string Anchor(StepOrigin origin) =>
        $"{(origin.Frame.Parent is null ? origin.Task : origin.Frame.ToString())}:{origin.Operation.Name}#{origin.Number}";
}
