using System.Collections.Generic;
using IrqSafety.Analyzers.Findings;
using IrqSafety.Analyzers.Judging;

namespace IrqSafety.Analyzers.Rules;

/// <summary>The law of IRQ0114 on a way that crosses types.</summary>
internal sealed class IRQ0164RequiredLockMissingBuild() : ScopeRule("IRQ0164")
{
    public override IEnumerable<Finding> Check(ScopeModel model) => IRQ0114RequiredLockMissing.Find(model);
}
