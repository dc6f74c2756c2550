using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using IrqSafety.Analyzers.Contracts;
using IrqSafety.Analyzers.Flow;
using IrqSafety.Contracts;
using IrqSafety.Rules;
using Scope = IrqSafety.Analyzers.Flow.Scope;

namespace IrqSafety.Analyzers.Inference;

/// <summary>A body that runs within a call of the method whose contract is inferred.</summary>
/// <param name="Body">The body.</param>
/// <param name="Names">What its names mean in the method.</param>
/// <param name="Said">The subjects of which contracts on the way spoke already.</param>
/// <param name="Mask">What was masked on the way, relative to the method's entry.</param>
/// <param name="Spins">True when a lock that spins is held on the way.</param>
/// <param name="Held">The locks that are held on the way, by path in the method or by class.</param>
internal sealed record InnerBody(Body Body, Names Names, Subject Said, MaskState Mask, bool Spins, ImmutableHashSet<string> Held)
{
    /// <summary>What is masked at a point of the body, relative to the method's entry.</summary>
    public MaskState MaskIn(PathState state) => Mask.Then(state.Mask);

    /// <summary>True when a lock that spins is held at a call of the body.</summary>
    public bool SpinsAt(CallEvent call, PathState state) => Spins || state.HeldNow.Any(held =>
        call.HeldKinds.TryGetValue(held, out LockKind kind) && kind != LockKind.Unknown && WaitTypes.Of(kind) == WaitType.Spin);

    /// <summary>Every lock that is held at a point of the body.</summary>
    public ImmutableHashSet<string> HeldIn(Scope scope, PathState state)
    {
        IReadOnlyDictionary<string, LockReference> locks = scope.ResultOf(Body).Summary.Locks;
        return Held.Union(state.HeldNow.Select(held => KeyOf(Names, held, locks.TryGetValue(held, out LockReference? reference) ? reference.Class : null)));
    }

    /// <summary>A lock as it is known in the method: by its path there, else by its class.</summary>
    public static string KeyOf(Names names, string instance, LockClass? @class) => names.Translate(instance) ?? $"class {@class?.Name}";
}

/// <summary>The bodies that run within a call of a method: its own, and those of the scope that it calls.</summary>
internal static class CallWalk
{
    // Far more than the code of one operation has; beyond it nothing is said about the method.
    private const int MostBodies = 256;

    /// <summary>The bodies, the method's own first; null when there are too many.</summary>
    public static IReadOnlyList<InnerBody>? From(Scope scope, Body root)
    {
        var found = new List<InnerBody>();
        var seen = new HashSet<string>();
        var numbers = new Dictionary<Body, int>();
        var queue = new Queue<InnerBody>();
        queue.Enqueue(new InnerBody(root, Names.Of(root.Method!), Subject.None, default, Spins: false, []));
        while (queue.Count > 0)
        {
            InnerBody inner = queue.Dequeue();
            if (!numbers.TryGetValue(inner.Body, out int number))
            {
                numbers[inner.Body] = number = numbers.Count;
            }

            if (!seen.Add($"{number}|{inner.Names.Key}|{inner.Said}|{inner.Mask}|{inner.Spins}|{string.Join(";", inner.Held.OrderBy(one => one, System.StringComparer.Ordinal))}"))
            {
                continue;
            }

            if (found.Count == MostBodies)
            {
                return null;
            }

            found.Add(inner);
            foreach (CallEvent call in scope.ResultOf(inner.Body).Calls)
            {
                if (scope.Called(call.Target) is not { } callee || callee == inner.Body)
                {
                    continue;
                }

                foreach (PathState state in call.Before)
                {
                    queue.Enqueue(new InnerBody(callee, inner.Names.Into(call, callee), inner.Said | SubjectsOf(call.Contract), inner.MaskIn(state), inner.SpinsAt(call, state), inner.HeldIn(scope, state)));
                }
            }
        }

        return found;
    }

    /// <summary>What a contract speaks of.</summary>
    public static Subject SubjectsOf(OperationContract contract)
    {
        Subject said = Subject.None;
        said |= contract.LegalIn.Count + contract.ForbiddenIn.Count > 0 || contract.RunsIn != Context.None || contract.NmiSafe ? Subject.Contexts : Subject.None;
        said |= contract.MayBlock is not null || contract.NmiSafe ? Subject.Blocking : Subject.None;
        said |= contract.MayAllocate || contract.NmiSafe ? Subject.Allocation : Subject.None;
        said |= contract.WaitsForCpus is not null ? Subject.Waiting : Subject.None;
        said |= contract.RequiresMasked != Mask.None || contract.RequiresUnmasked != Mask.None ? Subject.MaskNeeds : Subject.None;
        said |= ContractReader.SpeaksOfMasks(contract) || contract.KeepsMask != Mask.None ? Subject.Masks : Subject.None;
        said |= ContractReader.SpeaksOfLocks(contract) ? Subject.Locks : Subject.None;
        return contract.MayThrow ? said | Subject.Exceptions : said;
    }
}
