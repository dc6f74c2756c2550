using System.Collections.Generic;
using System.Linq;

namespace IrqSafety.Simulator;

/// <summary>
/// The cheap identity of what went wrong in an execution, from operations and activation paths alone. Only an execution that shows something
/// new is run again with its sites captured.
/// </summary>
internal sealed class OutcomeKeys
{
    private readonly HashSet<string> _seen = [];

    /// <summary>True when the execution shows something not seen before.</summary>
    public bool IsNew(ExecutionResult result)
    {
        bool isNew = false;
        string harm = HarmKey(result);
        foreach (BreachRecord breach in result.Breaches)
        {
            isNew |= _seen.Add($"{breach.KeyLaw}@{breach.Origin.Key}={harm}");
        }

        if (result.Harm is not null)
        {
            isNew |= _seen.Add(harm);
        }

        return isNew;
    }

    /// <summary>What must be the same when the schedule is run again.</summary>
    public static string Of(ExecutionResult result) =>
        string.Join(";", result.Breaches.Where(breach => breach.Law != Rules.LawIds.NmiSafePromise).Select(breach => $"{breach.KeyLaw}@{breach.Origin.Key}")) + "=" + HarmKey(result);

    private static string HarmKey(ExecutionResult result) =>
        result.Harm is { } harm ? harm.Kind + ":" + string.Join(",", harm.Chain.Select(cause => cause.Key)) + string.Concat(harm.Broken.Select(condition => "/" + condition.Name)) : "";
}
