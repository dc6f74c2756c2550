using System.Collections.Generic;
using IrqSafety.Analyzers.Findings;
using IrqSafety.Analyzers.Judging;

namespace IrqSafety.Analyzers.Rules;

/// <summary>The law of a live rule, asked of the whole compilation. What the live rule reports is not said again.</summary>
internal abstract class BuildTwin(string id, ScopeRule live) : ScopeRule(id)
{
    /// <summary>The live rule.</summary>
    public ScopeRule Live => live;

    public sealed override IEnumerable<Finding> Check(ScopeModel model) => live.Check(model);
}
