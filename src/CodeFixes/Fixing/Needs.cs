using System.Linq;
using IrqSafety.Contracts;
using IrqSafety.Rules;

namespace IrqSafety.CodeFixes.Fixing;

/// <summary>Whether one operation is legal wherever another is.</summary>
internal static class Needs
{
    /// <summary>True when <paramref name="contract"/> asks for nothing that <paramref name="other"/> does not ask for. Conditions count as met in the one and not in the other.</summary>
    public static bool NeedsNoMoreThan(this OperationContract contract, OperationContract other) =>
        (contract.RequiresMasked & ~other.RequiresMasked) == Mask.None &&
        (contract.RequiresUnmasked & ~other.RequiresUnmasked) == Mask.None &&
        (contract.MayBlock is null || other.MayBlock is { When: null }) &&
        (!contract.MayAllocate || other.MayAllocate) &&
        (contract.WaitsForCpus is null || other.WaitsForCpus is { When: null }) &&
        (!other.NmiSafe || contract.NmiSafe) &&
        (Illegal(contract, conditionsMet: true) & ~Illegal(other, conditionsMet: false)) == Context.None;

    private static Context Illegal(OperationContract contract, bool conditionsMet)
    {
        Context illegal = Context.None;
        foreach (ContextRule rule in contract.ForbiddenIn.Where(rule => conditionsMet || rule.When is null))
        {
            illegal |= rule.Contexts;
        }

        foreach (ContextRule rule in contract.LegalIn.Where(rule => conditionsMet || rule.When is null))
        {
            illegal |= Context.Any & ~rule.Contexts;
        }

        return illegal;
    }
}
