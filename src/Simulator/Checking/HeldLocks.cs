using System;
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
/// <param name="originOf">Where a task is; asked for only when it matters.</param>
/// <param name="markOf">The same, for what matters only later, if at all.</param>
internal sealed class HeldLocks(Func<SimTask, StepOrigin> originOf, Func<SimTask, StepMark> markOf)
{
    private readonly ByTask<TaskCode> _code = new();

    // By the number of the save.
    private readonly List<Code?> _savers = [];

    /// <summary>An execution begins.</summary>
    public void MakeNew()
    {
        _code.MakeNew();
        _savers.Clear();
    }

    /// <summary>Where a task took a lock that it holds; null when it does not hold it.</summary>
    public StepOrigin? TakenAt(SimTask task, KernelLock @lock)
    {
        foreach (Code code in _code[task].InnermostFirst)
        {
            int index = code.Held.FindIndex(held => held.Lock == @lock);
            if (index >= 0)
            {
                return code.Held[index].Origin;
            }
        }

        return null;
    }

    /// <summary>Where the code that runs on a task's stack turned interrupts off, if they are; otherwise null.</summary>
    public StepOrigin? MaskedAt(SimTask task) => _code[task].Innermost is { IrqOff: true } code ? code.MaskedAt.Origin : null;

    /// <summary>Takes in an event; what is wrong comes back.</summary>
    public HoldingFault[] Observe(SimTask task, Cpu cpu, in MachineEvent happened)
    {
        TaskCode stack = _code[task];
        bool inStep = task.Step.Operation is not null;
        switch (happened.Kind)
        {
            case MachineEventKind.ContextEntered:
                stack.Enter(happened.Context, IsOff(cpu), happened.Subject is Operation ? originOf(task) : null);
                return [];
            case MachineEventKind.ContextLeft when stack.IsInHandler:
                return Left(stack.Leave(), happened.Subject as Operation);
            case MachineEventKind.LockWanted when inStep && happened is { Subject: KernelLock and not WwTicket, Value: 0 }:
                Want(stack.Innermost, task, (KernelLock)happened.Subject);
                return [];
            case MachineEventKind.LockAcquired when inStep && happened.Subject is KernelLock taken and not WwTicket:
                Take(stack.Innermost, task, taken);
                return [];
            case MachineEventKind.LockReleased when inStep && happened.Subject is KernelLock released and not WwTicket:
                stack.Innermost.Release(released, markOf(task));
                return [];
            case MachineEventKind.MaskSaved when inStep:
                Save(stack.Innermost, task, cpu, happened.Value);
                return [];
            case MachineEventKind.MaskRestored when inStep && happened.Value == 0:
                stack.Innermost.Writes = task.Frame.Steps;
                return [];
            case MachineEventKind.MaskRestored when inStep:
                return Restore(stack.Innermost, task, cpu, happened.Value) is { } fault ? [fault] : [];
            case MachineEventKind.MaskChanged:
                return stack.Innermost.MaskIs(IsOff(cpu), inStep ? task : null, markOf) is { } letIn ? [letIn] : [];
            default:
                return [];
        }
    }

    // What it masked counts from when it is wanted: the lock is taken in the same step.
    private void Want(Code code, SimTask task, KernelLock wanted)
    {
        StepMark at = markOf(task);
        code.Wanted = new Held(wanted, at, code.WasOff(at.Number));
    }

    private void Take(Code code, SimTask task, KernelLock taken)
    {
        if (code.Wanted.Lock != taken)
        {
            Want(code, task, taken);
        }

        code.Held.Add(code.Wanted);
        code.Wanted = default;
    }

    private void Save(Code code, SimTask task, Cpu cpu, long number)
    {
        StepMark at = markOf(task);
        code.Masks.Save(number, at, cpu.Id, code.WasOff(at.Number));
        code.HasSaved = true;
        while (_savers.Count <= number)
        {
            _savers.Add(null);
        }

        _savers[(int)number] = code;
    }

    private HoldingFault? Restore(Code code, SimTask task, Cpu cpu, long number)
    {
        bool isForeign = number < _savers.Count && _savers[(int)number] is { } saver && saver != code;
        return code.Masks.Restore(number, markOf(task), cpu.Id, code.IrqOff, isForeign);
    }

    /// <summary>A task has ended.</summary>
    public HoldingFault[] Ended(SimTask task) => _code[task].Innermost is { OwesNothing: false } code ? [.. Owed(code, $"'{task.Name}' ends")] : [];

