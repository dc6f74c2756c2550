using System.Collections.Generic;
using System.Linq;
using IrqSafety.Analyzers.Contracts;
using IrqSafety.Analyzers.Findings;
using IrqSafety.Analyzers.Flow;
using IrqSafety.Analyzers.Inference;
using IrqSafety.Analyzers.Judging;
using IrqSafety.Rules;
using Microsoft.CodeAnalysis;
using Scope = IrqSafety.Analyzers.Flow.Scope;

namespace IrqSafety.Analyzers.Rules;

/// <summary>
/// A member that code elsewhere calls, whose body does what a caller must know and whose declaration does not say so. A body with which something is
/// wrong is not spoken of: a contract would make the mistake official.
/// </summary>
internal sealed class IRQ0003InferredContractNotDeclared() : ScopeRule("IRQ0003")
{
    public override IEnumerable<Finding> Check(ScopeModel model)
    {
        Scope scope = model.Scope;
        HashSet<IMethodSymbol> calledFromElsewhere = CalledFromElsewhere(scope);
        HashSet<Body>? faulty = null;
        foreach (Body body in scope.Bodies)
        {
            if (body.Method is not { } method || body.IsNested || !CanSay(method) || body.Facts(scope.Contracts).RunsLater
                || !(LockExpressionProblems.IsSeenOutside(method) || calledFromElsewhere.Contains(method)) || IsDeclaredElsewhere(scope.Contracts.Contracts, method))
            {
                continue;
            }

            if (ContractInference.Of(scope, body) is { IsNeeded: true } inferred && !(faulty ??= Faulty(model)).Contains(body))
            {
                yield return Describe(inferred);
            }
        }
    }

    private static Finding Describe(InferredContract inferred)
    {
        IMethodSymbol method = inferred.Method;
        string member = method.GetDocumentationCommentId() ?? method.Name;
        List<string> phrases = [.. inferred.Clauses.Where(clause => clause.IsReason).Select(clause => clause.Phrase)];
        string does = phrases.Count == 1 ? phrases[0] : $"{string.Join(", ", phrases.Take(phrases.Count - 1))} and {phrases[phrases.Count - 1]}";
        string attributes = string.Join(", ", inferred.Clauses.Select(clause => $"[{clause.Text}]"));
        return new Finding(
            LawIds.ContractUndeclared,
            new Site(member, member, 0),
            inferred.Body.Location,
            inferred.Body.Name,
            does,
            inferred.Unsaid is { } unsaid ? $"Declare it by hand: {unsaid}" : $"Add {attributes}")
        {
            ForFix = inferred.Unsaid is not null ? new Dictionary<string, string?>() : new Dictionary<string, string?>
            {
                [FixProperties.Contract] = string.Join("\n", inferred.Clauses.Select(clause => clause.Text)),
                [FixProperties.Aliases] = string.Join("\n", inferred.Aliases.Select(alias => $"{alias.Alias} {alias.Kind} {alias.Member}")),
            },
        };
    }

    private static bool CanSay(IMethodSymbol method) =>
        method.MethodKind is MethodKind.Ordinary or MethodKind.Constructor or MethodKind.PropertyGet or MethodKind.PropertySet or MethodKind.ExplicitInterfaceImplementation;

    // What overrides or implements a member is bound by what that says.
    private static bool IsDeclaredElsewhere(ContractReader contracts, IMethodSymbol method) =>
        ContractReader.Declarations(method).Any(declaration => !declaration.DeclaringSyntaxReferences.IsEmpty || contracts.SaysSomething(declaration));

    private static HashSet<IMethodSymbol> CalledFromElsewhere(Scope scope)
    {
        var called = new HashSet<IMethodSymbol>(SymbolEqualityComparer.Default);
        foreach (Body body in scope.Bodies)
        {
            INamedTypeSymbol caller = BodyCollector.Outermost(body.Owner.ContainingType);
            foreach ((_, IMethodSymbol target) in body.Facts(scope.Contracts).Calls)
            {
                if (target.ContainingType is { } type && scope.Find(target) is not null && !SymbolEqualityComparer.Default.Equals(BodyCollector.Outermost(type), caller))
                {
                    called.Add(target);
                }
            }
        }

        return called;
    }

    private static HashSet<Body> Faulty(ScopeModel model) =>
    [
        .. model.Breaches.SelectMany(breach => breach.Reach.Way).Select(reach => reach.Body),
        .. LockBalance.Leaks(model.Scope).Where(leak => !leak.AsGuard).Select(leak => leak.Call.Body),
        .. LockBalance.UnheldReleases(model).Select(release => release.Call.Body),
        .. model.Data.Breaches.SelectMany(breach => breach.Reach.Way).Select(reach => reach.Body),
        .. model.Data.MissingLocks.SelectMany(missing => missing.Reach.Way).Select(reach => reach.Body),
    ];
}
