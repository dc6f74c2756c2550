using System.Collections.Generic;
using System.Linq;
using IrqSafety.Contracts;
using IrqSafety.Rules;
using IrqSafety.Runtime;

namespace IrqSafety.Simulator;

/// <summary>A law about what somebody holds, broken by the step that took or released the lock.</summary>
/// <param name="Law">The law.</param>
/// <param name="Origin">The guilty step.</param>
/// <param name="Message">What is wrong.</param>
internal sealed record HoldingFault(string Law, StepOrigin Origin, string Message);

/// <summary>
/// Follows what each piece of code holds and what it masked to take it: whether it lets go of everything before it ends, and puts back what it masked,
/// no more and no less.
/// </summary>
internal sealed class HeldLocks
{
    private readonly Dictionary<SimTask, Stack<Code>> _code = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<long, Code> _savers = [];

    /// <summary>True for events that say something about it.</summary>
    public static bool Matters(MachineEventKind kind) => kind
        is MachineEventKind.LockWanted or MachineEventKind.LockAcquired or MachineEventKind.LockReleased
        or MachineEventKind.MaskChanged or MachineEventKind.MaskSaved or MachineEventKind.MaskRestored or MachineEventKind.ContextEntered or MachineEventKind.ContextLeft;

    /// <summary>Where a task took a lock that it holds; null when it does not hold it.</summary>
    public StepOrigin? TakenAt(SimTask task, KernelLock @lock) =>
        CodeOf(task).SelectMany(code => code.Held).FirstOrDefault(held => held.Lock == @lock)?.Origin;

    /// <summary>Where the code that runs on a task's stack turned interrupts off, if they are; otherwise null.</summary>
    public StepOrigin? MaskedAt(SimTask task) => CodeOf(task).Peek() is { IrqOff: true } code ? code.MaskedAt : null;

    /// <summary>Takes in an event; what is wrong comes back.</summary>
    public IEnumerable<HoldingFault> Observe(SimTask task, Cpu cpu, MachineEvent happened, StepOrigin? origin)
    {
        Stack<Code> stack = CodeOf(task);
        Code code = stack.Peek();
        switch (happened.Kind)
        {
            case MachineEventKind.ContextEntered:
                stack.Push(new Code(happened.Context) { IrqOff = IsOff(cpu), IrqOffBefore = IsOff(cpu), EnteredOff = IsOff(cpu) });
                return [];
            case MachineEventKind.ContextLeft when stack.Count > 1:
                return Ended(stack.Pop(), "the handler returns");
            case MachineEventKind.LockWanted when happened is { Subject: KernelLock and not WwTicket, Value: 0 } && origin is not null:
                code.Wanted = new Held((KernelLock)happened.Subject, origin, code.WasOff(origin));
                return [];
            case MachineEventKind.LockAcquired when happened.Subject is KernelLock taken and not WwTicket && origin is not null:
                code.Held.Add(code.Wanted?.Lock == taken ? code.Wanted : new Held(taken, origin, code.WasOff(origin)));
                code.Wanted = null;
                return [];
            case MachineEventKind.LockReleased when happened.Subject is KernelLock released and not WwTicket && origin is not null:
                code.Release(released, origin);
                return [];
            case MachineEventKind.MaskSaved when origin is not null:
                code.Masks.Save(happened.Value, origin, cpu.Id, code.WasOff(origin));
                _savers[happened.Value] = code;
                return [];
            case MachineEventKind.MaskRestored when origin is not null && happened.Value == 0:
                code.Writes = origin.Number;
                return [];
            case MachineEventKind.MaskRestored when origin is not null:
                return code.Masks.Restore(happened.Value, origin, cpu.Id, code.IrqOff, isForeign: _savers.TryGetValue(happened.Value, out Code? saver) && saver != code);
            case MachineEventKind.MaskChanged:
                return code.MaskIs(IsOff(cpu), origin);
            default:
                return [];
        }
    }

    /// <summary>A task has ended.</summary>
    public IEnumerable<HoldingFault> Ended(SimTask task) => Ended(CodeOf(task).Peek(), $"'{task.Name}' ends");

    private static IEnumerable<HoldingFault> Ended(Code code, string how)
    {
        foreach (Held held in code.Held)
        {
            yield return new HoldingFault(LawIds.LockLeak, held.Origin, $"{held.Origin.Operation.Name}: {how} with {held.Lock.Name} held.");
        }

        foreach (HoldingFault fault in code.IrqOff ? code.Masks.Left(how) : [])
        {
            yield return fault;
        }

        if (code is { LeftOff: { } released, IrqOff: true })
        {
            yield return new HoldingFault(LawIds.LockFlavour, released, $"{released.Operation.Name}: {how} with interrupts off, which taking the lock turned off.");
        }
    }

    private Stack<Code> CodeOf(SimTask task)
    {
        if (!_code.TryGetValue(task, out Stack<Code>? stack))
        {
            _code[task] = stack = new Stack<Code>([new Code(Context.Task)]);
        }

        return stack;
    }

