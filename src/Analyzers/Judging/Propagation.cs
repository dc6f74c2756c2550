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
/// In which situations each body of a scope is entered: breadth first from the bodies that say so, so that the first way found is a shortest
/// one.
/// </summary>
internal static class Propagation
{
    /// <summary>The most situations in which one body is judged.</summary>
    private const int SituationsPerBody = 16;

    /// <summary>The longest way.</summary>
    private const int DeepestCall = 32;

    /// <summary>Every way found, shortest first; declared contexts before promises before what is not declared at all.</summary>
    public static IReadOnlyList<Reach> Run(Scope scope)
    {
        var found = new List<Reach>();
        var known = new Dictionary<Body, List<Reach>>();
        var queue = new Queue<Reach>();
        List<Reach> roots = Roots(scope);
        foreach (int rank in s_ranks)
        {
            foreach (Reach root in roots)
            {
                if (Rank(root.Kind) == rank)
                {
                    queue.Enqueue(root);
                }
            }

            while (queue.Count > 0)
            {
                Reach reach = queue.Dequeue();
                if (!known.TryGetValue(reach.Body, out List<Reach>? ways))
                {
                    known[reach.Body] = ways = new(1);
                }

                Situation needed = Needed(reach.Situation, reach.Body.Method is { } method ? scope.Contracts.Contracts.Of(method) : null);
                reach = needed == reach.Situation ? reach : reach with { Situation = needed };
                if (ways.Count >= SituationsPerBody || reach.Depth > DeepestCall || IsAmong(ways, needed, rank))
                {
                    continue;
                }

                ways.Add(reach);
                found.Add(reach);
                FollowCalls(scope, reach, queue);
            }
        }

        return found;
    }

    private static bool IsAmong(List<Reach> ways, Situation situation, int rank)
    {
        foreach (Reach way in ways)
        {
            if (way.Situation == situation && Rank(way.Kind) == rank)
            {
                return true;
            }
        }

        return false;
    }

    // What a body needs masked or unmasked, its callers see to.
    private static Situation Needed(Situation situation, OperationContract? contract) => contract is null
        ? situation
        : situation with { Masked = situation.Masked | contract.RequiresMasked, Unmasked = (situation.Unmasked | contract.RequiresUnmasked) & ~contract.RequiresMasked };

    /// <summary>The situation of a call on one class of paths.</summary>
    public static Situation At(Reach reach, CallEvent call, PathState state) => At(reach, call.HeldKinds, state);

    /// <summary>The situation on one class of paths.</summary>
    public static Situation At(Reach reach, IReadOnlyDictionary<string, LockKind> kinds, PathState state)
    {
        Situation situation = state.Mask.From(Narrowed(reach.Situation, state));

        // A lock that spins keeps its holder on the CPU.
        foreach (KeyValuePair<string, int> held in state.Held)
        {
            if (held.Value > 0 && Spins(kinds, held.Key))
            {
                return situation with { Masked = situation.Masked | Mask.Preemption };
            }
        }

        return situation;
    }

    /// <summary>How a body was entered on the paths of a state: what was asked about the context, or an accounting of its own, tells more than the way there.</summary>
    public static Situation Narrowed(Situation situation, PathState state)
    {
        Context contexts = state.Entered != Context.None ? state.Entered : situation.Contexts & ~state.NotIn;
        return contexts == situation.Contexts || contexts == Context.None
            ? situation
            : situation with { Contexts = contexts, Masked = situation.Masked | Situation.AtEntry(contexts, situation.Within).Masked };
    }

    /// <summary>False for a state that is not reached in the contexts that this way may be in.</summary>
    public static bool IsPossible(Reach reach, PathState state) =>
        reach.Situation.Contexts == Context.None || state.Entered != Context.None || (reach.Situation.Contexts & ~state.NotIn) != Context.None;

