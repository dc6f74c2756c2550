using System;
using System.Collections.Generic;
using System.Linq;
using IrqSafety.Analyzers.Flow;
using IrqSafety.Contracts;
using IrqSafety.Rules;
using Scope = IrqSafety.Analyzers.Flow.Scope;

namespace IrqSafety.Analyzers.Judging;

/// <summary>What is wrong with how a mask is put back.</summary>
internal enum MaskFault
{
    /// <summary>What was saved is not restored.</summary>
    NotRestored,

    /// <summary>What was saved is restored a second time.</summary>
    RestoredAgain,

    /// <summary>What was saved is restored before what was saved inside it.</summary>
    OutOfOrder,

    /// <summary>What was saved is kept where other CPUs overwrite it.</summary>
    SharedByCpus,

    /// <summary>A body that promises to keep the mask returns with it closed.</summary>
    LeftMasked,

    /// <summary>It unmasks what was masked before the body.</summary>
    UnmasksOutside,

    /// <summary>It unmasks, although the state before was saved.</summary>
    DropsSaved,

    /// <summary>It unmasks while a lock is held that was taken with this masked.</summary>
    UnmasksUnderLock,

    /// <summary>A body that promises to keep the mask opens it.</summary>
    BreaksPromise,

    /// <summary>It writes a value that masks less than what was masked before.</summary>
    Lowers,
}

/// <summary>A call that masks or unmasks otherwise than whoever is around it relies on.</summary>
/// <param name="Call">The guilty call.</param>
/// <param name="Fault">What is wrong.</param>
/// <param name="Mask">What is masked or unmasked.</param>
/// <param name="Reach">The way to it that makes it wrong; null when the body alone does.</param>
/// <param name="Other">The call that saved or masked, where one is concerned.</param>
internal sealed record MaskBreak(CallEvent Call, MaskFault Fault, Mask Mask, Reach? Reach = null, CallEvent? Other = null)
{
    /// <summary>For what is not restored: whether that is so on some paths only.</summary>
    public bool OnSomePath { get; init; }

    /// <summary>For what is shared by CPUs: the member it is put in.</summary>
    public string? SharedIn { get; init; }
}

/// <summary>
/// Whether masks are put back as they were found. What a lock operation masks is judged with the lock, by <see cref="LockFlavours"/>.
/// </summary>
internal static class MaskDiscipline
{
    private static readonly Mask[] Masks = [Mask.Irq, Mask.Daif];
    private static readonly Mask[] RegisterMasks = [Mask.Irq, Mask.Daif, Mask.Nmi];

    /// <summary>Saved masks that are not restored, or when it is not their turn; and promises to keep the mask that leave it closed.</summary>
    public static IEnumerable<MaskBreak> Unrestored(ScopeModel model)
    {
        foreach (Body body in model.Scope.Bodies)
        {
            BodyResult result = model.Scope.ResultOf(body);
            OperationContract? contract = body.Method is { } method ? model.Scope.Contracts.Contracts.Of(method) : null;
            foreach (MaskBreak leak in contract is not null and not { KeepsMask: Mask.None } || SavesAny(result) ? Leaks(result, contract) : [])
            {
                yield return leak;
            }

            foreach (CallEvent call in result.Calls)
            {
                if (call.Misplaced is { } misplaced)
                {
                    yield return new MaskBreak(
                        call,
                        misplaced.How == MisplacedRestore.Again ? MaskFault.RestoredAgain : MaskFault.OutOfOrder,
                        call.Contract.RestoresMask,
                        Other: misplaced.Innermost is { } innermost ? result.CallNumbered(innermost) : null);
                }
            }
        }
    }

    /// <summary>Calls that unmask where somebody relies on the mask, one fault for each on the shortest way.</summary>
    public static IEnumerable<MaskBreak> Unmasked(ScopeModel model) => OnShortestWay(model, call => Unmasks(call.Contract) != Mask.None, OfUnmask);

    /// <summary>Constants written to a mask register that mask less than somebody relies on, one fault for each on the shortest way.</summary>
    public static IEnumerable<MaskBreak> Lowered(ScopeModel model) => OnShortestWay(model, call => call.WrittenMask is not null, OfWrite);

    private static IEnumerable<MaskBreak> OnShortestWay(ScopeModel model, Func<CallEvent, bool> isConcerned, Func<BodyResult, CallEvent, MaskEntry, MaskBreak?> judge)
    {
        var found = new Dictionary<CallEvent, MaskBreak>();
        foreach (Reach reach in model.Reaches)
        {
            if (reach.Kind == RootKind.Promised)
            {
                continue;
            }

            MaskEntry? entry = null;
            BodyResult result = model.Scope.ResultOf(reach.Body);
            foreach (CallEvent call in result.Calls)
            {
                if (isConcerned(call) && judge(result, call, entry ??= MaskEntry.Of(model.Scope, reach)) is { } fault && (!found.TryGetValue(call, out MaskBreak? known) || reach.Depth < known.Reach!.Depth))
                {
                    found[call] = fault;
                }
            }
        }

        return found.Values.InSourceOrder(one => one.Call);
    }

