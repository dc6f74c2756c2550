using System.Collections.Generic;
using System.Linq;
using System.Threading;
using IrqSafety.CodeFixes.Fixing;
using IrqSafety.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace IrqSafety.CodeFixes.Lines;

/// <summary>Which events of a protocol each member of a type calls.</summary>
internal sealed class LineUse
{
    private readonly LineOperation _operation;
    private readonly IReadOnlyList<HashSet<string>> _members;

    private LineUse(LineOperation operation, IReadOnlyList<HashSet<string>> members)
    {
        _operation = operation;
        _members = members;
    }

    /// <summary>The events called in the members of the type around the reported operation.</summary>
    public static LineUse Of(LineOperation operation, Occurrence occurrence, CancellationToken cancellationToken)
    {
        var members = new List<HashSet<string>>();
        INamedTypeSymbol? type = occurrence.Model.GetEnclosingSymbol(operation.Call.SpanStart, cancellationToken)?.ContainingType;
        foreach (SyntaxReference part in type?.DeclaringSyntaxReferences ?? [])
        {
            if (part.GetSyntax(cancellationToken) is not TypeDeclarationSyntax declaration)
            {
                continue;
            }

            // Every part is compiled together with the one that is reported.
            SemanticModel model = declaration.SyntaxTree == occurrence.Root.SyntaxTree
                ? occurrence.Model
                : occurrence.Model.Compilation.GetSemanticModel(declaration.SyntaxTree);
            members.AddRange(declaration.Members.Select(member => EventsIn(member, operation, model, cancellationToken)));
        }

        return new LineUse(operation, members);
    }

    /// <summary>
    /// True when the type prepares the line wherever it enables it, and tears it down nowhere: whoever disables it must tear it down too, or the
    /// next preparation fails.
    /// </summary>
    /// <param name="preparation">The preparation.</param>
    /// <param name="undo">What undoes it.</param>
    /// <param name="enabled">The state that enabling leads to.</param>
    public bool AlwaysPairs(ProtocolEvent preparation, ProtocolEvent undo, string enabled)
    {
        string[] enabling = [.. _operation.Table.Rows.Where(row => row.Law is null && row.Next == enabled && row.State != enabled).Select(row => row.Event)];
        HashSet<string>[] setUps = [.. _members.Where(events => events.Overlaps(enabling))];
        return setUps.Length > 0 && setUps.All(events => events.Contains(preparation.Name)) && !_members.Any(events => events.Contains(undo.Name));
    }

    private static HashSet<string> EventsIn(SyntaxNode member, LineOperation operation, SemanticModel model, CancellationToken cancellationToken) =>
        new(from call in member.DescendantNodes().OfType<InvocationExpressionSyntax>()
            let method = model.GetSymbolInfo(call, cancellationToken).Symbol as IMethodSymbol
            where method is not null
            from transition in operation.Contracts.Of(method).Transitions
            where transition.Protocol == operation.Table.Name
            select transition.Event);
}
