using System.Collections.Generic;
using System.Linq;
using IrqSafety.Analyzers.Contracts;
using IrqSafety.Analyzers.Flow;
using IrqSafety.Rules;
using Microsoft.CodeAnalysis;
using Scope = IrqSafety.Analyzers.Flow.Scope;

namespace IrqSafety.Analyzers.Judging;

/// <summary>A body that a scenario runs.</summary>
/// <param name="Body">The body.</param>
/// <param name="From">The body that calls it, hands it out or creates its object; null where the scenario begins.</param>
/// <param name="At">Where.</param>
internal sealed record ReplayedBody(Body Body, ReplayedBody? From, SyntaxNode? At)
{
    /// <summary>The way, outermost first.</summary>
    public IReadOnlyList<ReplayedBody> Way => From is null ? [this] : [.. From.Way, this];
}

/// <summary>Something in such a body that no schedule determines.</summary>
/// <param name="In">The body.</param>
/// <param name="Operation">Where.</param>
/// <param name="Target">What is called; null for a static that is written.</param>
/// <param name="Static">The static that is written, or null.</param>
/// <param name="Why">What it does.</param>
internal sealed record Undetermined(ReplayedBody In, OperationPlace Operation, IMethodSymbol? Target, ISymbol? Static, NotReplayable Why);

/// <summary>
/// The code that scenarios run: what <c>[Replayed]</c> stands on, the making of its object, and everything that is called, handed out or created from there, as far as
/// its body is in the scope.
/// </summary>
internal static class ReplayedCode
{
    private static readonly NotReplayable KeepsState = new(
        "is a static that changes, and the next execution begins with what this one leaves in it",
        "Keep it in an object that the scenario creates, keep it in a Shared<T>, or set it when the scenario is built");

    /// <summary>What no schedule determines, each once, on a shortest way. A static is told of where it is first written.</summary>
    public static IEnumerable<Undetermined> Find(Scope scope)
    {
        IReadOnlyList<ReplayedBody> bodies = Reached(scope);
        if (bodies.Count == 0)
        {
            yield break;
        }

        HashSet<ISymbol> settled = new(bodies.Where(one => one.From is null).SelectMany(one => one.Body.Facts(scope.Contracts).StaticsSet), SymbolEqualityComparer.Default);
        foreach (ReplayedBody one in bodies)
        {
            foreach ((OperationPlace operation, IMethodSymbol target) in one.Body.Facts(scope.Contracts).Calls)
            {
                if (scope.Contracts.Contracts.Of(target).NotReplayable is { } why && !IsGetterOfWhatIsSet(operation, target))
                {
                    yield return new Undetermined(one, operation, target, null, why);
                }
            }

            foreach ((OperationPlace operation, ISymbol member) in one.Body.Facts(scope.Contracts).StaticsWritten.Where(write => settled.Add(write.Member)))
            {
                yield return new Undetermined(one, operation, null, member, KeepsState);
            }
        }
    }

    private static IReadOnlyList<ReplayedBody> Reached(Scope scope)
    {
        List<Body> first = [.. scope.Bodies.Where(body => body is { IsNested: false, Method: { } method } && scope.Contracts.Contracts.Of(method).Replayed)];
        HashSet<ISymbol> types = new(first.Select(body => body.Owner.ContainingType), SymbolEqualityComparer.Default);
        first.AddRange(types.Count == 0 ? [] : scope.Bodies.Where(body => MakesObject(body) && types.Contains(body.Owner.ContainingType)));

        var seen = new HashSet<Body>(first);
        var queue = new Queue<ReplayedBody>(first.Select(body => new ReplayedBody(body, null, null)));
        List<ReplayedBody> reached = [];
        Dictionary<ISymbol, List<Body>>? makers = null;
        while (queue.Count > 0)
        {
            ReplayedBody one = queue.Dequeue();
            reached.Add(one);
            makers ??= MakersByType(scope);
            foreach ((SyntaxNode at, Body next) in NextOf(scope, one.Body, makers).Where(next => seen.Add(next.Next)))
            {
                queue.Enqueue(new ReplayedBody(next, one, at));
            }
        }

        return reached;
    }

    private static Dictionary<ISymbol, List<Body>> MakersByType(Scope scope)
    {
        var makers = new Dictionary<ISymbol, List<Body>>(SymbolEqualityComparer.Default);
        foreach (Body body in scope.Bodies.Where(body => body.Method is null && MakesObject(body)))
        {
            if (!makers.TryGetValue(body.Owner.ContainingType, out List<Body>? ofType))
            {
                makers[body.Owner.ContainingType] = ofType = [];
            }

            ofType.Add(body);
        }

        return makers;
    }

    // A constructor, or an initialiser that is compiled into one. Statics are made once, whatever is run again.
    private static bool MakesObject(Body body) => body is { IsNested: false, Owner.IsStatic: false, Method: null or { MethodKind: MethodKind.Constructor } };

    private static IEnumerable<(SyntaxNode At, Body Next)> NextOf(Scope scope, Body body, Dictionary<ISymbol, List<Body>> makers)
    {
        foreach ((OperationPlace operation, ISymbol used) in body.Facts(scope.Contracts).Uses)
        {
            if (makers.TryGetValue(used, out List<Body>? initialisers))
            {
                foreach (Body initialiser in initialisers)
                {
                    yield return (operation.Syntax, initialiser);
                }
            }

            // What is handed out may be run by whoever gets it.
            if (used is IMethodSymbol handed && scope.Find(handed) is { } later)
            {
                yield return (operation.Syntax, later);
            }
        }

        foreach ((OperationPlace operation, IMethodSymbol target) in body.Facts(scope.Contracts).Calls)
        {
            if (scope.Find(target) is { } callee && !IsGetterOfWhatIsSet(operation, target))
            {
                yield return (operation.Syntax, callee);
            }
        }

        foreach (IMethodSymbol target in body.Facts(scope.Contracts).Implied)
        {
            if (scope.Find(target) is { } callee)
            {
                yield return (body.Syntax, callee);
            }
        }
    }

    // A property that is only assigned is not read.
    private static bool IsGetterOfWhatIsSet(OperationPlace operation, IMethodSymbol target) =>
        target.MethodKind == MethodKind.PropertyGet && operation.IsAssigned;
}
