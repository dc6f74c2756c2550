using System.Collections.Generic;
using System.Linq;
using IrqSafety.Rules;
using IrqSafety.Runtime;

namespace IrqSafety.Simulator;

/// <summary>
/// The locks each task holds, by the handler that took them: what the interrupted code holds keeps nobody out of the handler's way, least of all
/// the handler.
/// </summary>
internal sealed class LocksByFrame
{
    private readonly Dictionary<Frame, List<(KernelLock Lock, LockAccess Access)>> _held = new(ReferenceEqualityComparer.Instance);

    /// <summary>An execution begins.</summary>
    public void MakeNew() => _held.Clear();

    /// <summary>Follows the machine.</summary>
    public void Observe(SimTask task, in MachineEvent happened)
    {
        switch (happened.Kind)
        {
            case MachineEventKind.LockAcquired when happened.Subject is KernelLock taken:
                Of(task.Frame).Add((taken, happened.Taking.Access));
                break;
            case MachineEventKind.LockReleased when happened.Subject is KernelLock released:
                Release(Of(task.Frame), released);
                break;
            case MachineEventKind.LockInitialised when happened.Subject is KernelLock initialised:
                Forget(initialised);
                break;
            default:
                break;
        }
    }

    private static void Release(List<(KernelLock Lock, LockAccess Access)> held, KernelLock released)
    {
        int index = held.FindLastIndex(one => ReferenceEquals(one.Lock, released));
        if (index >= 0)
        {
            held.RemoveAt(index);
        }
    }

    private void Forget(KernelLock initialised)
    {
        foreach (List<(KernelLock Lock, LockAccess Access)> each in _held.Values)
        {
            each.RemoveAll(one => ReferenceEquals(one.Lock, initialised));
        }
    }

    /// <summary>How far the frame holds a lock.</summary>
    public LockHold Holds(Frame frame, KernelLock @lock) => Strongest(frame, one => ReferenceEquals(one, @lock));

    /// <summary>How far the frame holds some lock of a class.</summary>
    public LockHold Holds(Frame frame, string lockClass) => Strongest(frame, one => one.Class.Name == lockClass);

    private LockHold Strongest(Frame frame, System.Func<KernelLock, bool> which)
    {
        LockHold best = LockHold.No;
        foreach ((KernelLock held, LockAccess access) in _held.TryGetValue(frame, out var all) ? all : [])
        {
            if (which(held))
            {
                best = access == LockAccess.Exclusive || best == LockHold.Exclusive ? LockHold.Exclusive : LockHold.Shared;
            }
        }

        return best;
    }

    private List<(KernelLock Lock, LockAccess Access)> Of(Frame frame)
    {
        if (!_held.TryGetValue(frame, out List<(KernelLock Lock, LockAccess Access)>? held))
        {
            _held[frame] = held = [];
        }

        return held;
    }
}
