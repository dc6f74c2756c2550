using System.Collections.Generic;
using IrqSafety.Analyzers.Findings;
using IrqSafety.Analyzers.Judging;
using IrqSafety.Rules;

namespace IrqSafety.Analyzers.Rules;

/// <summary>A lock that its holder takes again, in a way that what it holds keeps out.</summary>
internal sealed class IRQ0103SameLockTwice() : ScopeRule("IRQ0103")
{
    public override IEnumerable<Finding> Check(ScopeModel model) => TakenAgain.Of(model, LockReportKind.Recursion, LawIds.LockRecursion);
}
