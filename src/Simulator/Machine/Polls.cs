using System;
using System.Collections.Generic;
using System.Linq;
using IrqSafety.Rules;
using IrqSafety.Runtime;

namespace IrqSafety.Simulator;

/// <summary>
/// Loops that look at the same again and again and change nothing. Such a loop waits until something it looked at has changed, or until nothing else can go on: others come to
/// run, and looks that see nothing new are not explored. <see cref="Processor.Relax"/> says at once that a loop polls; without it, it is found by its steps.
/// </summary>
internal sealed class Polls(MemoryModel memory)
{
    // Steps of the machine without any effect after which a task is watched, and how often it then looks at one thing before it waits. Code that is no loop does not do that.
    private const int QuietSteps = 16;
    private const int Looks = 3;

    private readonly List<Watch> _watches = [];
    private long _lastEffect;

    /// <summary>An execution begins.</summary>
    public void MakeNew()
    {
        _watches.Clear();
        _lastEffect = 0;
    }

    /// <summary>A step is about to be executed. Not null when the task must wait before it.</summary>
    public Func<bool>? BeforeStep(SimTask task, in Step step, long number)
    {
        bool hasEffect = step is { Access: Access.Write, Location: not null and not KernelLock and not IMemoryCell };
        if (_watches.Count == 0 && (hasEffect || number - _lastEffect <= QuietSteps))
        {
            // Nobody polls, and nothing looks as if somebody began to.
            _lastEffect = hasEffect ? number : _lastEffect;
            return null;
        }

        return Watched(task, step, number, hasEffect);
    }

    private Func<bool>? Watched(SimTask task, in Step step, long number, bool hasEffect)
    {
        foreach (Watch watch in _watches)
        {
            watch.Changed |= watch.SeesEveryStep && watch.Code != task.Frame;
        }

        if (hasEffect)
        {
            Affects(task, step.Location, number);
            return null;
        }

        Watch? looking = Of(task.Frame);
        if (looking is null)
        {
            if (number - _lastEffect <= QuietSteps)
            {
                return null;
            }

            looking = Begin(task);
        }

        return looking.HasToWait(step) ? looking.Wait(seesEveryStep: memory == MemoryModel.Arm) : null;
    }

    /// <summary>The task says that it polls.</summary>
    public Func<bool> Waits(SimTask task)
    {
        Watch watch = Of(task.Frame) ?? Begin(task);
        return watch.Wait(seesEveryStep: memory == MemoryModel.Arm || !watch.HasLooked);
    }

    /// <summary>It goes on, and looks again.</summary>
    public void Ends(SimTask task) => Of(task.Frame)?.LookAnew();

    /// <summary>Something happened, by a step of the task or by nobody's.</summary>
    public void Observe(SimTask? task, in MachineEvent happened, long number)
    {
        switch (happened.Kind)
        {
            case MachineEventKind.Written:
                Affects(task, happened.Subject, number);
                break;
            case MachineEventKind.LockAcquired or MachineEventKind.LockReleased:
                // Taking and releasing is no effect by itself: a loop may take a lock only to look.
                foreach (Watch watch in _watches)
                {
                    watch.Locks(happened.Subject, isOwn: watch.Code == task?.Frame);
                }

                break;
            case MachineEventKind.InterruptAsserted or MachineEventKind.InterruptWithdrawn or MachineEventKind.InterruptAcknowledged or MachineEventKind.InterruptEnded
                or MachineEventKind.ProtocolMoved or MachineEventKind.CpuChanged or MachineEventKind.TaskSlept or MachineEventKind.TaskWoken or MachineEventKind.TaskCreated:
                Affects(task, null, number);
                break;
        }
    }

    /// <summary>What the task looks at in a loop, or null.</summary>
    public string? LookedAtBy(SimTask task) => Of(task.Frame)?.ToString() is { Length: > 0 } looked ? looked : null;

    // Null: something that every loop may look at.
    private void Affects(SimTask? task, object? location, long number)
    {
        _lastEffect = number;
        for (int index = _watches.Count - 1; index >= 0; index--)
        {
            Watch watch = _watches[index];
            if (watch.Code == task?.Frame || watch.IsOver)
            {
                // Who changes something gets on.
                _watches.RemoveAt(index);
            }
            else
            {
                watch.Changed |= location is null || watch.Sees(location);
            }
        }
    }

    private Watch? Of(Frame code)
    {
        foreach (Watch watch in _watches)
        {
            if (watch.Code == code)
            {
                return watch;
            }
        }

        return null;
    }

    private Watch Begin(SimTask task)
    {
        var watch = new Watch(task);
        _watches.Add(watch);
        return watch;
    }

    private sealed class Watch(SimTask task)
    {
        private List<Look> _looks = [];
        private List<Look> _before = [];
        private Look? _now;
        private bool _polls;
        private int _fewestLocks = int.MaxValue;

        public Frame Code { get; } = task.Frame;

        /// <summary>Something it looked at may be different now.</summary>
        public bool Changed { get; set; }

        /// <summary>It waits, and what it looked at is not known, or not all that changes it.</summary>
        public bool SeesEveryStep { get; private set; }

        public bool HasLooked => _looks.Exists(static look => !look.Passed);

        /// <summary>The code has returned.</summary>
        public bool IsOver
        {
            get
            {
                for (Frame? frame = task.Frame; frame is not null; frame = frame.Parent)
                {
                    if (frame == Code)
                    {
                        return task.Finished;
                    }
                }

                return true;
            }
        }

        /// <summary>
        /// True when it has looked too often already with nothing changed. Not while it holds a lock that it releases in the loop: who changes what it looks at may need it.
        /// </summary>
        public bool HasToWait(in Step step)
        {
            if (Changed)
            {
                LookAnew();
            }

            _fewestLocks = Math.Min(_fewestLocks, task.LocksHeld);

            // Not state of its own CPU: masks are saved and read in every loop, and nobody else changes them.
            _polls |= step.Location is { } location && LooksAgain(step.Operation, location);
            return _polls && task.LocksHeld == _fewestLocks;
        }

        public bool Sees(object location) => _looks.Exists(look => look.Location == location && !look.Passed);

        /// <summary>A lock was taken or released. What code does with a lock of its own it did not look at.</summary>
        public void Locks(object? subject, bool isOwn)
        {
            if (!isOwn)
            {
                Changed |= subject is not null && Sees(subject);
            }
            else if (_now is not null && _now.Location == subject)
            {
                (_now.Passed, _now.Repeats) = (true, 0);
            }
        }

        public Func<bool> Wait(bool seesEveryStep)
        {
            SeesEveryStep = seesEveryStep;
            return () => Changed;
        }

        public void LookAnew()
        {
            (_looks, _before) = (_before, _looks);
            _looks.Clear();
            _now = null;
            (Changed, SeesEveryStep, _polls, _fewestLocks) = (false, false, false, int.MaxValue);
        }

        public override string ToString() => string.Join(" and ", _before.Concat(_looks).Where(static look => !look.Passed).Select(static look => $"{look.Location} ({look.Operation})").Distinct());

        private bool LooksAgain(Operation operation, object location)
        {
            _now = _looks.Find(look => look.Operation == operation && look.Location == location);
            if (_now is null)
            {
                _now = new Look(operation, location);
                _looks.Add(_now);
                return false;
            }

            if (_now.Passed)
            {
                _now.Passed = false;
                return false;
            }

            return ++_now.Repeats >= Looks;
        }
    }

    private sealed record Look(Operation Operation, object Location)
    {
        public int Repeats { get; set; }

        /// <summary>It took or released the lock.</summary>
        public bool Passed { get; set; }
    }
}
