using System.Collections.Generic;
using System.Linq;
using IrqSafety.Analyzers.Findings;
using IrqSafety.Analyzers.Judging;
using IrqSafety.Rules;

namespace IrqSafety.Analyzers.Rules;

/// <summary>The law of IRQ0101 where a lock of the ring may be held, but is not known to be.</summary>
internal sealed class IRQ0181LockOrderMay() : ScopeRule("IRQ0181")
{
    public override IEnumerable<Finding> Check(ScopeModel model)
    {
        HashSet<Defect> certain = [.. Rings(model.Locks).Select(finding => finding.Defect)];
        return Rings(model.PossibleLocks).Where(finding => !certain.Contains(finding.Defect));
    }

    private static IEnumerable<Finding> Rings(LockDiscipline locks) =>
        locks.Rings.Where(ring => ring.Kind == LockReportKind.OrderCycle).Select(ring => IRQ0101LockOrderInversion.Describe(locks, ring));
}
