using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using System.Collections.Generic;
using IrqSafety.CodeFixes.Fixing;
using IrqSafety.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using Microsoft.CodeAnalysis.Operations;

namespace IrqSafety.CodeFixes.Lines;

/// <summary>
/// Sets the flow handler that fits the line: the member of the argument's enum for which the operation's contract names that event. Not offered where the argument is
/// not written as a member of the enum, and where what fits is not known.
/// </summary>
public abstract class SetFlowHandlerFix : EditingFix<Replacement>
{
    /// <summary>The fix of the rule with this ID.</summary>
    protected SetFlowHandlerFix(string ruleId)
        : base(ruleId)
    {
    }

    /// <inheritdoc/>
    protected sealed override Task<Replacement?> FindEditAsync(Occurrence occurrence, CancellationToken cancellationToken) =>
        Task.FromResult(FindEdit(occurrence, cancellationToken));

    /// <inheritdoc/>
    protected sealed override Task ApplyAsync(SolutionEditor editor, IReadOnlyList<Replacement> edits, CancellationToken cancellationToken) =>
        Replacement.ApplyAsync(editor, edits, cancellationToken);

    private static Replacement? FindEdit(Occurrence occurrence, CancellationToken cancellationToken)
    {
        if (occurrence.Property(FixProperties.Event) is not { } @event ||
            occurrence.Invocation is not { } call ||
            occurrence.Model.GetOperation(call, cancellationToken) is not IInvocationOperation operation ||
            occurrence.Contracts(cancellationToken).Of(operation.TargetMethod).Transitions.FirstOrDefault(one => one.Event == @event)?.When is not { Terms: { Count: 1 } terms } ||
            terms[0] is not { Equal: true } wanted ||
            operation.Arguments.FirstOrDefault(one => one.Parameter?.Name == wanted.Parameter) is not { ArgumentKind: ArgumentKind.Explicit } argument ||
            argument.Syntax.FirstAncestorOrSelf<ArgumentSyntax>()?.Expression is not MemberAccessExpressionSyntax written ||
            argument.Parameter!.Type.GetMembers(wanted.Constant).OfType<IFieldSymbol>().FirstOrDefault() is not { IsConst: true } member ||
            occurrence.Model.GetSymbolInfo(written, cancellationToken).Symbol is not IFieldSymbol { IsConst: true } known ||
            !SymbolEqualityComparer.Default.Equals(known.ContainingType, member.ContainingType))
        {
            return null;
        }

        return new Replacement(occurrence.Document.Id, written, written.WithName(SyntaxFactory.IdentifierName(member.Name).WithTriviaFrom(written.Name)));
    }
}
