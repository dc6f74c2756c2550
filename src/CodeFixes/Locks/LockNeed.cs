using System.Collections.Generic;
using System.Linq;
using System.Threading;
using IrqSafety.Analyzers.Contracts;
using IrqSafety.Analyzers.Flow;
using IrqSafety.Contracts;
using IrqSafety.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace IrqSafety.CodeFixes.Locks;

/// <summary>A lock that a piece of code needs, as the code there can name it.</summary>
/// <param name="Node">The reference to guarded data, or the call that must be made with the lock held.</param>
/// <param name="Expression">The lock as the contract names it.</param>
/// <param name="Text">The lock as it is written there.</param>
/// <param name="Lock">The field or property that holds it.</param>
/// <param name="Type">Its type.</param>
/// <param name="Mode">How it must be held.</param>
internal sealed record LockNeed(SyntaxNode Node, string Expression, string Text, ISymbol Lock, INamedTypeSymbol Type, LockMode Mode)
{
    private const string This = "this";

    /// <summary>The needs in the code under a node, those of what runs later left out.</summary>
    public static IEnumerable<LockNeed> In(SyntaxNode node, ContractedCompilation contracts, SemanticModel model, CancellationToken cancellationToken)
    {
        foreach (SyntaxNode part in node.DescendantNodesAndSelf(inner => inner == node || inner is not (AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax)))
        {
            IEnumerable<LockNeed> needs = part switch
            {
                IdentifierNameSyntax name => OfData(name, contracts, model, cancellationToken),
                InvocationExpressionSyntax call => OfCall(call, contracts, model, cancellationToken),
                _ => [],
            };
            foreach (LockNeed need in needs)
            {
                yield return need;
            }
        }
    }

    private static IEnumerable<LockNeed> OfData(IdentifierNameSyntax name, ContractedCompilation contracts, SemanticModel model, CancellationToken cancellationToken)
    {
        if (name.Parent is MemberBindingExpressionSyntax or NameColonSyntax or NameEqualsSyntax or AttributeSyntax
            || name.FirstAncestorOrSelf<InitializerExpressionSyntax>() is { RawKind: (int)SyntaxKind.ObjectInitializerExpression } initializer && name.Parent is AssignmentExpressionSyntax { Parent: var parent } assigned && parent == initializer && assigned.Left == name
            || model.GetSymbolInfo(name, cancellationToken).Symbol is not (IFieldSymbol or IPropertySymbol) and not null
            || model.GetSymbolInfo(name, cancellationToken).Symbol is not { } member
            || contracts.Data.Of(member) is not { IsGuarded: true } data)
        {
            yield break;
        }

        ExpressionSyntax access = name.Parent is MemberAccessExpressionSyntax through && through.Name == name ? through : name;
        string owner = access is MemberAccessExpressionSyntax { Expression: var instance } && !member.IsStatic ? instance.ToString() : This;
        if (access is MemberAccessExpressionSyntax { Expression: var first } && !member.IsStatic && !IsRepeatable(first))
        {
            yield break;
        }

        bool writes = Writes(access, contracts, model, cancellationToken);
        foreach (string expression in writes ? data.All : data.Locks)
        {
            if (LockExpression.TryParse(expression, out LockExpression? path, out _)
                && (path!.Root == This ? Joined(owner, path.Steps)
                    : LockPath.MemberOf(member.ContainingType, path.Root) is { } root and (IFieldSymbol or IPropertySymbol) ? Joined(root.IsStatic ? RootType(root, access, model) : owner, [new LockExpression.Step(path.Root, isKey: false), .. path.Steps])
                    : Joined(path.Root, path.Steps)) is { } text
                && Named(access, expression, text, writes ? LockMode.Exclusive : LockMode.Shared, contracts, model) is { } need)
            {
                yield return need;
            }
        }
    }

    private static IEnumerable<LockNeed> OfCall(InvocationExpressionSyntax call, ContractedCompilation contracts, SemanticModel model, CancellationToken cancellationToken)
    {
        if (model.GetOperation(call, cancellationToken) is not IInvocationOperation operation)
        {
            yield break;
        }

        foreach (LockEffect effect in contracts.Contracts.Of(ContractReader.Definition(operation.TargetMethod)).Locks.Where(effect => effect.Action == LockAction.RequireHeld && effect.When is null))
        {
            if (!LockExpression.TryParse(effect.Lock, out LockExpression? path, out _))
            {
                continue;
            }

            string? root = path!.Root == This ? call.Expression is MemberAccessExpressionSyntax { Expression: var receiver } ? IsRepeatable(receiver) ? receiver.ToString() : null : This
                : operation.Arguments.FirstOrDefault(argument => argument.Parameter?.Name == path.Root) is { } given ? given.Syntax is ArgumentSyntax { Expression: var value } && IsRepeatable(value) ? value.ToString() : null
                : path.Root;
            if (root is not null && Joined(root, path.Steps) is { } text && Named(call, effect.Lock, text, effect.Mode, contracts, model) is { } need)
            {
                yield return need;
            }
        }
    }