    private static MaskBreak? OfWrite(BodyResult result, CallEvent call, MaskEntry entry)
    {
        foreach (Mask mask in RegisterMasks.Where(mask => (call.Contract.RestoresMask & mask) != 0 && call.WrittenMask!.Value.LevelOf(mask) == MaskLevel.Unmasked))
        {
            foreach (PathState before in WhereItMatters(call, mask, entry))
            {
                if (before.Saved.Values.LastOrDefault(open => (open.Mask & mask) != 0 && !entry.IsOn(mask, open.Before)) is { } saved && result.CallNumbered(saved.Call) is { } saving)
                {
                    return new MaskBreak(call, MaskFault.Lowers, mask, entry.Reach, saving);
                }

                if (LockMaskedUnder(result, before, mask) is { } taken)
                {
                    return new MaskBreak(call, MaskFault.Lowers, mask, entry.Reach, taken);
                }

                if (entry.On(before).IsOff(mask, default) && !entry.LeavesUnmasked(mask))
                {
                    return new MaskBreak(call, MaskFault.Lowers, mask, entry.Reach);
                }
            }
        }

        return null;
    }

    private static bool SavesAny(BodyResult result)
    {
        foreach (PathState exit in result.Exits)
        {
            if (!exit.Saved.IsEmpty)
            {
                return true;
            }
        }

        return false;
    }

    private static IEnumerable<MaskBreak> Leaks(BodyResult result, OperationContract? contract)
    {
        var told = new HashSet<int>();
        foreach (PathState exit in result.Exits)
        {
            foreach (SavedMask open in exit.Saved.Values)
            {
                if (open.SharedIn is { } shared && result.CallNumbered(open.Call) is { } kept && told.Add(open.Call))
                {
                    yield return new MaskBreak(kept, MaskFault.SharedByCpus, open.Mask) { SharedIn = shared };
                }

                if (!open.IsHandedOn && StaysOff(open, exit) && !Declares(contract, open.Mask) && BodyAnalysis.ValueOf(exit)?.Text != open.Term
                    && result.CallNumbered(open.Call) is { } call && told.Add(open.Call))
                {
                    yield return new MaskBreak(call, MaskFault.NotRestored, open.Mask)
                    {
                        OnSomePath = result.Exits.Any(other => !other.Saved.Values.Any(saved => saved.Call == open.Call)),
                    };
                }
            }

            if (contract is null or { KeepsMask: Mask.None })
            {
                continue;
            }

            foreach (Mask mask in Masks.Where(mask => (contract.KeepsMask & mask) != 0 && (contract.RequiresMasked & mask) == 0 && exit.Mask.LevelOf(mask) == MaskLevel.Masked))
            {
                if (exit.Saved.IsEmpty && result.Calls.LastOrDefault(call => Sets(call.Contract, mask, masked: true)) is { } masking && told.Add(masking.Number))
                {
                    yield return new MaskBreak(masking, MaskFault.LeftMasked, mask);
                }
            }
        }
    }

    private static bool StaysOff(SavedMask open, PathState exit) =>
        Masks.Any(mask => (open.Mask & mask) != 0 && open.Before.LevelOf(mask) != MaskLevel.Masked && exit.Mask.LevelOf(mask) == MaskLevel.Masked);

    private static bool Declares(OperationContract? contract, Mask mask) =>
        contract is not null && ((contract.SavesMask & mask) != 0 || contract.SetsMask.Any(change => change.Masked && (change.Mask & mask) != 0));

    private static MaskBreak? OfUnmask(BodyResult result, CallEvent call, MaskEntry entry)
    {
        foreach (Mask mask in Masks.Where(mask => (Unmasks(call.Contract) & mask) != 0))
        {
            foreach (PathState before in WhereItMatters(call, mask, entry))
            {
                if (LockMaskedUnder(result, before, mask) is { } taken)
                {
                    return new MaskBreak(call, MaskFault.UnmasksUnderLock, mask, entry.Reach, taken);
                }

                if (before.Saved.Values.LastOrDefault(open => (open.Mask & mask) != 0 && !entry.IsOn(mask, open.Before)) is { } saved && result.CallNumbered(saved.Call) is { } saving)
                {
                    return new MaskBreak(call, MaskFault.DropsSaved, mask, entry.Reach, saving);
                }

                if (entry.On(before).IsOff(mask, default) && !entry.LeavesUnmasked(mask))
                {
                    return new MaskBreak(call, MaskFault.UnmasksOutside, mask, entry.Reach);
                }

                if (entry.Contract is { } contract && (contract.KeepsMask & mask) != 0 && (entry.Reach.Situation.Unmasked & mask) == 0)
                {
                    return new MaskBreak(call, MaskFault.BreaksPromise, mask, entry.Reach);
                }
            }
        }

        return null;
    }

    // The paths on which the mask may be closed before. Where the operation itself is illegal, that is what is wrong.
    private static IEnumerable<PathState> WhereItMatters(CallEvent call, Mask mask, MaskEntry entry) => call.Before.Where(before =>
        Propagation.IsPossible(entry.Reach, before) && before.Mask.LevelOf(mask) != MaskLevel.Unmasked && !Judgement.Of(call, Propagation.At(entry.Reach, call, before), before).Any());

    private static CallEvent? LockMaskedUnder(BodyResult result, PathState state, Mask mask) =>
        state.HeldNow.Select(instance => state.Acquired.TryGetValue(instance, out Acquisition? how) && how.Call != Acquisition.AtEntry && (how.Masks & mask) != 0 ? result.CallNumbered(how.Call) : null)
            .FirstOrDefault(call => call is not null);

    /// <summary>What a call unmasks whatever the state before, apart from what releases of locks do.</summary>
    private static Mask Unmasks(OperationContract contract) =>
        contract.Locks.Count > 0 || contract.Guard is not null || contract.Disposes
            ? Mask.None
            : MaskEntry.UnmaskedBy(contract) & ~contract.RestoresMask;

    private static bool Sets(OperationContract contract, Mask mask, bool masked) => contract.SetsMask.Any(change => change.Masked == masked && (change.Mask & mask) != 0);
}
