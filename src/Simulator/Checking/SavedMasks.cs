using System.Collections.Generic;
using IrqSafety.Contracts;
using IrqSafety.Rules;
using IrqSafety.Runtime;

namespace IrqSafety.Simulator;

/// <summary>
/// The masks that a piece of code saved and has still to restore, innermost last. What lock operations save and restore counts, but is judged with the lock.
/// </summary>
internal sealed class SavedMasks : IReusable
{
    private readonly List<Saved> _open = [];
    private readonly HashSet<long> _restored = [];

    /// <inheritdoc/>
    public void MakeNew()
    {
        _open.Clear();
        if (_restored.Count > 0)
        {
            _restored.Clear();
        }
    }

    /// <summary>Where the innermost was saved by an operation on masks; null when there is none.</summary>
    public StepOrigin? Innermost
    {
        get
        {
            int index = _open.FindLastIndex(static saved => IsOfMasksAlone(saved.Contract));
            return index < 0 ? null : _open[index].At.Origin;
        }
    }

    /// <summary>True for an operation on masks and nothing else.</summary>
    public static bool IsOfMasksAlone(OperationContract contract) => contract is { Locks.Count: 0, Guard: null, Disposes: false };

    /// <summary>A mask is saved and closed.</summary>
    public void Save(long number, StepMark at, CpuId cpu, bool wasOff) => _open.Add(new Saved(number, at, cpu, wasOff));

    /// <summary>A saved mask is put back. What is wrong with that, or null.</summary>
    /// <param name="number">The number of the save.</param>
    /// <param name="at">The step.</param>
    /// <param name="cpu">On which CPU.</param>
    /// <param name="isOff">Interrupts are off now.</param>
    /// <param name="isForeign">Another task or handler saved it.</param>
    public HoldingFault? Restore(long number, StepMark at, CpuId cpu, bool isOff, bool isForeign)
    {
        int depth = _open.Count - 1;
        while (depth >= 0 && _open[depth].Number != number)
        {
            depth--;
        }

        string? wrong;
        if (depth < 0)
        {
            wrong = isForeign ? "restores a mask that other code saved"
                : _restored.Contains(number) && (_open.Count > 0 || !isOff) ? "restores a mask that was restored before"
                : null;
        }
        else
        {
            Saved saved = _open[depth];
            wrong = saved.Cpu != cpu ? $"restores on {cpu} a mask that was saved on {saved.Cpu}"
                : depth < _open.Count - 1 && !saved.WasOff ? $"restores a mask while what {_open[^1].At.Operation!.Name} saved inside it is still to be restored"
                : null;
            _open.RemoveRange(depth, _open.Count - depth);
            if (IsOfMasksAlone(saved.Contract))
            {
                _ = _restored.Add(number);
            }
        }

        return wrong is not null && IsOfMasksAlone(at.Operation!.Contract) ? new HoldingFault(LawIds.MaskRestore, at.Origin!, $"{at.Operation.Name}: {wrong}.") : null;
    }

    /// <summary>The code has ended with interrupts off: what it should have restored.</summary>
    public IEnumerable<HoldingFault> Left(string how)
    {
        foreach (Saved saved in _open)
        {
            if (!saved.WasOff && IsOfMasksAlone(saved.Contract))
            {
                yield return new HoldingFault(LawIds.MaskRestore, saved.At.Origin!, $"{saved.At.Operation!.Name}: {how} without restoring the mask that it saved.");
            }
        }
    }

    private readonly record struct Saved(long Number, StepMark At, CpuId Cpu, bool WasOff)
    {
        public OperationContract Contract => At.Operation!.Contract;
    }
}
