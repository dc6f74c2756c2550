using System.Collections.Generic;
using IrqSafety.Analyzers.Contracts;
using IrqSafety.Analyzers.Findings;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace IrqSafety.Analyzers.Rules;

/// <summary>A rule over the places where objects and delegates are made: it needs to see nothing but the place. It may have something to say of types beside.</summary>
internal abstract class MadeRule(string id)
{
    /// <summary>Its descriptor.</summary>
    public DiagnosticDescriptor Descriptor { get; } = Descriptors.Of(id);

    /// <summary>What it finds where an object or a delegate is made in the code of a member.</summary>
    public abstract IEnumerable<ToldFinding> Check(ISymbol member, IOperation made, ContractedCompilation contracts);

    /// <summary>Reports what it finds in what a type declares.</summary>
    public virtual void CheckType(SymbolAnalysisContext context, ContractedCompilation contracts)
    {
    }

    /// <summary>Watches the code of a type for what only all of it together shows.</summary>
    public virtual void Watch(SymbolStartAnalysisContext context, ContractedCompilation contracts)
    {
    }
}
