using System.Collections.Generic;
using System.Linq;
using IrqSafety.Analyzers.Contracts;
using IrqSafety.Analyzers.Flow;
using IrqSafety.Contracts;
using IrqSafety.Rules;
using Microsoft.CodeAnalysis;
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
            foreach ((ISymbol field, IMethodSymbol? to) in body.Facts(scope.Contracts).GivenAway)
            {
                if (to is null || scope.Find(to) is null)
                {
                    _ = _escaped.Add(field);
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
}