    private static bool IsOff(Cpu cpu) => cpu.IrqsDisabled || cpu.State.Daif.I;

    /// <summary>A lock that is held.</summary>
    private sealed record Held(KernelLock Lock, StepOrigin Origin, bool IrqWasOff)
    {
        private OperationContract Contract => Origin.Operation.Contract;

        public bool MasksIrq => Contract.SetsMask.Any(change => change.Masked && (change.Mask & Mask.Irq) != 0);

        public bool SavesIrq => ((Contract.SavesMask | (Contract.Guard?.Restores ?? Mask.None)) & Mask.Irq) != 0;
    }

    /// <summary>A task's own code, or a handler on its stack.</summary>
    private sealed class Code(Context context)
    {
        private Held? _released;
        private StepOrigin? _releasedAt;
        private int _changedAt = -1;

        public List<Held> Held { get; } = [];

        public SavedMasks Masks { get; } = new();

        /// <summary>The number of the step that wrote a mask which nobody saved; -1 for none.</summary>
        public int Writes { get; set; } = -1;

        /// <summary>Interrupts were off when it began.</summary>
        public bool EnteredOff { get; init; }

        /// <summary>The step that turned interrupts off.</summary>
        public StepOrigin? MaskedAt { get; private set; }

        public Held? Wanted { get; set; }

        /// <summary>Interrupts are off.</summary>
        public bool IrqOff { get; set; }

        /// <summary>They were before the step that changed them last.</summary>
        public bool IrqOffBefore { get; set; }

        /// <summary>The release that left interrupts off, although taking the lock turned them off.</summary>
        public StepOrigin? LeftOff { get; private set; }

        public bool WasOff(StepOrigin step) => _changedAt == step.Number ? IrqOffBefore : IrqOff;

        public void Release(KernelLock @lock, StepOrigin origin)
        {
            int index = Held.FindLastIndex(held => held.Lock == @lock);
            _released = index < 0 ? null : Held[index];
            _releasedAt = origin;
            if (_released is not null)
            {
                Held.RemoveAt(index);
                LeftOff = _released is { MasksIrq: true, IrqWasOff: false } ? origin : LeftOff;
            }
        }

        public IEnumerable<HoldingFault> MaskIs(bool off, StepOrigin? origin)
        {
            bool on = IrqOff && !off;
            if (origin is not null && _changedAt != origin.Number)
            {
                IrqOffBefore = IrqOff;
                _changedAt = origin.Number;
            }

            MaskedAt = off && !IrqOff ? origin : MaskedAt;
            IrqOff = off;
            if (!on)
            {
                yield break;
            }

            LeftOff = null;
            if (origin is not null && ReliedOnBy() is { } who)
            {
                if (Opens(origin.Operation.Contract))
                {
                    yield return new HoldingFault(LawIds.MaskEnable, origin, $"{origin.Operation.Name}: turns interrupts on, but {who}.");
                }
                else if (Writes == origin.Number && SavedMasks.IsOfMasksAlone(origin.Operation.Contract))
                {
                    yield return new HoldingFault(LawIds.MaskLowered, origin, $"{origin.Operation.Name}: lets interrupts in, but {who}.");
                }
            }

            if (_released is { } released && _releasedAt is { } at && origin is not null && at.Number == origin.Number)
            {
                string what = $"{origin.Operation.Name}: turns interrupts on when {released.Lock.Name} is released";
                bool outside = released.MasksIrq ? released.IrqWasOff : context != Context.Task;
                if (outside && Unmasks(origin.Operation.Contract, released))
                {
                    yield return new HoldingFault(LawIds.LockFlavour, origin, $"{what}, but they were off before it was taken.");
                }
                else if (Held.FirstOrDefault(held => held is { MasksIrq: true }) is { } other)
                {
                    yield return new HoldingFault(LawIds.LockFlavour, origin, $"{what}, but {other.Lock.Name} is still held, which was taken with them off.");
                }
            }
        }

        // What a lock operation unmasks is judged with the lock.
        private static bool Opens(OperationContract operation) =>
            SavedMasks.IsOfMasksAlone(operation) && operation.RestoresMask == Mask.None && operation.SetsMask.Any(change => !change.Masked && (change.Mask & Mask.Irq) != 0);

        private string? ReliedOnBy() =>
            Held.FirstOrDefault(held => held is { MasksIrq: true }) is { } held ? $"{held.Lock.Name} is held, which was taken with them off"
            : Masks.Innermost is { } saved ? $"'{saved.Operation.Name}' saved the state before and it is still to be restored"
            : EnteredOff && context != Context.Task ? $"{context.Describe()} began with them off"
            : null;

        // Whatever the state before: the operation says so, or it ends a guard that saved nothing.
        private static bool Unmasks(OperationContract operation, Held released) =>
            operation.SetsMask.Any(change => !change.Masked && (change.Mask & Mask.Irq) != 0) || (operation.Disposes && released is { MasksIrq: true, SavesIrq: false });
    }
}
