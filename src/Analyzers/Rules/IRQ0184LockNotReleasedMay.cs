using System.Collections.Generic;
using System.Linq;
using IrqSafety.Analyzers.Findings;
using IrqSafety.Analyzers.Judging;

namespace IrqSafety.Analyzers.Rules;

/// <summary>The law of IRQ0104 where it depends on something unknown, or on an exception that nothing declares.</summary>
internal sealed class IRQ0184LockNotReleasedMay() : ScopeRule("IRQ0184")
{
    public override IEnumerable<Finding> Check(ScopeModel model) => LockBalance.PossibleLeaks(model.Scope).Select(IRQ0104LockNotReleased.Describe);
}
