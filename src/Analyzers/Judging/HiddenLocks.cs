using System.Collections.Generic;
using System.Linq;
using IrqSafety.Analyzers.Contracts;
using IrqSafety.Analyzers.Flow;
using IrqSafety.Contracts;
using IrqSafety.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using Scope = IrqSafety.Analyzers.Flow.Scope;

namespace IrqSafety.Analyzers.Judging;

/// <summary>
/// Locks that only the bodies of a scope can take: private, and never handed to anything unknown. When none of these bodies returns with such a
/// lock, it is free wherever the scope is entered.
/// </summary>
internal sealed class HiddenLocks
{
    private readonly Scope _scope;
    private readonly HashSet<ISymbol> _escaped = new(SymbolEqualityComparer.Default);
    private readonly HashSet<string> _left = [];
    private readonly bool _isKnown = true;

    /// <summary>Looks at every body once.</summary>
    public HiddenLocks(Scope scope)
    {
        _scope = scope;
        foreach (Body body in scope.Bodies)
        {
            BodyResult result = scope.ResultOf(body);
            foreach (PathState exit in result.Exits)
            {
                foreach (KeyValuePair<string, int> held in exit.Held)
                {
                    if (held.Value is > 0 or PathState.UnknownCount && result.Summary.Locks.TryGetValue(held.Key, out LockReference? reference))
                    {
                        _ = _left.Add(reference.Class?.Name ?? "");
                    }
                }
            }

            _isKnown &= result.CutShort is null;
            foreach (IOperation operation in body.Operations())
            {
                if (operation is IFieldReferenceOperation { Field: var field } reference && !StaysHere(reference))
                {
                    _ = _escaped.Add(field.OriginalDefinition);
                }
            }
        }
    }

    /// <summary>True when the lock is certain to be free when this body is entered from outside.</summary>
    /// <param name="body">The body.</param>
    /// <param name="reference">The lock.</param>
    /// <param name="value">What leads to it.</param>
    public bool IsFreeAtEntry(Body body, LockReference reference, Value? value) =>
        _isKnown && value?.Member is IFieldSymbol field && reference.Class is { Name.Length: > 0 } lockClass
        && IsEntered(body) && IsHidden(field) && !_escaped.Contains(field.OriginalDefinition) && !_left.Contains(lockClass.Name) && !_left.Contains("");

    // What a contract says of locks, it says of the entry too.
    private bool IsEntered(Body body) => body is { IsNested: false, Method: { MethodKind: not (MethodKind.Constructor or MethodKind.StaticConstructor) } method }
        && !_scope.IsCalled(body) && !ContractReader.SpeaksOfLocks(_scope.Contracts.Contracts.Of(method));

    private static bool IsHidden(ISymbol member)
    {
        for (ISymbol? part = member; part is not null; part = part.ContainingType)
        {
            if (part.DeclaredAccessibility == Accessibility.Private)
            {
                return true;
            }
        }

        return false;
    }

    // Called on, followed to a member, initialised, or passed to what says what it does.
    private bool StaysHere(IFieldReferenceOperation reference)
    {
        IOperation used = reference;
        while (used.Parent is IConversionOperation conversion)
        {
            used = conversion;
        }

        return used.Parent switch
        {
            IInvocationOperation call => call.Instance == used,
            IFieldReferenceOperation => true,
            ISimpleAssignmentOperation made => made.Target == used && IsNew(made.Value),
            IArgumentOperation { Parent: IInvocationOperation call } => ContractReader.SaysSomething(_scope.Contracts.Contracts.Of(call.TargetMethod)) || _scope.Find(call.TargetMethod) is not null,
            _ => _scope.Contracts.Locks.KindOf(reference.Type) == LockKind.Unknown && !HoldsLocks(reference.Type),
        };
    }

    private static bool IsNew(IOperation value) => value is IObjectCreationOperation || (value is IConversionOperation conversion && IsNew(conversion.Operand));

    // An object of the scope, handed over, is handed over with its locks.
    private bool HoldsLocks(ITypeSymbol? type) => type is not null && type.GetMembers().OfType<IFieldSymbol>().Any(field => _scope.Contracts.Locks.KindOf(field.Type) != LockKind.Unknown);
}
