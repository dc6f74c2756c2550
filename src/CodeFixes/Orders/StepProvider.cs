using System.Collections.Generic;
using System.Linq;
using System.Threading;
using IrqSafety.Analyzers.Contracts;
using IrqSafety.CodeFixes.Fixing;
using IrqSafety.Rules;
using Microsoft.CodeAnalysis;

namespace IrqSafety.CodeFixes.Orders;

/// <summary>Which operation is a step: by contract, in the type of the operation that asks for it, or else beside it.</summary>
internal static class StepProvider
{
    /// <summary>The one that does least beside the step; null when there is none, or several that are alike.</summary>
    public static IMethodSymbol? Find(string step, IMethodSymbol operation, Occurrence occurrence, CancellationToken cancellationToken)
    {
        ContractReader contracts = occurrence.Contracts(cancellationToken);
        return One(operation.ContainingType.GetMembers()) ?? One(operation.ContainingNamespace.GetTypeMembers().SelectMany(type => type.GetMembers()));

        IMethodSymbol? One(IEnumerable<ISymbol> members)
        {
            List<IGrouping<int, IMethodSymbol>> found = [.. members.OfType<IMethodSymbol>()
                .Where(method => method is { IsStatic: true, ReturnsVoid: true, Parameters.IsEmpty: true, IsGenericMethod: false, MethodKind: MethodKind.Ordinary })
                .Where(method => contracts.Of(method) is { } contract && contract.Steps.Contains(step) && IsHarmless(contract))
                .Where(method => occurrence.Model.IsAccessible(occurrence.Node.SpanStart, method))
                .GroupBy(method => contracts.Of(method).Steps.Count)
                .OrderBy(group => group.Key)];
            return found.Count > 0 && found[0].Count() == 1 ? found[0].Single() : null;
        }
    }

    // It may be executed wherever the other operation is.
    private static bool IsHarmless(OperationContract contract) => contract.NmiSafe || (contract.LegalIn.Count == 0 && contract.ForbiddenIn.Count == 0 && contract.MayBlock is null && !contract.MayAllocate);
}