    // The lock by its shortest name that means it there.
    private static LockNeed? Named(ExpressionSyntax at, string expression, string text, LockMode mode, ContractedCompilation contracts, SemanticModel model)
    {
        string prefix = This + ".";
        foreach (string written in text.StartsWith(prefix, System.StringComparison.Ordinal) ? (string[])[text.Substring(prefix.Length), text] : [text])
        {
            ExpressionSyntax parsed = SyntaxFactory.ParseExpression(written);
            if (model.GetSpeculativeSymbolInfo(at.SpanStart, parsed, SpeculativeBindingOption.BindAsExpression).Symbol is { } symbol and (IFieldSymbol or IPropertySymbol)
                && model.GetSpeculativeTypeInfo(at.SpanStart, parsed, SpeculativeBindingOption.BindAsExpression).Type is INamedTypeSymbol type
                && contracts.Locks.KindOf(type) != LockKind.Unknown)
            {
                return new LockNeed(at, expression, written, symbol, type, mode);
            }
        }

        return null;
    }

    private static string RootType(ISymbol member, ExpressionSyntax at, SemanticModel model) => member.ContainingType.ToMinimalDisplayString(model, at.SpanStart);

    private static string? Joined(string root, IEnumerable<LockExpression.Step> steps)
    {
        string text = root;
        foreach (LockExpression.Step step in steps)
        {
            if (step.IsKey)
            {
                return null;
            }

            text += "." + step.Name;
        }

        return text;
    }

    private static bool Writes(ExpressionSyntax access, ContractedCompilation contracts, SemanticModel model, CancellationToken cancellationToken)
    {
        ExpressionSyntax place = access;
        while (true)
        {
            switch (place.Parent)
            {
                case ElementAccessExpressionSyntax element when element.Expression == place:
                    place = element;
                    continue;
                case MemberAccessExpressionSyntax { Parent: InvocationExpressionSyntax call } operation when operation.Expression == place && model.GetSymbolInfo(call, cancellationToken).Symbol is IMethodSymbol method:
                    // A cell says what its operation does; a collection's method that is called for its effect changes it.
                    OperationContract contract = contracts.Contracts.Of(ContractReader.Definition(method));
                    return contract.Data.Count > 0 ? contract.Data.Any(effect => effect.Writes) : call.Parent is ExpressionStatementSyntax;
                case MemberAccessExpressionSyntax inner when inner.Expression == place && model.GetTypeInfo(place, cancellationToken).Type is { IsValueType: true }:
                    place = inner;
                    continue;
                case PostfixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.SuppressNullableWarningExpression } suppressed:
                    place = suppressed;
                    continue;
                case AssignmentExpressionSyntax assignment:
                    return assignment.Left == place;
                case PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.PreIncrementExpression or (int)SyntaxKind.PreDecrementExpression }:
                case PostfixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.PostIncrementExpression or (int)SyntaxKind.PostDecrementExpression }:
                case ArgumentSyntax { RefKindKeyword.RawKind: (int)SyntaxKind.RefKeyword or (int)SyntaxKind.OutKeyword }:
                case RefExpressionSyntax:
                    return true;
                case ArgumentSyntax { Parent: TupleExpressionSyntax { Parent: AssignmentExpressionSyntax { Left: TupleExpressionSyntax left } } } argument:
                    return left == argument.Parent;
                default:
                    return false;
            }
        }
    }

    private static bool IsRepeatable(ExpressionSyntax expression) => expression switch
    {
        IdentifierNameSyntax or ThisExpressionSyntax or LiteralExpressionSyntax or PredefinedTypeSyntax => true,
        MemberAccessExpressionSyntax access => access.IsKind(SyntaxKind.SimpleMemberAccessExpression) && IsRepeatable(access.Expression),
        ParenthesizedExpressionSyntax inner => IsRepeatable(inner.Expression),
        PostfixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.SuppressNullableWarningExpression } suppressed => IsRepeatable(suppressed.Operand),
        ElementAccessExpressionSyntax element => IsRepeatable(element.Expression) && element.ArgumentList.Arguments.All(argument => IsRepeatable(argument.Expression)),
        _ => false,
    };
}
