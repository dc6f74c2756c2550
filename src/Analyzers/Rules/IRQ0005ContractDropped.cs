using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using IrqSafety.Analyzers.Contracts;
using IrqSafety.Analyzers.Contracts.Variance;
using IrqSafety.Analyzers.Findings;
using IrqSafety.Analyzers.Flow;
using IrqSafety.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace IrqSafety.Analyzers.Rules;

/// <summary>A method with a contract, or a delegate of a type that has one, becomes a delegate of a type that says nothing.</summary>
internal sealed class IRQ0005ContractDropped() : MadeRule("IRQ0005")
{
    public override IEnumerable<ToldFinding> Check(ISymbol member, IOperation made, ContractedCompilation contracts)
    {
        if (made is not IDelegateCreationOperation creation || DelegateConversion.Of(creation) is not { } conversion || contracts.Contracts.Of(conversion.Source) is not { IsShipped: false } own
            || conversion.RunsIn(contracts.Contracts) is not null || contracts.Contracts.SaysSomething(conversion.Target.DelegateInvokeMethod!))
        {
            yield break;
        }

        IMethodSymbol invoke = conversion.Target.DelegateInvokeMethod!;
        IReadOnlyList<ContractDifference> lost = ContractVariance.Lost(ContractRenaming.To(invoke, conversion.Source, own));
        if (lost.Count == 0)
        {
            yield break;
        }

        IMethodSymbol source = conversion.Source;
        string name = source.MethodKind == MethodKind.AnonymousFunction ? "the lambda" : CallEvent.NameOf(source);
        var site = new Site(member.GetDocumentationCommentId() ?? member.Name, source.GetDocumentationCommentId() ?? source.Name, 0);
        ImmutableDictionary<string, string?> properties = ContractAgreement.ForFix(lost, invoke, conversion.Target.OriginalDefinition, isOnOwn: false, contracts)
            .Add(Fingerprint.LawProperty, LawIds.ContractDropped)
            .Add(Fingerprint.SiteProperty, site.ToString())
            .Add(Fingerprint.Property, Fingerprint.Of(LawIds.ContractDropped, site, conversion.Target.Name));
        yield return new ToldFinding(Descriptor, conversion.Operation.Syntax.GetLocation(), [], properties, [name, ContractAgreement.And(lost.Select(one => one.Phrase)), conversion.Target.Name]);
    }
}
