using System.Collections.Generic;
using System.Linq;
using System.Threading;
using IrqSafety.Analyzers.Contracts;
using IrqSafety.Analyzers.Flow;
using IrqSafety.Contracts;
using IrqSafety.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace IrqSafety.CodeFixes.Locks;

/// <summary>
/// The operation that takes a lock for one more section: in the strongest flavour in which the lock is taken elsewhere, or in which the handlers that use
/// it ask for. <c>_irq</c> elsewhere asks for <c>_irqsave</c>, which is right whatever the callers have masked. Where interrupts are off because it is a
/// handler, the plain form does.
/// </summary>
internal static class NeededGuard
{
    private const Context Masked = Context.HardIrq | Context.Fiq;

    /// <summary>The operation; null when the lock's type has none, or waits and must not here.</summary>
    public static IMethodSymbol? For(LockNeed need, Context runsIn, ContractedCompilation contracts, SyntaxNode at, CancellationToken cancellationToken)
    {
        if ((runsIn & Context.AnyNmi) != 0)
        {
            return null;
        }

        Flavour flavour = runsIn != Context.None && (runsIn & ~Masked) == 0 ? Flavour.Plain : Used(need, contracts, at, cancellationToken);
        IMethodSymbol? found = In(need, flavour == Flavour.Irq ? Flavour.IrqSave : flavour) ?? (flavour == Flavour.Bh ? In(need, Flavour.IrqSave) : null) ?? In(need, Flavour.Plain);
        return found is not null && contracts.Contracts.Of(found).MayBlock is not null && runsIn != Context.None && runsIn != Context.Task ? null : found;
    }

    private static IMethodSymbol? In(LockNeed need, Flavour flavour) =>
        (need.Mode == LockMode.Exclusive ? null : LockMembers.Find(need.Type, LockAction.Acquire, LockMode.Shared, isGuard: true, flavour) ?? LockMembers.Find(need.Type, LockAction.Acquire, LockMode.SharedRecursive, isGuard: true, flavour))
        ?? LockMembers.Find(need.Type, LockAction.Acquire, LockMode.Exclusive, isGuard: true, flavour);

    private static Flavour Used(LockNeed need, ContractedCompilation contracts, SyntaxNode at, CancellationToken cancellationToken)
    {
        var strongest = Flavour.Plain;
        IEnumerable<SyntaxTree> trees = need.Lock.ContainingType.DeclaringSyntaxReferences.Select(reference => reference.SyntaxTree).Append(at.SyntaxTree).Distinct();
        foreach (SyntaxTree tree in trees)
        {
            SemanticModel model = contracts.Compilation.GetSemanticModel(tree);
            foreach (IdentifierNameSyntax name in tree.GetRoot(cancellationToken).DescendantNodes().OfType<IdentifierNameSyntax>())
            {
                Flavour used = TakenIn(name, need, model, cancellationToken) ?? (IsGuarded(name, need, contracts, model, cancellationToken) ? Flavour.Plain : (Flavour)(-1));
                if (used >= Flavour.Plain)
                {
                    Context runsIn = RunsIn(name, contracts, model, cancellationToken);
                    used = (runsIn & Masked) != 0 ? Flavour.IrqSave : used == Flavour.Plain && (runsIn & Context.SoftIrq) != 0 ? Flavour.Bh : used;
                    strongest = used > strongest ? used : strongest;
                }
            }
        }

        return strongest;
    }

    private static Flavour? TakenIn(IdentifierNameSyntax name, LockNeed need, SemanticModel model, CancellationToken cancellationToken) =>
        name.Identifier.ValueText == need.Lock.Name
        && (name.Parent is MemberAccessExpressionSyntax through && through.Name == name ? through : (ExpressionSyntax)name) is { Parent: MemberAccessExpressionSyntax { Parent: InvocationExpressionSyntax call } } receiver
        && SymbolEqualityComparer.Default.Equals(model.GetSymbolInfo(receiver, cancellationToken).Symbol?.OriginalDefinition, need.Lock.OriginalDefinition)
        && LockCall.Of(call, model, cancellationToken) is { Takes: true } taken ? taken.Flavour : null;

    private static bool IsGuarded(IdentifierNameSyntax name, LockNeed need, ContractedCompilation contracts, SemanticModel model, CancellationToken cancellationToken) =>
        model.GetSymbolInfo(name, cancellationToken).Symbol is { } member and (IFieldSymbol or IPropertySymbol)
        && contracts.Data.Of(member) is { IsGuarded: true } data && contracts.Locks.Of(need.Lock, need.Type)?.Name is { } lockClass
        && data.Locks.Any(expression => LockPath.OfData(contracts, member, owner: null, expression).Class?.Name == lockClass);

    private static Context RunsIn(SyntaxNode node, ContractedCompilation contracts, SemanticModel model, CancellationToken cancellationToken) =>
        node.FirstAncestorOrSelf<MethodDeclarationSyntax>() is { } method && model.GetDeclaredSymbol(method, cancellationToken) is IMethodSymbol symbol ? contracts.Contracts.Of(symbol).RunsIn : Context.None;
}
