using System.Collections.Generic;
using IrqSafety.Analyzers.Findings;
using IrqSafety.Analyzers.Judging;
using IrqSafety.Rules;

namespace IrqSafety.Analyzers.Rules;

/// <summary>A lock that its reader takes again: as a writer, or as a reader that a waiting writer keeps out.</summary>
internal sealed class IRQ0109ReaderTakesAgain() : ScopeRule("IRQ0109")
{
    public override IEnumerable<Finding> Check(ScopeModel model) => TakenAgain.Of(model, LockReportKind.ReaderRecursion, LawIds.LockReaderRecursion);
}
