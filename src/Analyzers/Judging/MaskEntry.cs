using System.Linq;
using IrqSafety.Analyzers.Flow;
using IrqSafety.Contracts;
using IrqSafety.Rules;
using Scope = IrqSafety.Analyzers.Flow.Scope;

namespace IrqSafety.Analyzers.Judging;

/// <summary>How a body is entered on one way, as far as masks are concerned, and how its contract says it leaves.</summary>
/// <param name="Reach">The way.</param>
/// <param name="Contract">The body's contract; null for one that has none.</param>
internal sealed record MaskEntry(Reach Reach, OperationContract? Contract)
{
    /// <summary>On one way.</summary>
    public static MaskEntry Of(Scope scope, Reach reach) => new(reach, reach.Body.Method is { } method ? scope.Contracts.Contracts.Of(method) : null);

    /// <summary>As it is on the paths of a state.</summary>
    public MaskEntry On(PathState state) => this with { Reach = Reach with { Situation = Propagation.Narrowed(Reach.Situation, state) } };

    /// <summary>True where this is known to be masked.</summary>
    public bool IsOff(Mask mask, MaskState state) => state.LevelOf(mask) == MaskLevel.Masked || (state.LevelOf(mask) == MaskLevel.AsAtEntry && (Reach.Situation.Masked & mask) != 0);

    /// <summary>True where this is known to be unmasked.</summary>
    public bool IsOn(Mask mask, MaskState state) => state.LevelOf(mask) == MaskLevel.Unmasked || (state.LevelOf(mask) == MaskLevel.AsAtEntry && (Reach.Situation.Unmasked & mask) != 0);

    /// <summary>True when the contract says that it returns with this unmasked, or as something that it is given says.</summary>
    public bool LeavesUnmasked(Mask mask) => Contract is not null && ((Contract.RestoresMask & mask) != 0 || Contract.SetsMask.Any(change => (change.Mask & mask) != 0 && !change.Masked));

    /// <summary>True when the contract says that it returns with this masked.</summary>
    public bool LeavesMasked(Mask mask) => Contract is not null && Contract.SetsMask.Any(change => (change.Mask & mask) != 0 && change.Masked);

    /// <summary>What a contract says that its operation unmasks, whatever the state before.</summary>
    public static Mask UnmaskedBy(OperationContract contract)
    {
        Mask all = Mask.None;
        foreach (MaskChange change in contract.SetsMask)
        {
            all |= change.Masked ? Mask.None : change.Mask;
        }

        return all;
    }
}
