using System.Collections.Generic;
using IrqSafety.Analyzers.Findings;
using IrqSafety.Analyzers.Judging;
using Microsoft.CodeAnalysis;

namespace IrqSafety.Analyzers.Rules;

/// <summary>A rule over a scope: it reads what the one analysis found and reports.</summary>
internal abstract class ScopeRule(string id)
{
    /// <summary>Its ID.</summary>
    public string Id { get; } = id;

    /// <summary>Its descriptor.</summary>
    public DiagnosticDescriptor Descriptor { get; } = Descriptors.Of(id);

    /// <summary>What it finds.</summary>
    public abstract IEnumerable<Finding> Check(ScopeModel model);
}
