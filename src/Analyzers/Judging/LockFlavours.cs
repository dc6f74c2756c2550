using System.Collections.Generic;
using System.Linq;
using IrqSafety.Analyzers.Flow;
using IrqSafety.Contracts;
using IrqSafety.Rules;
using Microsoft.CodeAnalysis;
using Scope = IrqSafety.Analyzers.Flow.Scope;

namespace IrqSafety.Analyzers.Judging;

/// <summary>What is wrong with the flavour of a call.</summary>
internal enum FlavourFault
{
    /// <summary>It unmasks what was masked before the lock was taken.</summary>
    UnmasksOutside,

    /// <summary>It unmasks while another lock is held that was taken with this masked.</summary>
    UnmasksUnderOther,

    /// <summary>It unmasks, although taking the lock saved the state before.</summary>
    DropsSaved,

    /// <summary>It unmasks what taking the lock did not mask.</summary>
    UnmasksUntaken,

    /// <summary>It leaves masked what taking the lock masked.</summary>
    LeavesMasked,

    /// <summary>It is an inner step of another operation.</summary>
    InnerStep,
}

/// <summary>A call whose flavour does not fit how the lock is held.</summary>
/// <param name="Call">The guilty call.</param>
/// <param name="Fault">What is wrong.</param>
/// <param name="Lock">The lock.</param>
/// <param name="Mask">What is masked or unmasked.</param>
/// <param name="Reach">The way to it that makes it wrong.</param>
/// <param name="Taken">Where the lock was taken; null when the call itself takes it.</param>
/// <param name="Other">The other lock, where one is concerned.</param>
internal sealed record FlavourBreak(CallEvent Call, FlavourFault Fault, LockReference Lock, Mask Mask, Reach Reach, CallEvent? Taken = null, LockReference? Other = null);

/// <summary>
/// Whether releasing a lock puts back what taking it masked: no more and no less. What counts is the effect, not the names of the pair: a mask may be
/// handed on from lock to lock or undone by an operation of its own, as long as nobody's interrupts come on while he relies on them being off.
/// </summary>
internal static class LockFlavours
{
    /// <summary>One fault for each guilty call, on the shortest way.</summary>
    public static IReadOnlyList<FlavourBreak> Find(ScopeModel model)
    {
        var found = new Dictionary<CallEvent, FlavourBreak>();
        foreach (Reach reach in model.Reaches)
        {
            if (reach.Kind == RootKind.Promised)
            {
                continue;
            }

            var entry = MaskEntry.Of(model.Scope, reach);
            BodyResult result = model.Scope.ResultOf(reach.Body);
            foreach (CallEvent call in result.Calls)
            {
                FlavourBreak? fault = OfInnerStep(call, reach) ?? OfGuard(call, entry) ?? OfRelease(result, call, entry);
                if (fault is not null && (!found.TryGetValue(call, out FlavourBreak? known) || reach.Depth < known.Reach.Depth))
                {
                    found[call] = fault;
                }
            }

            // What went wrong before is why the mask is wrong at the end.
            foreach (FlavourBreak left in OwesAny(result) ? LeftMasked(model.Scope, result, entry) : [])
            {
                if (!found.Values.Any(other => other.Call.Body == left.Call.Body && (other.Call == left.Call || other.Mask == left.Mask) && other.Fault != FlavourFault.LeavesMasked))
                {
                    found[left.Call] = left;
                }
            }
        }

        return [.. found.Values.InSourceOrder(one => one.Call)];
    }

    private static FlavourBreak? OfInnerStep(CallEvent call, Reach reach)
    {
        if (call.Contract.PartOf is null || SymbolEqualityComparer.Default.Equals(call.Target.ContainingType, call.Body.Owner.ContainingType))
        {
            return null;
        }

        foreach (LockEffect effect in call.Contract.Locks)
        {
            if (call.Locks.TryGetValue(effect.Lock, out LockReference? of))
            {
                return new FlavourBreak(call, FlavourFault.InnerStep, of, Mask.None, reach);
            }
        }

        return null;
    }

    // How a guard ends is decided where it is made.
    private static FlavourBreak? OfGuard(CallEvent call, MaskEntry entry)
    {
        if (call.Contract.Guard is { Holds: { } held } guard && (guard.Unmasks & Mask.Irq) != 0 && call.Locks.TryGetValue(held, out LockReference? reference))
        {
            foreach (PathState state in call.Before)
            {
                if (entry.IsOff(Mask.Irq, state.Mask))
                {
                    return new FlavourBreak(call, FlavourFault.UnmasksOutside, reference, Mask.Irq, entry.Reach);
                }
            }
        }

        return null;
    }

    private static FlavourBreak? OfRelease(BodyResult result, CallEvent call, MaskEntry entry)
    {
        if (!Ending.IsPossible(call.Contract))
        {
            return null;
        }

        foreach (PathState before in call.Before)
        {
            foreach (Ending ending in Ending.Of(call, before))
            {
                if (!before.Acquired.TryGetValue(ending.Instance, out Acquisition? how)
                    || result.CallNumbered(how.Call) is not { } taken
                    || !result.Summary.Locks.TryGetValue(ending.Instance, out LockReference? reference))
                {
                    continue;
                }

                if (ending.IsPair && OfPair(ending, how, before, entry) is var (fault, mask))
                {
                    return new FlavourBreak(call, fault, reference, mask, entry.Reach, taken);
                }

                if (ending.TurnsIrqOn(entry) && HeldWithIrqOff(before, ending.Instance) is { } other && result.Summary.Locks.TryGetValue(other, out LockReference? outer))
                {
                    return new FlavourBreak(call, FlavourFault.UnmasksUnderOther, reference, Mask.Irq, entry.Reach, taken, outer);
                }
            }
        }

        return null;
    }

