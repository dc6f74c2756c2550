using System.Collections.Generic;
using System.Collections.Immutable;
using System.Threading;
using System.Threading.Tasks;
using IrqSafety.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace IrqSafety.CodeFixes.Fixing;

/// <summary>The fix of one rule. What it is called stands in the catalogue, beside the rule.</summary>
public abstract class RuleFix : CodeFixProvider
{
    /// <summary>The fix of the rule with this ID.</summary>
    protected RuleFix(string ruleId)
    {
        Rule rule = Catalogue.Rule(ruleId);
        Title = rule.Fix ?? throw new System.ArgumentException($"the catalogue says that {ruleId} has no fix", nameof(ruleId));
        FixableDiagnosticIds = [ruleId];
    }

    /// <summary>What the fix does, as the catalogue says it.</summary>
    public string Title { get; }

    /// <inheritdoc/>
    public sealed override ImmutableArray<string> FixableDiagnosticIds { get; }

    /// <inheritdoc/>
    public sealed override FixAllProvider GetFixAllProvider() => EveryOccurrence.Instance;

    /// <summary>Fixes those of the occurrences that can be fixed, all in one step; null when there are none.</summary>
    internal abstract Task<Solution?> FixAsync(Solution solution, IReadOnlyList<Occurrence> occurrences, CancellationToken cancellationToken);
}
