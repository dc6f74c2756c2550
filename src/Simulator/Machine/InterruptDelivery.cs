using System;
using System.Collections.Generic;
using IrqSafety.Contracts;
using IrqSafety.Rules;
using IrqSafety.Runtime;

namespace IrqSafety.Simulator;

/// <summary>
/// Interrupts at the points of one execution: sources assert, the CPU takes what is signalled, handlers nest on the stack of the task they
/// interrupt.
/// </summary>
internal sealed class InterruptDelivery(SimulatedExecution execution, SharedLocations locations)
{
    // More than an environment that returns 1023, or withdraws, as often as it may can cause. Where others can go on, and change what the handler sees, as many turns more.
    private const int Storm = 32;

    // How often an interrupt is taken again before others, who may lower its line, have their turn. What once more shows is no more than that.
    private const int Patience = 3;

    private bool _sawNmi;

    // The interrupt that is signalled while the exception is entered; -1 otherwise.
    private int _signalled = -1;

    /// <summary>An execution begins.</summary>
    public void MakeNew() => (_sawNmi, _signalled) = (false, -1);

    /// <summary>Everything that may happen before a step: interrupts are taken, other CPUs run. Returns when the step runs.</summary>
    public void BeforeStep(SimTask task, in Step step)
    {
        Scheduler scheduler = execution.Scheduler;
        SimCpu cpu = scheduler.Cpus[task.Kernel.Cpu.Value];
        if (!execution.Exploring)
        {
            while (cpu.Model.InterruptSignalled)
            {
                TakeBefore(step, task, cpu);
            }

            return;
        }

        bool switchable = true;
        while (true)
        {
            Alternative chosen = execution.Decisions.BeforeStep(task, cpu, step, switchable);
            switch (chosen.Kind)
            {
                case AlternativeKind.Continue:
                    return;
                case AlternativeKind.Take:
                    TakeBefore(step, task, cpu);
                    switchable = true;
                    break;
                case AlternativeKind.Defer:
                    cpu.Deferred = true;
                    break;
                case AlternativeKind.Arrive:
                    SimSource source = execution.Sources[chosen.Index];
                    SimCpu target = scheduler.CpuOf(source);
                    Assert(source);
                    if (target != cpu)
                    {
                        task.AtPoint = true;
                        scheduler.Preempt(task, target);
                        task.AtPoint = false;
                        switchable = false;
                    }
                    else if (cpu.Model.InterruptSignalled)
                    {
                        TakeBefore(step, task, cpu);
                        switchable = true;
                    }

                    break;
                case AlternativeKind.Assert:
                    Assert(execution.Sources[chosen.Index]);
                    break;
                case AlternativeKind.End:
                    execution.Prune(task);
                    break;
                case AlternativeKind.Timeout:
                    scheduler.PassDeadline(scheduler.Tasks[chosen.Index]);
                    break;
                default:
                    task.AtPoint = true;
                    scheduler.Preempt(task, scheduler.Cpus[chosen.Index]);
                    task.AtPoint = false;
                    switchable = false;
                    break;
            }
        }
    }

    // Handlers make steps of their own: then the task is at its step again.
    private void TakeBefore(in Step step, SimTask task, SimCpu cpu)
    {
        Take(task, cpu, atPoint: true);
        task.Step = step;
    }

    /// <summary>A spontaneous source raises its line.</summary>
    public void Assert(SimSource source)
    {
        source.Left--;
        execution.Scheduler.CpuOf(source).Taken = default;
        if (execution.Machine.Unlatched is { } unlatched)
        {
            unlatched.Arrive(source.IntId);
            return;
        }

        execution.Trace?.Asserts(source);
        execution.Decisions.Asserted();
        execution.Sources.IsAsserting = true;
        source.LineOn(execution.Machine).Trigger = source.Trigger;
        execution.Machine.Gic.Assert(source.IntId, source.DeclaredFor);
        execution.Sources.IsAsserting = false;
    }