    // A lambda or a private method that nobody calls is handed to something unknown, which may run it anywhere. What overrides a protected method of the program is called by its base
    // class, which knows where.
    private static bool IsEntry(Scope scope, Body body) =>
        body.Method is { DeclaredAccessibility: not Accessibility.Private, MethodKind: not (MethodKind.AnonymousFunction or MethodKind.LocalFunction) } method && !scope.IsCalled(body)
        && !(method is { DeclaredAccessibility: Accessibility.Protected, OverriddenMethod: { } overridden }
            && SymbolEqualityComparer.Default.Equals(overridden.ContainingAssembly, method.ContainingAssembly));

    // Declared contexts and registrations are equally certain.
    private static int Rank(RootKind kind) => kind == RootKind.Registered ? (int)RootKind.Declared : (int)kind;

    private static readonly int[] s_ranks = [(int)RootKind.Declared, (int)RootKind.Promised, (int)RootKind.Entry, (int)RootKind.Undeclared];

    private static bool Spins(IReadOnlyDictionary<string, LockKind> kinds, string instance) =>
        kinds.TryGetValue(instance, out LockKind kind) && kind != LockKind.Unknown && WaitTypes.Of(kind) == WaitType.Spin;

    private static List<Reach> Roots(Scope scope)
    {
        List<Reach> roots = [];
        ILookup<Body?, Registration> registrations = scope.Registrations.ToLookup(one => scope.Find(one.Handler));
        foreach (Body body in scope.Bodies)
        {
            OperationContract? contract = body.Method is { } method ? scope.Contracts.Contracts.Of(method) : null;
            if (contract is { RunsIn: not Context.None })
            {
                roots.Add(new Reach(body, Situation.AtEntry(contract.RunsIn, contract.Within), RootKind.Declared, null, null, null));
            }

            if (contract is { NmiSafe: true })
            {
                roots.Add(new Reach(body, Situation.AtEntry(Context.AnyNmi, contract.Within), RootKind.Promised, null, null, null));
            }

            if (contract is null or { RunsIn: Context.None })
            {
                bool registered = false;
                foreach (Registration registration in registrations[body])
                {
                    registered = true;
                    var entered = Situation.AtEntry(registration.Rule.Contexts, registration.Rule.Within);
                    roots.Add(new Reach(body, entered with { Masked = entered.Masked | registration.Rule.Masked }, RootKind.Registered, registration, null, null));
                }

                if (!registered)
                {
                    roots.Add(new Reach(body, Situation.AtEntry(Context.None, contract?.Within ?? Section.None), IsEntry(scope, body) ? RootKind.Entry : RootKind.Undeclared, null, null, null));
                }
            }
        }

        return roots;
    }

    private static void FollowCalls(Scope scope, Reach reach, Queue<Reach> queue)
    {
        List<Situation>? told = null;
        foreach (CallEvent call in scope.ResultOf(reach.Body).Calls)
        {
            if (scope.Called(call.Target) is not { } callee || callee == reach.Body)
            {
                continue;
            }

            told?.Clear();
            foreach (PathState state in call.Before)
            {
                if (IsPossible(reach, state) && Entered(call, At(reach, call, state), state) is { } entered && told?.Contains(entered) != true)
                {
                    (told ??= []).Add(entered);
                    queue.Enqueue(new Reach(callee, entered, reach.Kind, null, reach, call));
                }
            }
        }
    }

    // What is judged at the call, or in the callee by its own declaration, is not judged again inside.
    private static Situation? Entered(CallEvent call, Situation situation, PathState state)
    {
        OperationContract contract = call.Contract;
        if (contract.NmiSafe && situation.Contexts.MayBeNmi())
        {
            Context others = situation.Contexts & ~Context.AnyNmi;
            if (others == Context.None)
            {
                return null;
            }

            situation = situation with { Contexts = others };
        }

        if (contract.RunsIn != Context.None && situation.Contexts != Context.None && (situation.Contexts & ~contract.RunsIn) == 0 && situation.Masked == Mask.None)
        {
            return null;
        }

        return Judgement.Of(call, situation, state).Any() ? null : situation with { Within = situation.Within | contract.Within };
    }
}
