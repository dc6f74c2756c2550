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
        OtherTitle = rule.OtherFix;
        FixableDiagnosticIds = [ruleId];
    }

    /// <summary>What the fix does, as the catalogue says it.</summary>
    public string Title { get; }

    /// <summary>What may be done instead, as the catalogue says it; null when there is nothing else.</summary>
    public string? OtherTitle { get; }

    /// <inheritdoc/>
    public sealed override ImmutableArray<string> FixableDiagnosticIds { get; }

    /// <inheritdoc/>
    public sealed override FixAllProvider GetFixAllProvider() => EveryOccurrence.Instance;

    /// <summary>What can be done, the usual first.</summary>
    internal IEnumerable<string> Titles => OtherTitle is null ? [Title] : [Title, OtherTitle];

    /// <summary>What tells the two apart when everything is fixed.</summary>
    internal string KeyOf(string title) => title == Title ? FixableDiagnosticIds[0] : $"{FixableDiagnosticIds[0]}: {title}";

    /// <summary>Fixes those of the occurrences that can be fixed, all in one step; null when there are none.</summary>
    internal abstract Task<Solution?> FixAsync(Solution solution, IReadOnlyList<Occurrence> occurrences, string title, CancellationToken cancellationToken);
}
