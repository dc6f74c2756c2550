using System.Collections.Generic;
using System.Linq;
using IrqSafety.Analyzers.Findings;
using IrqSafety.Analyzers.Judging;

namespace IrqSafety.Analyzers.Rules;

/// <summary>The law of IRQ0105 where it depends on something unknown whether the lock is held.</summary>
internal sealed class IRQ0185ReleasedButNotHeldMay() : ScopeRule("IRQ0185")
{
    public override IEnumerable<Finding> Check(ScopeModel model) => LockBalance.PossibleUnheldReleases(model).Select(IRQ0105ReleasedButNotHeld.Describe);
}
