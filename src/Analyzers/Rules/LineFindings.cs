using System.Collections.Generic;
using System.Linq;
using IrqSafety.Analyzers.Findings;
using IrqSafety.Analyzers.Flow;
using IrqSafety.Analyzers.Judging;
using IrqSafety.Rules;

namespace IrqSafety.Analyzers.Rules;

/// <summary>Findings about steps of a protocol.</summary>
internal static class LineFindings
{
    /// <summary>The first step of each call that breaks this law in the state its own body left the object in.</summary>
    public static IEnumerable<(CallEvent Call, ProtocolStep Step)> Definite(ScopeModel model, string law)
    {
        foreach (CallEvent call in model.Calls)
        {
            if (call.Steps.FirstOrDefault(step => step.Table.AssumedAtRoots is null && step.Row?.Law == law) is { } wrong)
            {
                yield return (call, wrong);
            }
        }
    }

    /// <summary>A finding at a step.</summary>
    public static Finding At(CallEvent call, ProtocolStep step, string law, params object[] arguments)
    {
        var forFix = new Dictionary<string, string?> { [FixProperties.Protocol] = step.Table.Name, [FixProperties.Event] = step.Event.Name };
        string?[] states = [.. call.Steps.Where(one => one.Key == step.Key).Select(one => one.State).Distinct()];
        if (states.Length == 1 && states[0] is not null)
        {
            forFix[FixProperties.State] = states[0];
        }

        return Finding.At(call, null, law, arguments) with { Subjects = [step.Table.Name, step.Key.Generalise().Object], ForFix = forFix };
    }
}
