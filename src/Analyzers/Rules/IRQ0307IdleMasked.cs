using System.Collections.Generic;
using System.Linq;
using IrqSafety.Analyzers.Findings;
using IrqSafety.Analyzers.Judging;
using IrqSafety.Contracts;
using IrqSafety.Rules;

namespace IrqSafety.Analyzers.Rules;

/// <summary>A wait for an interrupt where the priority mask keeps it from the CPU, so that the wake-up is lost.</summary>
internal sealed class IRQ0307IdleMasked() : ScopeRule("IRQ0307")
{
    public override IEnumerable<Finding> Check(ScopeModel model) => model.Breaches
        .Where(one => one.Breach.Law == LawIds.IdleMasked && one.Reach.Kind != RootKind.Promised)
        .Select(Describe);

    // In a handler there is nothing to wait for: only a task may idle.
    private static Finding Describe(CallBreach one) => Finding.At(one.Call, one.Reach, LawIds.IdleMasked, one.Call.Name, one.Reach.Suffix) with
    {
        ForFix = (one.Reach.Situation.Contexts & ~Context.Task) == Context.None && one.Call.Contract.WaitsForInterrupt?.WhenMasked is { } other
            ? new Dictionary<string, string?> { [FixProperties.Alternative] = other }
            : [],
    };
}
