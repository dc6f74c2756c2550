using System;
using System.Collections.Generic;

namespace IrqSafety.Simulator;

/// <summary>Drops decisions from a schedule for as long as the same violation remains.</summary>
internal static class Minimiser
{
    private const int Attempts = 200;

    /// <summary>The violation with a schedule from which no single decision can be dropped.</summary>
    /// <param name="violation">The violation.</param>
    /// <param name="reproduce">Runs a schedule: the same violation with the same evidence, or null.</param>
    public static MinimisedViolation Minimise(Violation violation, Func<IReadOnlyList<RecordedDecision>, Violation?> reproduce)
    {
        Violation best = violation;
        int attempts = 0;
        bool shrunk = true;
        while (shrunk && attempts < Attempts)
        {
            shrunk = false;
            for (int index = best.Schedule.Count - 1; index >= 0 && attempts < Attempts; index--)
            {
                var shorter = new List<RecordedDecision>(best.Schedule);
                shorter.RemoveAt(index);
                attempts++;
                if (reproduce(shorter) is { } same)
                {
                    best = same;
                    shrunk = true;
                    index = Math.Min(index, best.Schedule.Count);
                }
            }
        }

        // Without any decision nothing can be dropped; with one, only the empty schedule is smaller, and it was tried.
        return new MinimisedViolation(best, best.Schedule.Count <= 1 && attempts < Attempts ? "minimal" : "locally minimal");
    }
}