    /// <summary>Takes the signalled interrupt as a nested call. An exception that leaves the handler ends the execution.</summary>
    [StackBoundary]
    public void Take(SimTask task, SimCpu cpu, bool atPoint = false)
    {
        cpu.Deferred = false;
        execution.Trace?.Commit();
        int signalled = cpu.Model.Interface.Signalled.Value;
        cpu.Taken = cpu.Taken.Next(signalled, task.Frame);
        if (cpu.Taken.Again >= Patience && !StillComes(task, cpu, signalled, atPoint))
        {
            return;
        }

        execution.Decisions.Entered(cpu.Model.Id, signalled);
        Frame? before = task.Top;
        bool outermost = before is null;
        if (outermost)
        {
            _sawNmi = false;
        }

        try
        {
            int depth = execution.Checker.Taking(task, cpu.Number);
            _signalled = signalled;
            cpu.Model.TakeInterrupt();
            if (_signalled >= 0)
            {
                // It was gone when it was acknowledged, and no handler ran.
                _signalled = -1;
                execution.Trace?.Entered(task, signalled);
                execution.Trace?.Left(task);
            }

            execution.Checker.Returned(task, cpu.Number, depth);
        }
        catch (Exception exception) when (exception is not ExecutionAborted && !execution.Scheduler.Over)
        {
            execution.Checker.Escaped(task, exception);
            execution.EndsAbruptly(task);
        }

        task.Top = before;
        if (outermost && !_sawNmi && !task.Kernel.IsIdle)
        {
            MayReschedule(task, cpu);
        }
    }

    // Nothing has changed for what it interrupts, so it goes on for ever, unless another CPU ends it: whoever can go on there has its turn first. True when it is still to be taken.
    private bool StillComes(SimTask task, SimCpu cpu, int signalled, bool atPoint)
    {
        bool others = execution.Scheduler.OthersCanGo(cpu);
        if (cpu.Taken.Again >= (others ? 2 * Storm : Storm))
        {
            execution.Checker.Storm(task, cpu.Model, new IntId(signalled));
            execution.EndsAbruptly(task);
        }

        if (!others)
        {
            return true;
        }

        bool was = task.AtPoint;
        (cpu.GivesWay, task.AtPoint) = (true, atPoint);
        execution.Scheduler.GiveUp(task, "take the interrupt again");
        (cpu.GivesWay, task.AtPoint) = (false, was);
        return cpu.Model.InterruptSignalled && cpu.Model.Interface.Signalled.Value == signalled;
    }

