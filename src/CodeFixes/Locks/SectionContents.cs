using System.Collections.Generic;
using System.Linq;
using System.Threading;
using IrqSafety.Analyzers.Contracts;
using IrqSafety.Contracts;
using IrqSafety.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace IrqSafety.CodeFixes.Locks;

/// <summary>
/// Whether code may be put under a lock: all that it calls is known, and nothing of it takes or releases a lock, waits, changes a mask, or is an event
/// of a protocol. What has no contract and no source here is taken to be a library's, which does none of that.
/// </summary>
internal sealed class SectionContents(ContractedCompilation contracts, SemanticModel model, CancellationToken cancellationToken)
{
    private readonly HashSet<ISymbol> _seen = new(SymbolEqualityComparer.Default);

    /// <summary>True when the code may be.</summary>
    public bool MayHold(SyntaxNode code) => MayHold(code, code.SyntaxTree == model.SyntaxTree ? model : contracts.Compilation.GetSemanticModel(code.SyntaxTree));

    private bool MayHold(SyntaxNode code, SemanticModel of)
    {
        foreach (SyntaxNode node in code.DescendantNodesAndSelf())
        {
            if (node is AwaitExpressionSyntax or YieldStatementSyntax or LabeledStatementSyntax or GotoStatementSyntax or LockStatementSyntax or UsingStatementSyntax or LocalFunctionStatementSyntax
                or LocalDeclarationStatementSyntax { UsingKeyword.RawKind: not (int)SyntaxKind.None } or RefTypeSyntax)
            {
                return false;
            }
        }

        return of.GetOperation(code, cancellationToken) is { } operation && operation.DescendantsAndSelf().All(MayHold);
    }

    private bool MayHold(IOperation operation) => operation switch
    {
        IInvocationOperation call => MayCall(call.TargetMethod, call.Instance),
        IObjectCreationOperation { Constructor: { } constructor } => MayCall(constructor, null),
        IPropertyReferenceOperation property => property.Property.GetMethod is not { } getter || MayCall(getter, property.Instance),
        IDynamicInvocationOperation or IInvalidOperation or IFunctionPointerInvocationOperation => false,
        _ => true,
    };

    private bool MayCall(IMethodSymbol target, IOperation? instance)
    {
        IMethodSymbol method = ContractReader.Definition(target);
        OperationContract contract = contracts.Contracts.Of(method);
        if (contract.Locks.Any(effect => effect.Action != LockAction.RequireHeld) || contract.MayBlock is not null || contract.WaitsForCpus is not null || contract.RequiresUnmasked != Mask.None
            || contract.SavesMask != Mask.None || contract.RestoresMask != Mask.None || contract.SetsMask.Count > 0 || contract.Guard is not null || contract.Disposes
            || contract.Transitions.Count > 0 || contract.LegalIn.Count > 0 || contract.ForbiddenIn.Any(rule => (rule.Contexts & ~Context.AnyNmi) != 0))
        {
            return false;
        }

        if (ContractReader.SaysSomething(contract) || !_seen.Add(method))
        {
            return true;
        }

        // Who asks for another body may get any.
        bool isDispatched = method.MethodKind == MethodKind.DelegateInvoke || ((method.IsVirtual || method.IsAbstract || method.IsOverride) && instance is not { Type.IsSealed: true } && !method.ContainingType.IsSealed);
        return method.DeclaringSyntaxReferences.IsEmpty
            ? method.MethodKind != MethodKind.DelegateInvoke && (!isDispatched || !method.ContainingType.Locations.Any(location => location.IsInSource))
            : !isDispatched && method.DeclaringSyntaxReferences.All(reference => BodyOf(reference.GetSyntax(cancellationToken)) is not { } body || MayHold(body));
    }

    private static SyntaxNode? BodyOf(SyntaxNode declaration) => declaration switch
    {
        BaseMethodDeclarationSyntax method => (SyntaxNode?)method.Body ?? method.ExpressionBody?.Expression,
        AccessorDeclarationSyntax accessor => (SyntaxNode?)accessor.Body ?? accessor.ExpressionBody?.Expression,
        LocalFunctionStatementSyntax function => (SyntaxNode?)function.Body ?? function.ExpressionBody?.Expression,
        ArrowExpressionClauseSyntax arrow => arrow.Expression,
        _ => null,
    };
}
