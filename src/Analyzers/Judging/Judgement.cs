using System.Collections.Generic;
using System.Linq;
using IrqSafety.Analyzers.Flow;
using IrqSafety.Rules;

namespace IrqSafety.Analyzers.Judging;

/// <summary>A law broken by a call, and the way in which the call is reached.</summary>
/// <param name="Call">The call.</param>
/// <param name="Breach">What is broken.</param>
/// <param name="Reach">The way.</param>
/// <param name="Lock">The lock concerned, or null.</param>
internal sealed record CallBreach(CallEvent Call, Breach Breach, Reach Reach, LockReference? Lock);

/// <summary>Asks <see cref="Legality"/> about calls.</summary>
internal static class Judgement
{
    // Where one call breaks several laws, the first of these is the cause a person would name.
    private static readonly string[] Order =
    [
        LawIds.NmiBlockingLock, LawIds.CrossCallWait, LawIds.NmiUnsafeCall, LawIds.AtomicSleep, LawIds.ContextLegal,
    ];

    private static readonly Situation Anywhere = new(IrqSafety.Contracts.Context.Any, IrqSafety.Contracts.Mask.None, IrqSafety.Contracts.Mask.None, IrqSafety.Contracts.Section.None);

    /// <summary>The laws a call breaks in a situation, on the paths of a state: the lock it waits for may be another one on each.</summary>
    public static IEnumerable<Breach> Of(CallEvent call, Situation situation, PathState state) => Legality.Asks(call.Contract, situation) ? Judge(call, situation, state) : [];

    private static IEnumerable<Breach> Judge(CallEvent call, Situation situation, PathState state) =>
        Legality.Judge(call.Contract, situation, call.ConstantOf, effect => call.LockIn(state, effect.Lock)?.Class);

    /// <summary>One breach for each call that breaks a law, on the shortest way: one defect, one finding.</summary>
    public static IReadOnlyList<CallBreach> Run(Scope scope, IReadOnlyList<Reach> reaches)
    {
        var worst = new Dictionary<CallEvent, CallBreach>();
        foreach (Reach reach in reaches)
        {
            foreach (CallEvent call in scope.ResultOf(reach.Body).Calls)
            {
                if (!Legality.Asks(call.Contract, Anywhere))
                {
                    continue;
                }

                foreach (PathState state in call.Before)
                {
                    if (!Propagation.IsPossible(reach, state))
                    {
                        continue;
                    }

                    foreach (Breach breach in Of(call, Propagation.At(reach, call, state), state))
                    {
                        if (!worst.TryGetValue(call, out CallBreach? known) || (Rank(breach, reach), reach.Depth).CompareTo((Rank(known.Breach, known.Reach), known.Reach.Depth)) < 0)
                        {
                            worst[call] = new CallBreach(call, breach, reach, LockOf(call, breach, state));
                        }
                    }
                }
            }
        }

        return [.. worst.Values.InSourceOrder(one => one.Call)];
    }

    private static int Rank(Breach breach, Reach reach)
    {
        int rank = System.Array.IndexOf(Order, breach.Law);
        return (rank < 0 ? Order.Length : rank) + (reach.Kind == RootKind.Promised ? Order.Length + 1 : 0);
    }

    private static LockReference? LockOf(CallEvent call, Breach breach, PathState state)
    {
        if (breach.Law != LawIds.NmiBlockingLock)
        {
            return null;
        }

        foreach (LockEffect effect in call.Contract.Locks)
        {
            if (effect.Action is LockAction.Acquire or LockAction.Take && call.LockIn(state, effect.Lock) is { Class: { } lockClass } reference && breach.Because.Contains(lockClass.Display))
            {
                return reference;
            }
        }

        return call.Locks.Values.FirstOrDefault();
    }
}
