using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using IrqSafety.Contracts;
using IrqSafety.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace IrqSafety.Analyzers.Contracts;

/// <summary>
/// The lock fields of a type that are used and into which its code never puts a lock, though only its code can. A field whose type says that it may be null is
/// not among them. What may be an assignment counts as one.
/// </summary>
internal sealed class EmptyLockFields
{
    private readonly HashSet<ISymbol> _empty;
    private readonly ConcurrentDictionary<ISymbol, bool> _assigned = new(SymbolEqualityComparer.Default);
    private readonly ConcurrentDictionary<ISymbol, bool> _used = new(SymbolEqualityComparer.Default);

    private EmptyLockFields(IEnumerable<IFieldSymbol> empty) => _empty = new HashSet<ISymbol>(empty, SymbolEqualityComparer.Default);

    /// <summary>Those whose declaration leaves them empty; null when there are none.</summary>
    public static EmptyLockFields? Of(INamedTypeSymbol type, ContractedCompilation contracts, CancellationToken cancellation)
    {
        IFieldSymbol[] empty = [.. type.GetMembers().OfType<IFieldSymbol>().Where(field => MustHoldLock(field, contracts) && !IsInitialised(field, cancellation))];
        return empty.Length == 0 ? null : new EmptyLockFields(empty);
    }

    /// <summary>Takes in a reference to a field.</summary>
    public void Meet(IFieldReferenceOperation reference)
    {
        IFieldSymbol field = reference.Field.OriginalDefinition;
        if (_empty.Contains(field))
        {
            _ = (IsRead(reference) ? _used : _assigned).TryAdd(field, true);
        }
    }

    /// <summary>Those that stayed empty, in the order of their declarations.</summary>
    public IEnumerable<ISymbol> Found => _empty.Where(one => _used.ContainsKey(one) && !_assigned.ContainsKey(one)).OrderBy(one => one.Locations[0].SourceSpan.Start);

    private static bool MustHoldLock(IFieldSymbol field, ContractedCompilation contracts) =>
        field is { IsConst: false, IsImplicitlyDeclared: false, Type.IsReferenceType: true, NullableAnnotation: not NullableAnnotation.Annotated }
        && (field.IsReadOnly || field.DeclaredAccessibility == Accessibility.Private)
        && contracts.Locks.KindOf(field.Type) != LockKind.Unknown;

    // null, null! and default put no lock into it.
    private static bool IsInitialised(IFieldSymbol field, CancellationToken cancellation)
    {
        ExpressionSyntax? value = field.DeclaringSyntaxReferences.Select(reference => (reference.GetSyntax(cancellation) as VariableDeclaratorSyntax)?.Initializer?.Value).FirstOrDefault();
        while (value is PostfixUnaryExpressionSyntax or ParenthesizedExpressionSyntax)
        {
            value = value is PostfixUnaryExpressionSyntax suppressed ? suppressed.Operand : ((ParenthesizedExpressionSyntax)value).Expression;
        }

        return value is not null && !value.IsKind(SyntaxKind.NullLiteralExpression) && !value.IsKind(SyntaxKind.DefaultLiteralExpression);
    }

    private static bool IsRead(IOperation reference)
    {
        IOperation value = reference;
        while (value.Parent is IConversionOperation or IParenthesizedOperation)
        {
            value = value.Parent;
        }

        return value.Parent switch
        {
            IInvocationOperation invocation => invocation.Instance == value,
            IMemberReferenceOperation member => member.Instance == value,
            IArgumentOperation argument => argument.Parameter?.RefKind == RefKind.None,
            IAssignmentOperation assignment => assignment.Value == value && assignment is not ISimpleAssignmentOperation { IsRef: true },
            IVariableInitializerOperation { Parent: IVariableDeclaratorOperation { Symbol.RefKind: RefKind.None } } => true,
            IConditionalAccessOperation or IUsingOperation or ILockOperation or IIsPatternOperation => true,
            _ => false,
        };
    }
}
