using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using IrqSafety.Analyzers.Contracts;
using IrqSafety.Analyzers.Contracts.Variance;
using IrqSafety.Analyzers.Findings;
using IrqSafety.Analyzers.Flow;
using IrqSafety.Contracts;
using IrqSafety.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace IrqSafety.Analyzers.Rules;

/// <summary>
/// An override, an implementation, or what a contracted delegate calls, whose contract asks for more or gives less than the declaration: its callers
/// are judged by the declaration.
/// </summary>
internal sealed class IRQ0004StricterThanDeclaration() : MadeRule("IRQ0004")
{
    private const string Remedy = "Whoever calls it so is judged by that alone: make the two agree";

    public override void CheckType(SymbolAnalysisContext context, ContractedCompilation contracts)
    {
        var type = (INamedTypeSymbol)context.Symbol;
        var reported = new HashSet<(ISymbol, string)>();
        foreach ((IMethodSymbol own, IMethodSymbol declaration) in Pairs(type))
        {
            // What says nothing has the contract of its declaration.
            OperationContract declared = contracts.Contracts.Of(declaration);
            bool isSaid = ContractReader.SaysSomething(declared);
            if (!contracts.Contracts.SpeaksForItself(own) || (!isSaid && declaration.DeclaringSyntaxReferences.IsEmpty) || declared.IsShipped)
            {
                continue;
            }

            IReadOnlyList<ContractDifference> differences = ContractVariance.Compare(declared, ContractRenaming.To(declaration, own, contracts.Contracts.Of(own)));
            string name = CallEvent.NameOf(declaration);
            if (differences.Count > 0 && reported.Add((own.AssociatedSymbol ?? own, ContractAgreement.Phrase(differences, name))))
            {
                Location? location = (SymbolEqualityComparer.Default.Equals(own.ContainingType, type) ? own.Locations : type.Locations).FirstOrDefault(one => one.IsInSource);
                context.ReportDiagnostic(Diagnose(location, own, own, differences, name, ContractAgreement.ForFix(differences, declaration, declaration, isOnOwn: true, contracts)).ToDiagnostic());
            }
        }
    }

    public override IEnumerable<ToldFinding> Check(ISymbol member, IOperation made, ContractedCompilation contracts)
    {
        if (made is not IDelegateCreationOperation creation || DelegateConversion.Of(creation) is not { } conversion || contracts.Contracts.Of(conversion.Source) is not { IsShipped: false } own || !ContractReader.SaysSomething(own))
        {
            yield break;
        }

        IMethodSymbol invoke = conversion.Target.DelegateInvokeMethod!;
        OperationContract declared = contracts.Contracts.Of(invoke);
        ContextRule? rule = conversion.RunsIn(contracts.Contracts);
        if (rule is null && !ContractReader.SaysSomething(declared))
        {
            yield break;
        }

        // Where it runs is judged as the handler's own declaration is; here only whether it may run there at all.
        OperationContract renamed = ContractRenaming.To(invoke, conversion.Source, own) with { RunsIn = Context.None, ParameterRunsIn = declared.ParameterRunsIn };
        List<ContractDifference> differences =
        [
            .. ContractVariance.Table.Where(row => rule is null || !row.IsJudgedByContext).SelectMany(row => row.Differences(declared, renamed)),
            .. rule is null ? [] : Breaches(conversion, rule, renamed, contracts),
        ];
        if (differences.Count > 0)
        {
            string name = conversion.Place is { } place && rule is not null && contracts.Contracts.RunsWhatIsStored(place) is not null ? place.Name : conversion.Target.Name;
            yield return Diagnose(
                conversion.Operation.Syntax.GetLocation(),
                member,
                conversion.Source,
                differences,
                name,
                ContractAgreement.ForFix(differences, invoke, conversion.Target.OriginalDefinition, isOnOwn: false, contracts));
        }
    }

    // The body of a method of the program is judged itself, in the contexts it is registered for.
    private static IEnumerable<ContractDifference> Breaches(DelegateConversion conversion, ContextRule rule, OperationContract own, ContractedCompilation contracts) =>
        conversion.Source.DeclaringSyntaxReferences.IsEmpty && conversion.Source.MethodKind != MethodKind.DelegateInvoke
            ? Legality.Judge(own, Situation.AtEntry(rule.Contexts, rule.Within), _ => null, effect => contracts.Locks.Declared(LockText.LastOf(effect.Lock), conversion.Source))
                .Select(breach => new ContractDifference($"{breach.Because} and may run in {breach.Where}", IsMissing: false, null))
            : [];

    private ToldFinding Diagnose(Location? location, ISymbol member, IMethodSymbol own, IReadOnlyList<ContractDifference> differences, string declaration, ImmutableDictionary<string, string?> forFix)
    {
        var site = new Site(member.GetDocumentationCommentId() ?? member.Name, own.GetDocumentationCommentId() ?? own.Name, 0);
        ImmutableDictionary<string, string?> properties = forFix
            .Add(Fingerprint.LawProperty, LawIds.ContractStricter)
            .Add(Fingerprint.SiteProperty, site.ToString())
            .Add(Fingerprint.Property, Fingerprint.Of(LawIds.ContractStricter, site, declaration));
        string name = own.MethodKind == MethodKind.AnonymousFunction ? "the lambda" : CallEvent.NameOf(own);
        return new ToldFinding(Descriptor, location ?? Location.None, [], properties, [name, ContractAgreement.Phrase(differences, declaration), Remedy]);
    }

    /// <summary>Each method of a type with what it overrides or implements; also what a base class implements for an interface of this type.</summary>
    private static IEnumerable<(IMethodSymbol Own, IMethodSymbol Declaration)> Pairs(INamedTypeSymbol type)
    {
        if (type.TypeKind is not (TypeKind.Class or TypeKind.Struct or TypeKind.Interface))
        {
            yield break;
        }

        foreach (IMethodSymbol method in type.GetMembers().OfType<IMethodSymbol>())
        {
            if (method.OverriddenMethod is { } overridden)
            {
                yield return (method, overridden.OriginalDefinition);
            }
        }

        foreach (INamedTypeSymbol contract in type.TypeKind == TypeKind.Interface ? [] : type.AllInterfaces)
        {
            foreach (IMethodSymbol member in contract.GetMembers().OfType<IMethodSymbol>())
            {
                if (type.FindImplementationForInterfaceMember(member) is IMethodSymbol implementation && implementation.ContainingType.TypeKind != TypeKind.Interface
                    && (SymbolEqualityComparer.Default.Equals(implementation.ContainingType, type) || type.BaseType?.AllInterfaces.Contains(contract, SymbolEqualityComparer.Default) != true))
                {
                    yield return (ContractReader.Definition(implementation), member.OriginalDefinition);
                }
            }
        }
    }
}