    private static (FlavourFault Fault, Mask Mask)? OfPair(Ending ending, Acquisition how, PathState before, MaskEntry entry)
    {
        if ((ending.Unmasks & Mask.Irq) != 0)
        {
            bool masks = (how.Masks & Mask.Irq) != 0;
            if (masks && entry.IsOff(Mask.Irq, how.Before))
            {
                return (FlavourFault.UnmasksOutside, Mask.Irq);
            }

            if ((how.Saves & Mask.Irq) != 0 && !entry.IsOn(Mask.Irq, how.Before))
            {
                return (FlavourFault.DropsSaved, Mask.Irq);
            }

            if (!masks && before.Mask.Irq is MaskLevel.AsAtEntry or MaskLevel.Unmasked && !entry.LeavesUnmasked(Mask.Irq))
            {
                return (entry.IsOff(Mask.Irq, before.Mask) ? FlavourFault.UnmasksOutside : FlavourFault.UnmasksUntaken, Mask.Irq);
            }
        }

        // Softirqs are counted: whoever turns them on once too often turns on what somebody outside turned off.
        bool countsWrong = (ending.Unmasks & ~how.Masks & Mask.SoftIrq) != 0 && before.Mask.SoftIrqOff is <= 0 and not MaskState.UnknownDepth;
        return countsWrong && !entry.LeavesUnmasked(Mask.SoftIrq) ? (FlavourFault.UnmasksUntaken, Mask.SoftIrq) : null;
    }

    private static string? HeldWithIrqOff(PathState state, string except) =>
        state.HeldNow.FirstOrDefault(instance => instance != except && state.Acquired.TryGetValue(instance, out Acquisition? how) && (how.Masks & Mask.Irq) != 0);

    private static bool OwesAny(BodyResult result)
    {
        foreach (PathState exit in result.Exits)
        {
            if (!exit.Debts.IsEmpty)
            {
                return true;
            }
        }

        return false;
    }

    // A body that only its own type calls may leave it to them.
    private static IEnumerable<FlavourBreak> LeftMasked(Scope scope, BodyResult result, MaskEntry entry)
    {
        Body body = entry.Reach.Body;
        if (body.Method is null || entry.Reach.Caller is not null || (entry.Reach.Kind == RootKind.Undeclared && scope.IsCalled(body)))
        {
            yield break;
        }

        foreach (PathState exit in result.Exits)
        {
            foreach (KeyValuePair<Mask, MaskDebt> owed in exit.Debts)
            {
                if (!(owed.Key == Mask.Irq && entry.IsOff(Mask.Irq, default)) && !entry.LeavesMasked(owed.Key)
                    && result.CallNumbered(owed.Value.Released) is { } released
                    && result.CallNumbered(owed.Value.Taken) is { } taken
                    && released.Locks.Values.FirstOrDefault() is { } reference)
                {
                    yield return new FlavourBreak(released, FlavourFault.LeavesMasked, reference, owed.Key, entry.Reach, taken);
                }
            }
        }
    }

    /// <summary>A lock that a call releases, and what the call does to masks.</summary>
    private sealed record Ending(string Instance, bool IsPair, Mask Unmasks, Mask Restores, MaskState? Saved)
    {
        public static bool IsPossible(OperationContract contract)
        {
            if (contract.Disposes)
            {
                return true;
            }

            foreach (LockEffect effect in contract.Locks)
            {
                if (effect.Action == LockAction.Release)
                {
                    return true;
                }
            }

            return false;
        }

        public static IEnumerable<Ending> Of(CallEvent call, PathState before)
        {
            if (call.Contract.Disposes && call.ReceiverIn(before) is { } guard && before.Tokens.TryGetValue(guard.Text, out Token? token) && token is { Lock: { } held, HasEnded: false })
            {
                yield return new Ending(held, IsPair: false, token.Unmasks, token.Restores, token.Before);
            }

            OperationContract contract = call.Contract;
            foreach (LockEffect effect in contract.Locks)
            {
                if (effect.Action == LockAction.Release && (effect.When is null || When.Met(effect.When, call.ConstantOf) == true) && call.LockIn(before, effect.Lock) is { } reference)
                {
                    Value? flags = contract.RestoresFrom is { } from && call.Arguments.TryGetValue(from, out Value? given) ? given : null;
                    MaskState? saved = flags is not null && before.Tokens.TryGetValue(flags.Text, out Token? saving) ? saving.Before : null;
                    yield return new Ending(reference.Instance, IsPair: true, MaskEntry.UnmaskedBy(contract), contract.RestoresMask, saved);
                }
            }
        }

        public bool TurnsIrqOn(MaskEntry entry) => (Unmasks & Mask.Irq) != 0 || ((Restores & Mask.Irq) != 0 && Saved is { } saved && saved.Irq != MaskLevel.Unknown && !entry.IsOff(Mask.Irq, saved));
    }
}