    // By the operation that ends what code entered; by the one that entered it, where the exception returned first.
    private static HoldingFault[] Left(Code code, Operation? by)
    {
        HoldingFault[] owed = code.OwesNothing ? [] : [.. Owed(code, "the handler returns")];
        return code.EnteredBy is { } entered && by == entered.Operation
            ? [.. owed, new HoldingFault(LawIds.NmiEntry, entered, $"{by.Name}: the handler returns in the NMI that it entered, and preempt_count says for ever that there is one.")]
            : owed;
    }

    private static IEnumerable<HoldingFault> Owed(Code code, string how)
    {
        foreach (Held held in code.Held)
        {
            yield return new HoldingFault(LawIds.LockLeak, held.Origin, $"{held.Origin.Operation.Name}: {how} with {held.Lock!.Name} held.");
        }

        foreach (HoldingFault fault in code.IrqOff ? code.Masks.Left(how) : [])
        {
            yield return fault;
        }

        if (code is { LeftOff: { } left, IrqOff: true } && left.Origin is { } released)
        {
            yield return new HoldingFault(LawIds.LockFlavour, released, $"{released.Operation.Name}: {how} with interrupts off, which taking the lock turned off.");
        }
    }

    // Asked at every release: without an iterator.
    private static bool SetsIrq(OperationContract operation, bool masked)
    {
        IReadOnlyList<MaskChange> changes = operation.SetsMask;
        for (int index = 0; index < changes.Count; index++)
        {
            if (changes[index].Masked == masked && (changes[index].Mask & Mask.Irq) != 0)
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsOff(Cpu cpu) => cpu.IrqsDisabled || cpu.State.Daif.I;

    /// <summary>A lock that is held.</summary>
    private readonly struct Held(KernelLock @lock, StepMark at, bool irqWasOff)
    {
        /// <summary>The lock; null where there is none.</summary>
        public KernelLock? Lock => @lock;

        public StepOrigin Origin => at.Origin!;

        public bool IrqWasOff => irqWasOff;

        private OperationContract Contract => at.Operation!.Contract;

        public bool MasksIrq => SetsIrq(Contract, masked: true);

        public bool SavesIrq => ((Contract.SavesMask | (Contract.Guard?.Restores ?? Mask.None)) & Mask.Irq) != 0;
    }

    /// <summary>What runs on a task's stack.</summary>
    private sealed class TaskCode : IReusable
    {
        // What has come to its end is kept for the next that runs as deep.
        private readonly List<Code> _code = [new Code()];
        private int _depth;

        public void MakeNew()
        {
            _depth = 0;
            foreach (Code each in _code)
            {
                each.MakeNew();
            }
        }

        public Code Innermost => _code[_depth];

        public bool IsInHandler => _depth > 0;

        public IEnumerable<Code> InnermostFirst => _code.Take(_depth + 1).Reverse();

        public void Enter(Context context, bool off, StepOrigin? by)
        {
            if (++_depth == _code.Count)
            {
                _code.Add(new Code());
            }
            else if (_code[_depth].HasSaved)
            {
                // Somebody may still restore a mask that it saved.
                _code[_depth] = new Code();
            }

            Innermost.Begin(context, off);
            Innermost.EnteredBy = by;
        }

        public Code Leave() => _code[_depth--];
    }

    /// <summary>A task's own code, or a handler on its stack.</summary>
    private sealed class Code : IReusable
    {
        private Context _context = Context.Task;
        private List<Held>? _held;
        private SavedMasks? _masks;
        private Held _released;
        private StepMark _releasedAt;
        private int _changedAt = -1;

        public List<Held> Held => _held ??= [];

        public SavedMasks Masks => _masks ??= new();

        /// <summary>It may end here as far as locks and masks are concerned.</summary>
        public bool OwesNothing => _held is null or { Count: 0 } && !(IrqOff && (HasSaved || LeftOff is not null));

        /// <summary>The number of the step that wrote a mask which nobody saved; -1 for none.</summary>
        public int Writes { get; set; } = -1;

        /// <summary>Interrupts were off when it began.</summary>
        public bool EnteredOff { get; private set; }

        /// <summary>It saved a mask.</summary>
        public bool HasSaved { get; set; }

        /// <summary>The step by which code entered the context itself; null for an exception.</summary>
        public StepOrigin? EnteredBy { get; set; }

        /// <summary>The step that turned interrupts off.</summary>
        public StepMark MaskedAt { get; private set; }

        /// <summary>The lock that it waits for, or is about to take.</summary>
        public Held Wanted { get; set; }

        /// <summary>Interrupts are off.</summary>
        public bool IrqOff { get; set; }

        /// <summary>They were before the step that changed them last.</summary>
        public bool IrqOffBefore { get; set; }

        /// <summary>The release that left interrupts off, although taking the lock turned them off.</summary>
        public StepMark? LeftOff { get; private set; }

        public void MakeNew() => Begin(Context.Task, off: false);

        /// <summary>Code begins in this context, with interrupts off or on.</summary>
        public void Begin(Context context, bool off)
        {
            _context = context;
            _held?.Clear();
            _masks?.MakeNew();
            (HasSaved, _released, _releasedAt, MaskedAt, Wanted, LeftOff, EnteredBy) = (false, default, default, default, default, null, null);
            (_changedAt, Writes) = (-1, -1);
            (IrqOff, IrqOffBefore, EnteredOff) = (off, off, off);
        }

        public bool WasOff(int step) => _changedAt == step ? IrqOffBefore : IrqOff;

        public void Release(KernelLock @lock, StepMark at)
        {
            List<Held> all = Held;
            int index = all.Count - 1;
            while (index >= 0 && all[index].Lock != @lock)
            {
                index--;
            }

            _released = index < 0 ? default : all[index];
            _releasedAt = at;
            if (index >= 0)
            {
                all.RemoveAt(index);
                LeftOff = !_released.IrqWasOff && _released.MasksIrq ? at : LeftOff;
            }
        }

        /// <summary>Interrupts are off now, or on.</summary>
        /// <param name="off">They are off.</param>
        /// <param name="task">Whose step it is; null when it is no step.</param>
        /// <param name="markOf">Where a task is.</param>
        public HoldingFault? MaskIs(bool off, SimTask? task, Func<SimTask, StepMark> markOf)
        {
            bool before = IrqOff;
            if (task is not null && _changedAt != task.Frame.Steps)
            {
                IrqOffBefore = before;
                _changedAt = task.Frame.Steps;
            }

            IrqOff = off;
            if (off && !before)
            {
                MaskedAt = task is null ? default : markOf(task);
            }

            if (!before || off)
            {
                return null;
            }

            LeftOff = null;
            return task is not null && (_held is { Count: > 0 } || HasSaved || _released.Lock is not null || EnteredOff) ? LetIn(markOf(task)) : null;
        }

        // One operation lets interrupts in, so one thing is wrong: it opens a mask that somebody relies on, or it releases a lock and opens more than taking it closed.
        private HoldingFault? LetIn(StepMark at)
        {
            Operation operation = at.Operation!;
            bool opens = Opens(operation.Contract);
            if ((opens || (Writes == at.Number && SavedMasks.IsOfMasksAlone(operation.Contract))) && ReliedOnBy() is { } who)
            {
                return opens
                    ? new HoldingFault(LawIds.MaskEnable, at.Origin!, $"{operation.Name}: turns interrupts on, but {who}.")
                    : new HoldingFault(LawIds.MaskLowered, at.Origin!, $"{operation.Name}: lets interrupts in, but {who}.");
            }

            Held released = _released;
            if (released.Lock is null || _releasedAt.Number != at.Number)
            {
                return null;
            }

            bool outside = released.MasksIrq ? released.IrqWasOff : _context != Context.Task;
            string? why = outside && Unmasks(operation.Contract, released) ? "they were off before it was taken"
                : TakenWithIrqsOff() is { } other ? $"{other.Lock!.Name} is still held, which was taken with them off"
                : null;
            return why is null ? null : new HoldingFault(LawIds.LockFlavour, at.Origin!, $"{operation.Name}: turns interrupts on when {released.Lock.Name} is released, but {why}.");
        }

        private Held? TakenWithIrqsOff()
        {
            foreach (Held held in Held)
            {
                if (held.MasksIrq)
                {
                    return held;
                }
            }

            return null;
        }

        // What a lock operation unmasks is judged with the lock.
        private static bool Opens(OperationContract operation) =>
            SavedMasks.IsOfMasksAlone(operation) && operation.RestoresMask == Mask.None && SetsIrq(operation, masked: false);

        private string? ReliedOnBy() =>
            TakenWithIrqsOff() is { } held ? $"{held.Lock!.Name} is held, which was taken with them off"
            : Masks.Innermost is { } saved ? $"'{saved.Operation.Name}' saved the state before and it is still to be restored"
            : EnteredOff && _context != Context.Task ? $"{_context.Describe()} began with them off"
            : null;

        // Whatever the state before: the operation says so, or it ends a guard that saved nothing.
        private static bool Unmasks(OperationContract operation, Held released) =>
            SetsIrq(operation, masked: false) || (operation.Disposes && released is { MasksIrq: true, SavesIrq: false });
    }
}