    /// <summary>Keeps track of frames and of who raised which interrupt.</summary>
    public void Observe(SimTask task, in MachineEvent happened)
    {
        switch (happened.Kind)
        {
            case MachineEventKind.ContextEntered:
                int intId = (int)happened.Value;
                Dictionary<int, StepOrigin> causes = execution.Scheduler.Cpus[happened.Cpu.Value].Causes;
                StepOrigin? cause = null;
                if (causes.Count > 0)
                {
                    _ = causes.Remove(intId, out cause);
                }

                int signalled = _signalled < 0 ? -1 : intId == IntId.Spurious.Value ? _signalled : intId;
                _signalled = -1;
                task.Top = new Frame(task.Frame, happened.Context, intId, cause)
                {
                    Signalled = signalled,
                    Registration = execution.Checker.Misregistered(execution.Machine.Irqs[new IntId(intId)], happened.Context),
                };
                _sawNmi |= (happened.Context & Context.AnyNmi) != 0;
                if (signalled >= 0)
                {
                    execution.Trace?.Entered(task, signalled);
                    RecordEntry(task, new IntId(signalled));
                }

                break;
            case MachineEventKind.ContextLeft:
                if (task.Top is { Signalled: >= 0 })
                {
                    execution.Trace?.Left(task);
                }

                task.Top = task.Top?.Parent is { Parent: null } or null ? null : task.Top.Parent;
                break;
            case MachineEventKind.InterruptAsserted when happened.TargetCpu >= 0 && task.Step.Operation is { } operation:
                SimCpu target = execution.Scheduler.Cpus[happened.TargetCpu];
                target.Deferred = false;
                target.Taken = default;
                execution.Trace?.Controller(happened);
                if (!execution.Sources.IsAsserting)
                {
                    ChangedPending(task);
                    target.Causes[(int)happened.Value] = execution.OriginOf(task, operation);
                }

                break;
            case MachineEventKind.InterruptAcknowledged or MachineEventKind.InterruptEnded or MachineEventKind.InterruptWithdrawn:
                execution.Trace?.Controller(happened);
                if (happened.Kind == MachineEventKind.InterruptWithdrawn)
                {
                    ChangedPending(task);
                }

                break;
            case MachineEventKind.LockWanted or MachineEventKind.LockAcquired or MachineEventKind.LockReleased or MachineEventKind.LockInitialised:
                execution.Trace?.Lock(task, happened);
                task.LocksHeld += happened.Kind switch
                {
                    MachineEventKind.LockAcquired => 1,
                    MachineEventKind.LockReleased => -1,
                    _ => 0,
                };
                break;
            case MachineEventKind.Read or MachineEventKind.Written:
                task.HasRead = happened.Kind == MachineEventKind.Read;
                break;
            default:
                break;
        }
    }

    // Whether and how it is handled depends on the controller and on its descriptor: it does not commute with what changes those.
    private void RecordEntry(SimTask task, IntId irq)
    {
        if (!execution.Records || task.Step.Operation is not { } operation)
        {
            return;
        }

        int cpu = task.Kernel.Cpu.Value;
        if (execution.Machine.Unlatched is { } unlatched)
        {
            locations.Record(task, cpu, new Step(operation, unlatched, Access.Read));
            return;
        }

        locations.Record(task, cpu, new Step(operation, LocationName.Controller, Access.Write));
        locations.Record(task, cpu, new Step(operation, execution.Machine.Irqs[irq], Access.Read));
    }

    // On return from an interrupt the scheduler runs when a wake-up asked for it, nothing forbids preemption, and no NMI was handled.
    private void MayReschedule(SimTask task, SimCpu cpu)
    {
        if (!cpu.Model.NeedsReschedule || !cpu.HasRunnable(task) || !execution.Exploring)
        {
            return;
        }

        execution.Trace?.MayGiveWay(task);
        if (!cpu.Model.Preemptible)
        {
            return;
        }

        cpu.Model.NeedsReschedule = false;
        
        if (execution.Decisions.AfterInterrupt(task, cpu) is { } next && next != task)
        {
            locations.RecordNeverReturns(task, cpu.Number);
            execution.Scheduler.Reschedule(task, cpu, next);
        }
    }

    // A step that does not say that it touches the controller has changed what is pending: to who sleeps that is as if a source had asserted.
    private void ChangedPending(SimTask task)
    {
        if (!OperationTraits.TouchesController(task.Step))
        {
            execution.Decisions.Asserted();
        }
    }

    /// <summary>True when a source that interrupts this CPU would be taken at once if it arrived now.</summary>
    public static bool WouldBeTaken(SimCpu cpu, SimSource source)
    {
        if (cpu.IsHeldByStop)
        {
            return false;
        }

        Machine machine = cpu.Model.Machine;
        if (machine.Unlatched is { } unlatched)
        {
            return unlatched.Accepts(source.IntId);
        }

        // A CPU that idles is woken whatever DAIF.I says, and takes the interrupt when it has restored its masks.
        bool idles = cpu.Current?.Pending is { For.Style: WaitStyle.Idle };
        return cpu.Model.WouldTake(source.LineOn(machine), whateverPstateSays: idles);
    }
}
