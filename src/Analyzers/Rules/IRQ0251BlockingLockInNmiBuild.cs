using System.Collections.Generic;
using System.Linq;
using IrqSafety.Analyzers.Findings;
using IrqSafety.Analyzers.Judging;
using IrqSafety.Rules;

namespace IrqSafety.Analyzers.Rules;

/// <summary>The law of IRQ0201 on a way that crosses types.</summary>
internal sealed class IRQ0251BlockingLockInNmiBuild() : ScopeRule("IRQ0251")
{
    public override IEnumerable<Finding> Check(ScopeModel model) => model.Breaches
        .Where(one => one.Breach.Law == LawIds.NmiBlockingLock && one.Reach.Kind != RootKind.Promised)
        .Select(IRQ0201BlockingLockInNmi.Describe);
}
