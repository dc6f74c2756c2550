using System.Collections.Generic;
using IrqSafety.Contracts;
using IrqSafety.Rules;
using IrqSafety.Runtime;

namespace IrqSafety.Simulator;

/// <summary>
/// The masks that a piece of code saved and has still to restore, innermost last. What lock operations save and restore counts, but is judged with the lock.
/// </summary>
internal sealed class SavedMasks
{
    private readonly List<Saved> _open = [];
    private readonly HashSet<long> _restored = [];

    /// <summary>Where the innermost was saved by an operation on masks; null when there is none.</summary>
    public StepOrigin? Innermost => _open.FindLast(saved => IsOfMasksAlone(saved.Origin.Operation.Contract))?.Origin;

    /// <summary>True for an operation on masks and nothing else.</summary>
    public static bool IsOfMasksAlone(OperationContract contract) => contract is { Locks.Count: 0, Guard: null, Disposes: false };

    /// <summary>A mask is saved and closed.</summary>
    public void Save(long number, StepOrigin origin, CpuId cpu, bool wasOff) => _open.Add(new Saved(number, origin, cpu, wasOff));

    /// <summary>A saved mask is put back.</summary>
    /// <param name="number">The number of the save.</param>
    /// <param name="origin">The step.</param>
    /// <param name="cpu">On which CPU.</param>
    /// <param name="isOff">Interrupts are off now.</param>
    /// <param name="isForeign">Another task or handler saved it.</param>
    public IEnumerable<HoldingFault> Restore(long number, StepOrigin origin, CpuId cpu, bool isOff, bool isForeign)
    {
        bool judged = IsOfMasksAlone(origin.Operation.Contract);
        int depth = _open.FindLastIndex(saved => saved.Number == number);
        if (depth < 0)
        {
            string? wrong = isForeign ? "restores a mask that other code saved"
                : _restored.Contains(number) && (_open.Count > 0 || !isOff) ? "restores a mask that was restored before"
                : null;
            if (judged && wrong is not null)
            {
                yield return new HoldingFault(LawIds.MaskRestore, origin, $"{origin.Operation.Name}: {wrong}.");
            }

            yield break;
        }

        Saved saved = _open[depth];
        string? fault = saved.Cpu != cpu ? $"restores on {cpu} a mask that was saved on {saved.Cpu}"
            : depth < _open.Count - 1 && !saved.WasOff ? $"restores a mask while what {_open[^1].Origin.Operation.Name} saved inside it is still to be restored"
            : null;
        _open.RemoveRange(depth, _open.Count - depth);
        if (IsOfMasksAlone(saved.Origin.Operation.Contract))
        {
            _ = _restored.Add(number);
        }

        if (judged && fault is not null)
        {
            yield return new HoldingFault(LawIds.MaskRestore, origin, $"{origin.Operation.Name}: {fault}.");
        }
    }

    /// <summary>The code has ended with interrupts off: what it should have restored.</summary>
    public IEnumerable<HoldingFault> Left(string how)
    {
        foreach (Saved saved in _open)
        {
            if (!saved.WasOff && IsOfMasksAlone(saved.Origin.Operation.Contract))
            {
                yield return new HoldingFault(LawIds.MaskRestore, saved.Origin, $"{saved.Origin.Operation.Name}: {how} without restoring the mask that it saved.");
            }
        }
    }

    private sealed record Saved(long Number, StepOrigin Origin, CpuId Cpu, bool WasOff);
}
