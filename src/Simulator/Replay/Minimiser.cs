using System;
using System.Collections.Generic;
using System.Linq;

namespace IrqSafety.Simulator;

/// <summary>What a search for smaller schedules found.</summary>
/// <param name="Found">The violation with such a schedule, or null.</param>
/// <param name="IsComplete">There is none within the bounds searched.</param>
internal readonly record struct BelowResult(Violation? Found, bool IsComplete);

/// <summary>
/// Makes a schedule small for as long as the same violation remains: first drops decisions, then looks at every schedule with fewer preemptive switches, and
/// at every one with no more of those and fewer injected interrupts.
/// </summary>
/// <param name="reproduce">Runs a schedule: the same violation with the same evidence, or null.</param>
/// <param name="searchBelow">Searches every schedule with at most so many switches and injections, for so many executions.</param>
internal sealed class Minimiser(Func<IReadOnlyList<RecordedDecision>, Violation?> reproduce, Func<int, int, int, BelowResult> searchBelow)
{
    private const int Attempts = 200;
    private const int ExecutionsBelow = 2000;

    /// <summary>
    /// The violation with the smallest schedule found: <c>minimal</c> when no schedule has fewer switches, and none with as many has fewer injections;
    /// otherwise <c>locally minimal</c>, when no single decision can be dropped.
    /// </summary>
    public MinimisedViolation Minimise(Violation violation)
    {
        (Violation best, bool dropped) = Drop(violation);
        while (true)
        {
            int switches = Switches(best);
            int injections = Injections(best);
            BelowResult fewerSwitches = switches == 0 ? new BelowResult(null, true) : searchBelow(switches - 1, int.MaxValue, ExecutionsBelow);
            BelowResult fewerInjections = fewerSwitches.Found is not null ? default
                : injections == 0 ? new BelowResult(null, true)
                : searchBelow(switches, injections - 1, ExecutionsBelow);
            if ((fewerSwitches.Found ?? fewerInjections.Found) is not { } smaller)
            {
                return new MinimisedViolation(best, dropped && fewerSwitches.IsComplete && fewerInjections.IsComplete ? "minimal" : "locally minimal");
            }

            // Each round has fewer switches, or as many and fewer injections: it ends.
            (best, dropped) = Drop(smaller);
        }
    }

    private (Violation Best, bool Dropped) Drop(Violation violation)
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
                if (reproduce(shorter) is { } same && IsNoLarger(same, best))
                {
                    best = same;
                    shrunk = true;
                    index = Math.Min(index, best.Schedule.Count);
                }
            }
        }

        return (best, attempts < Attempts);
    }

    private static bool IsNoLarger(Violation candidate, Violation best) =>
        (Switches(candidate), Injections(candidate)).CompareTo((Switches(best), Injections(best))) <= 0 && candidate.Schedule.Count < best.Schedule.Count;

    private static int Switches(Violation violation) => violation.Schedule.Count(decision => decision.Cost > 0);

    private static int Injections(Violation violation) => violation.Schedule.Count(decision =>
        decision.Choice.StartsWith("arrive ", StringComparison.Ordinal) || decision.Choice.StartsWith("assert ", StringComparison.Ordinal));
}
