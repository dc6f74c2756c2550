using System.Collections.Generic;
using IrqSafety.Analyzers.Findings;
using IrqSafety.Analyzers.Judging;
using IrqSafety.Rules;

namespace IrqSafety.Analyzers.Rules;

/// <summary>Another lock of a class that is held, without a subclass or nest lock.</summary>
internal sealed class IRQ0115SameClassNested() : ScopeRule("IRQ0115")
{
    public override IEnumerable<Finding> Check(ScopeModel model) => TakenAgain.Of(model, LockReportKind.ClassNesting, LawIds.LockClassNesting);
}
