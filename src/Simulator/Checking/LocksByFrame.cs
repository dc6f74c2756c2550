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
    private readonly ByObject<FrameLocks> _frames = new();

    /// <summary>An execution begins.</summary>
    public void MakeNew() => _frames.MakeNew();

    /// <summary>How many locks the frame has released.</summary>
    public int ReleasedBy(Frame frame) => _frames.Find(frame)?.Released ?? 0;

    /// <summary>Follows the machine.</summary>
    public void Observe(SimTask task, in MachineEvent happened)
    {
        switch (happened.Kind)
        {
            case MachineEventKind.LockAcquired when happened.Subject is KernelLock taken:
                _frames[task.Frame].Held.Add((taken, happened.Taking.Access));
                break;
            case MachineEventKind.LockReleased when happened.Subject is KernelLock released:
                _frames[task.Frame].Release(released);
                break;
            case MachineEventKind.LockInitialised when happened.Subject is KernelLock initialised:
                Forget(initialised);
                break;
            default:
                break;
        }
    }

    private void Forget(KernelLock initialised)
    {
        for (int index = 0; index < _frames.Count; index++)
        {
            _ = _frames.At(index).Held.RemoveAll(one => ReferenceEquals(one.Lock, initialised));
        }
    }

    /// <summary>How far the frame holds a lock.</summary>
    public LockHold Holds(Frame frame, KernelLock @lock) => Strongest(frame, one => ReferenceEquals(one, @lock));

    /// <summary>How far the frame holds some lock of a class.</summary>
    public LockHold Holds(Frame frame, string lockClass) => Strongest(frame, one => one.Class.Name == lockClass);

    private LockHold Strongest(Frame frame, System.Func<KernelLock, bool> which)
    {
        LockHold best = LockHold.No;
        foreach ((KernelLock held, LockAccess access) in _frames.Find(frame)?.Held ?? [])
        {
            if (which(held))
            {
                best = access == LockAccess.Exclusive || best == LockHold.Exclusive ? LockHold.Exclusive : LockHold.Shared;
            }
        }

        return best;
    }

    private sealed class FrameLocks : IReusable
    {
        public List<(KernelLock Lock, LockAccess Access)> Held { get; } = [];

        public int Released { get; private set; }

        public void MakeNew()
        {
            Held.Clear();
            Released = 0;
        }

        public void Release(KernelLock released)
        {
            Released++;
            for (int index = Held.Count - 1; index >= 0; index--)
            {
                if (ReferenceEquals(Held[index].Lock, released))
                {
                    Held.RemoveAt(index);
                    return;
                }
            }
        }
    }
}
