using System.Collections.Generic;
using System.Linq;
using IrqSafety.Contracts;

namespace IrqSafety.Rules;

/// <summary>What one task holds and what is masked, in each of the contexts stacked on it.</summary>
internal sealed class TaskLocks
{
    private readonly List<ContextFrame> _frames = [new(Context.Task, isThreaded: true)];

    /// <summary>Nesting of scopes in which no allocation enters the filesystem.</summary>
    public int NoFilesystemScopes { get; set; }

    /// <summary>The innermost context.</summary>
    public ContextFrame Current => _frames[_frames.Count - 1];

    /// <summary>Everything held, the interrupted contexts' locks first.</summary>
    public IEnumerable<HeldLock> AllHeld => _frames.SelectMany(frame => frame.Held);

    /// <summary>Something is held.</summary>
    public bool HoldsAny => _frames.Exists(frame => frame.Held.Count > 0);

    /// <summary>True where a queued reader passes waiting writers.</summary>
    public bool InInterrupt => _frames.Count > 1 || Current.IsMasked(Mask.SoftIrq);

    /// <summary>A context begins.</summary>
    public void Enter(Context context, bool isThreaded) => _frames.Add(new ContextFrame(context, isThreaded));

    /// <summary>The innermost context ends; what it still held comes back. Null when there is none to end.</summary>
    public IReadOnlyList<HeldLock>? Leave()
    {
        if (_frames.Count == 1)
        {
            return null;
        }

        ContextFrame ended = Current;
        _frames.RemoveAt(_frames.Count - 1);
        return ended.Held;
    }

    /// <summary>The held lock, in whatever context; null when it is not held.</summary>
    public HeldLock? Find(LockIdentity identity) => AllHeld.LastOrDefault(held => held.Lock.IsSameLock(identity));
}

/// <summary>One context on a task's stack.</summary>
internal sealed class ContextFrame
{
    private readonly List<HeldLock> _held = [];
    private Mask _masked;
    private int _softIrqOff;
    private int _preemptOff;
    private bool _interruptsEnabledHere;

    public ContextFrame(Context context, bool isThreaded)
    {
        Context = context;
        IsThreaded = isThreaded;
        _masked = (context & Context.AnyInterrupt & ~Context.SoftIrq) != 0 ? Mask.Irq : Mask.None;
    }

    public Context Context { get; }

    public bool IsThreaded { get; }

    /// <summary>Held here, in the order of acquiring.</summary>
    public IReadOnlyList<HeldLock> Held => _held;

    /// <summary>How hard code may wait here, by the context, these sections and what is held in it.</summary>
    public WaitType WaitLimit(Section within) => LockNesting.WaitLimit(Context, IsThreaded ? within : within | Section.NeverThreaded, _held.Select(held => held.Kind));

    /// <summary>The contexts that may interrupt now.</summary>
    public Context Arriving
    {
        get
        {
            var arriving = Context.None;
            Mask masked = _masked | (_softIrqOff > 0 ? Mask.SoftIrq : Mask.None) | (_preemptOff > 0 ? Mask.Preemption : Mask.None);
            foreach (Context context in Contexts.All)
            {
                if (PreemptionMatrix.MayPreempt(context, Context, masked))
                {
                    arriving |= context;
                }
            }

            // The matrix is about handlers as they are entered; one that enables interrupts can be interrupted by its own kind.
            return _interruptsEnabledHere && !IsMasked(Mask.Irq) ? arriving | Context.HardIrq | Context.Fiq : arriving;
        }
    }

    public bool IsMasked(Mask mask) => mask switch
    {
        Mask.SoftIrq => _softIrqOff > 0,
        Mask.Preemption => _preemptOff > 0,
        _ => (_masked & mask) != 0,
    };

    public void SetMask(Mask mask, bool masked)
    {
        switch (mask)
        {
            case Mask.SoftIrq:
                _softIrqOff = Count(_softIrqOff, masked);
                break;
            case Mask.Preemption:
                _preemptOff = Count(_preemptOff, masked);
                break;
            default:
                _masked = masked ? _masked | mask : _masked & ~mask;
                _interruptsEnabledHere |= mask == Mask.Irq && !masked && Context is Context.HardIrq or Context.Fiq;
                break;
        }
    }

    public void Push(HeldLock held) => _held.Add(held);

    /// <summary>Removes the innermost holding of this lock, if possible one of this mode; null when it is not held here.</summary>
    public HeldLock? Remove(LockIdentity identity, HoldMode hold)
    {
        int index = _held.FindLastIndex(held => held.Lock.IsSameLock(identity) && held.Hold == hold);
        if (index < 0)
        {
            index = _held.FindLastIndex(held => held.Lock.IsSameLock(identity));
        }

        if (index < 0)
        {
            return null;
        }

        HeldLock removed = _held[index];
        _held.RemoveAt(index);
        return removed;
    }

    private static int Count(int count, bool up) => up ? count + 1 : count > 0 ? count - 1 : 0;
}
