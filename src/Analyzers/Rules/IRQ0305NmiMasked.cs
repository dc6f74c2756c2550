using System.Collections.Generic;
using System.Linq;
using IrqSafety.Analyzers.Findings;
using IrqSafety.Analyzers.Flow;
using IrqSafety.Analyzers.Judging;
using IrqSafety.Rules;

namespace IrqSafety.Analyzers.Rules;

/// <summary>A priority mask that holds back NMIs too, where they must stay deliverable.</summary>
internal sealed class IRQ0305NmiMasked() : ScopeRule("IRQ0305")
{
    public override IEnumerable<Finding> Check(ScopeModel model)
    {
        var told = new HashSet<CallEvent>();
        foreach (Reach reach in model.Reaches.Where(reach => IsKnown(model, reach)))
        {
            foreach (CallEvent call in model.Scope.ResultOf(reach.Body).Calls.Where(call => call.Contract.PriorityMask is not null))
            {
                Breach? breach = call.Before.SelectMany(state => Judgement.Of(call, Propagation.At(reach, call, state), state)).FirstOrDefault(one => one.Law == LawIds.NmiMasked);
                if (breach is not null && told.Add(call))
                {
                    yield return Finding.At(call, reach, LawIds.NmiMasked, call.Name, breach.Because, reach.Suffix);
                }
            }
        }
    }

    // A body that its own scope calls is judged on the ways from there: whoever calls may have masked by DAIF.
    private static bool IsKnown(ScopeModel model, Reach reach) =>
        reach.Kind != RootKind.Promised && !(reach.Caller is null && reach.Kind == RootKind.Undeclared && model.Scope.IsCalled(reach.Body));
}
