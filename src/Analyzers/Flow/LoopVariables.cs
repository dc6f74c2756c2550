using System.Collections.Generic;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace IrqSafety.Analyzers.Flow;

/// <summary>
/// The variables whose new value depends on their old one. They stand for themselves in terms: following their values would unroll the loop.
/// </summary>
internal static class LoopVariables
{
    /// <summary>Adds their terms, among the operations of a graph.</summary>
    public static void AddTo(HashSet<string> found, List<IOperation> operations)
    {
        foreach (IOperation operation in operations)
        {
            IOperation? target = operation switch
            {
                IIncrementOrDecrementOperation increment => increment.Target,
                ICompoundAssignmentOperation compound => compound.Target,
                ISimpleAssignmentOperation assignment when NameOf(assignment.Target) is { } assigned && Mentions(assignment.Value, assigned) => assignment.Target,
                _ => null,
            };
            if (NameOf(target) is { } name)
            {
                found.Add(Value.OfVariable(name).Text);
            }
        }
    }

    private static bool Mentions(IOperation value, string name)
    {
        if (NameOf(value) == name)
        {
            return true;
        }

        foreach (IOperation part in value.ChildOperations)
        {
            if (Mentions(part, name))
            {
                return true;
            }
        }

        return false;
    }

    private static string? NameOf(IOperation? operation) => operation switch
    {
        ILocalReferenceOperation local => local.Local.Name,
        IParameterReferenceOperation parameter => parameter.Parameter.Name,
        _ => null,
    };
}
