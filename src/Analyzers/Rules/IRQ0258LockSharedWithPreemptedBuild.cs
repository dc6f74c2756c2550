using System.Collections.Generic;
using System.Linq;
using IrqSafety.Analyzers.Findings;
using IrqSafety.Analyzers.Judging;

namespace IrqSafety.Analyzers.Rules;

/// <summary>The law of IRQ0208 where the two sides stand in different types.</summary>
internal sealed class IRQ0258LockSharedWithPreemptedBuild() : ScopeRule("IRQ0258")
{
    public override IEnumerable<Finding> Check(ScopeModel model) => SharedLocks.Find(model).Select(IRQ0208LockSharedWithPreempted.Describe);
}
