using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace IrqSafety.Analyzers.Flow;

/// <summary>
/// The variables whose new value depends on their old one. They stand for themselves in terms: following their values would unroll the loop.
/// </summary>
internal static class LoopVariables
{
    /// <summary>Their terms, among the operations of a graph.</summary>
    public static HashSet<string> Of(IReadOnlyList<IOperation> operations)
    {
        var found = new HashSet<string>();
        foreach (IOperation operation in operations)
        {
            IOperation? target = operation switch
            {
                IIncrementOrDecrementOperation increment => increment.Target,
                ICompoundAssignmentOperation compound => compound.Target,
                ISimpleAssignmentOperation assignment when Mentions(assignment.Value, assignment.Target) => assignment.Target,
                _ => null,
            };
            if (NameOf(target) is { } name)
            {
                found.Add(Value.OfVariable(name).Text);
            }
        }

        return found;
    }

    private static bool Mentions(IOperation value, IOperation target) =>
        NameOf(target) is { } name && value.DescendantsAndSelf().Any(part => NameOf(part) == name);

    private static string? NameOf(IOperation? operation) => operation switch
    {
        ILocalReferenceOperation local => local.Local.Name,
        IParameterReferenceOperation parameter => parameter.Parameter.Name,
        _ => null,
    };
}
