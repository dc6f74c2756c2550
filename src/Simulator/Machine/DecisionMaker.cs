using System.Collections.Generic;
using IrqSafety.Runtime;

namespace IrqSafety.Simulator;

/// <summary>Lists what may happen at each point, lets the strategy choose, and records what was not the default.</summary>
internal sealed class DecisionMaker(SimulatedExecution execution, SharedLocations locations)
{
    private readonly Decision _decision = new() { EngagedOn = cpu => execution.Scheduler.Cpus[cpu].Current?.Engaged ?? 0 };
    private readonly List<RecordedChoice> _recorded = [];
    private IStrategy _strategy = null!;
    private SleepSet? _sleeping;
    private CpuMask _online;
    private bool _inCrash;
    private CpuId? _stoppedFor;
    private int _injected;
    private bool _isLatched;

    /// <summary>The choices that were not the default: with the program, the schedule.</summary>
    public IReadOnlyList<RecordedDecision> Recorded => _recorded.Count == 0 ? [] : new Schedule([.. _recorded]);

    /// <summary>An execution begins.</summary>
    public void MakeNew(IStrategy strategy)
    {
        _strategy = strategy;
        _sleeping = strategy.Trace is { } trace ? new SleepSet(trace) : null;
        _recorded.Clear();
        (_online, _inCrash, _stoppedFor, _injected) = (default, false, null, 0);
        (CutByBound, Count, ChoseOutcomes) = (false, 0, false);
        _isLatched = execution.Machine.Unlatched is null;

        // An invariant observes every location at every step: nothing commutes under it.
        Reduces = strategy.Reduces && !execution.Options.EveryPoint && execution.Scenario.Invariants.Count == 0;
    }

    /// <summary>Something more could have happened, had the bound allowed it.</summary>
    public bool CutByBound { get; private set; }

    /// <summary>Decisions with more than one alternative.</summary>
    public int Count { get; private set; }

    /// <summary>The environment had a choice: data is not fixed.</summary>
    public bool ChoseOutcomes { get; private set; }

    private bool Reduces { get; set; }

    // What is not latched is taken when it arrives, or not at all.
    private bool Separate => _isLatched && execution.Options.EveryPoint;

    // Where nothing looks at what is pending, asserting and being taken are one event.
    private bool AssertsApart => _isLatched && (!Reduces || locations.PendingIsSeen);

    /// <summary>What happens before a step of the task.</summary>
    public Alternative BeforeStep(SimTask task, SimCpu cpu, in Step step, bool switchable)
    {
        bool visible = !Reduces || locations.IsVisible(step) || cpu.Model.Stores is { Count: > 0 };
        bool masks = !Reduces || OperationTraits.ChangesMask(step.Operation) || step.Location is UnlatchedInterrupts;
        _decision.Begin(PointKind.Step, task.Name, ++task.LocalStep, step.Operation.Name, cpu.Number);
        AlternativeList alternatives = _decision.Alternatives;
        bool signalled = cpu.Model.InterruptSignalled;
        bool idles = task.Kernel.IsIdle && task.Top is null;
        if (signalled && (idles || !cpu.Deferred))
        {
            alternatives.Add(new Alternative(AlternativeKind.Take, cpu.Number));

            // The idle task has nothing to do before the interrupt that woke it.
            if (!idles)
            {
                alternatives.Add(new Alternative(AlternativeKind.Defer, cpu.Number));
            }
        }
        else
        {
            alternatives.Add(new Alternative(AlternativeKind.Continue, cpu.Number));
            if (signalled && (!Reduces || masks || locations.Conflicts(cpu.Number, -1, step)))
            {
                alternatives.Add(new Alternative(AlternativeKind.Take, cpu.Number));
            }
        }

        bool isOnly = execution.Scheduler.Cpus.Length == 1;
        if (execution.Sources.All.Length > 0)
        {
            AddArrivals(cpu, step, masks);
        }

        if (switchable && visible && !isOnly)
        {
            AddSwitches(cpu);
        }

        if (execution.Sources.All.Length > 0 && !isOnly)
        {
            AddAssertsElsewhere(cpu, step);
        }

        AddEarlyTimeouts(visible);
        if (_sleeping is null)
        {
            return Decide();
        }

        FindSleepers(_sleeping, task);
        Alternative chosen = Decide();
        PutToSleep(_sleeping, task, step);
        return chosen;
    }

    /// <summary>A step is about to be executed.</summary>
    public void Executed(SimTask task, in Step step) => _sleeping?.Executed(task, step);

    /// <summary>An interrupt is taken.</summary>
    public void Entered(CpuId cpu, int intId) => _sleeping?.Entered(cpu, intId);

    /// <summary>A source asserts.</summary>
    public void Asserted() => _sleeping?.Asserted();

    /// <summary>Who goes on when a task cannot. Null when the execution has come to rest.</summary>
    public SimCpu? NextCpu(SimTask self, string operation)
    {
        Scheduler scheduler = execution.Scheduler;
        while (true)
        {
            scheduler.Adopt();
            _decision.Begin(PointKind.Wait, self.Name, ++self.LocalStep, operation, self.Kernel.Cpu.Value);
            AlternativeList alternatives = _decision.Alternatives;
            foreach (SimCpu cpu in scheduler.Cpus)
            {
                if (scheduler.CanGo(cpu))
                {
                    alternatives.Add(new Alternative(AlternativeKind.Switch, cpu.Number));
                }
            }

            bool quiet = alternatives.Count == 0;
            if (quiet && execution.LateEffects?.Settle() == true)
            {
                continue;
            }

            if (quiet)
            {
                // Nothing that the program asked for can happen any more: what could still come from outside does not count as a rescue, but
                // it may come, and what it does is explored.
                _decision.Begin(PointKind.Quiet, self.Name, self.LocalStep, operation, self.Kernel.Cpu.Value);
                alternatives.Add(new Alternative(execution.Scheduler.WaitsForTime() ? AlternativeKind.Timeout : AlternativeKind.End, -1, "earliest"));
            }

            if (execution.Exploring && (quiet ? !IsStuck() || execution.Scheduler.WaitsForTime() : true))
            {
                AddOutsideArrivals(quiet);
                AddOutsideAsserts(quiet);
                AddEarlyTimeouts(offered: !quiet);
            }

            Alternative chosen = DecideAwake();
            switch (chosen.Kind)
            {
                case AlternativeKind.Switch:
                    return scheduler.Cpus[chosen.Index];
                case AlternativeKind.Arrive:
                    SimSource source = execution.Sources[chosen.Index];
                    SimCpu target = scheduler.CpuOf(source);
                    execution.Assert(source);
                    return target;
                case AlternativeKind.Assert:
                    execution.Assert(execution.Sources[chosen.Index]);
                    break;
                case AlternativeKind.Timeout when chosen.Index < 0:
                    _ = scheduler.AdvanceTime();
                    break;
                case AlternativeKind.Timeout:
                    scheduler.PassDeadline(scheduler.Tasks[chosen.Index]);
                    break;
                default:
                    return null;
            }
        }
    }

    /// <summary>Which of several tasks a CPU runs next.</summary>
    public SimTask NextTask(SimCpu cpu)
    {
        _decision.Begin(PointKind.Wait, cpu.Name, ++cpu.LocalStep, "schedule", cpu.Number);
        foreach (SimTask task in cpu.Tasks)
        {
            if (task.WantsCpu)
            {
                _decision.Alternatives.Add(new Alternative(AlternativeKind.Run, task.Number, task.Name));
            }
        }

        return execution.Scheduler.Tasks[Decide().Index];
    }

    /// <summary>Which task goes on after an interrupt on this CPU.</summary>
    public SimTask? AfterInterrupt(SimTask task, SimCpu cpu)
    {
        _decision.Begin(PointKind.Reschedule, task.Name, ++task.LocalStep, "return from interrupt", cpu.Number);
        _decision.Alternatives.Add(new Alternative(AlternativeKind.Continue, task.Number));
        foreach (SimTask other in cpu.Tasks)
        {
            if (other != task && other.WantsCpu)
            {
                _decision.Alternatives.Add(new Alternative(AlternativeKind.Run, other.Number, other.Name));
            }
        }

        return execution.Scheduler.Tasks[Decide().Index];
    }

    /// <summary>An outcome of the environment.</summary>
    public int Outcome(SimTask task, string what, int alternatives)
    {
        _decision.Begin(PointKind.Fault, task.Name, ++task.LocalStep, what, task.Kernel.Cpu.Value);
        for (int outcome = 0; outcome < alternatives; outcome++)
        {
            _decision.Alternatives.Add(new Alternative(AlternativeKind.Outcome, outcome));
        }

        ChoseOutcomes = true;
        return Decide().Index;
    }

    // Where nobody stands at a step.
    private Alternative DecideAwake()
    {
        if (_sleeping is null)
        {
            return Decide();
        }

        FindSleepers(_sleeping, null);
        Alternative chosen = Decide();
        PutToSleep(_sleeping, null, default);
        return chosen;
    }

    private void FindSleepers(SleepSet sleeping, SimTask? self)
    {
        if (_online != execution.Machine.OnlineCpus || _inCrash != execution.Machine.InCrash || _stoppedFor != execution.Machine.StoppedFor)
        {
            (_online, _inCrash, _stoppedFor) = (execution.Machine.OnlineCpus, execution.Machine.InCrash, execution.Machine.StoppedFor);
            sleeping.Clear();
        }

        AlternativeList alternatives = _decision.Alternatives;
        for (int index = 0; index < alternatives.Count; index++)
        {
            // Only one that stands at a step can be asleep, and a switch to its CPU may also be a way to an interrupt there.
            bool sleeps = alternatives[index].Kind switch
            {
                AlternativeKind.Continue or AlternativeKind.Defer => self is not null && sleeping.Contains(self),
                AlternativeKind.Switch => execution.Scheduler.Cpus[alternatives[index].Index] is { Current: { AtPoint: true } other } cpu
                    && sleeping.Contains(other)
                    && !cpu.Model.InterruptSignalled
                    && !HasArrivalsAt(cpu),
                _ => false,
            };
            _decision.Asleep |= sleeps ? 1UL << index : 0;
        }

        // Where all else was explored in another order, so was all that comes after an assertion of which nobody can tell.
        if (_decision.Asleep != 0 && sleeping.CommutesWithAssertion())
        {
            ulong others = 0;
            ulong assertions = 0;
            for (int index = 0; index < alternatives.Count; index++)
            {
                (alternatives[index].Kind == AlternativeKind.Assert ? ref assertions : ref others) |= 1UL << index;
            }

            _decision.Asleep |= (others & ~_decision.Asleep) == 0 ? assertions : 0;
        }
    }

    private void PutToSleep(SleepSet sleeping, SimTask? self, in Step step)
    {
        ulong explored = _decision.Alternatives.Count == 1 || !execution.Exploring ? 0 : _strategy.Explored;
        for (int index = 0; explored >> index != 0 && index < 64; index++)
        {
            if ((explored & (1UL << index)) == 0)
            {
                continue;
            }

            Alternative alternative = _decision.Alternatives[index];
            if (alternative.Kind is AlternativeKind.Continue or AlternativeKind.Defer && self is not null)
            {
                sleeping.Add(self, step);
            }
            else if (alternative.Kind == AlternativeKind.Switch && execution.Scheduler.Cpus[alternative.Index] is { Current: { AtPoint: true } other })
            {
                sleeping.Add(other, other.Step);
            }
        }
    }

    private void AddArrivals(SimCpu cpu, in Step step, bool masks)
    {
        bool separate = Separate;
        bool assertsApart = AssertsApart;
        AlternativeList alternatives = _decision.Alternatives;
        foreach (SimSource source in execution.Sources.All)
        {
            if (!MayArriveAt(cpu, source) || (Reduces && !masks && !locations.Conflicts(cpu.Number, source.IntId.Value, step)))
            {
                continue;
            }

            if (!separate && InterruptDelivery.WouldBeTaken(cpu, source))
            {
                alternatives.Add(new Alternative(AlternativeKind.Arrive, source.Number, source.Name));
            }

            if (assertsApart)
            {
                alternatives.Add(new Alternative(AlternativeKind.Assert, source.Number, source.Name));
            }
        }
    }

    // A source asserts whoever runs, and that costs no switch: no schedule is dearer for where an assertion stands between the steps of the CPUs.
    private void AddAssertsElsewhere(SimCpu here, in Step step)
    {
        if (!AssertsApart || (Reduces && !OperationTraits.TouchesController(step)))
        {
            return;
        }

        foreach (SimSource source in execution.Sources.All)
        {
            if (MayArrive(source) && source.CpuOn(execution.Machine) != here.Number)
            {
                _decision.Alternatives.Add(new Alternative(AlternativeKind.Assert, source.Number, source.Name));
            }
        }
    }

    private void AddSwitches(SimCpu from)
    {
        Scheduler scheduler = execution.Scheduler;
        foreach (SimCpu cpu in scheduler.Cpus)
        {
            if (cpu == from)
            {
                continue;
            }

            bool canGo = scheduler.CanGo(cpu);
            if (scheduler.SwitchesLeft == 0)
            {
                if (canGo || HasArrivalsAt(cpu))
                {
                    CutByBound = true;
                    _strategy.CutByBound();
                }

                continue;
            }

            if (canGo)
            {
                _decision.Alternatives.Add(new Alternative(AlternativeKind.Switch, cpu.Number, Cost: 1));
            }
            else if (!Separate)
            {
                AddArrivalsAt(cpu, cost: 1);
            }
        }
    }

    // Arrivals at CPUs that have nothing else to do.
    private void AddArrivalsAt(SimCpu cpu, int cost)
    {
        foreach (SimSource source in execution.Sources.All)
        {
            if (MayBeTakenAt(cpu, source))
            {
                _decision.Alternatives.Add(new Alternative(AlternativeKind.Arrive, source.Number, source.Name, cost));
            }
        }
    }

    private bool HasArrivalsAt(SimCpu cpu)
    {
        foreach (SimSource source in execution.Sources.All)
        {
            if (MayBeTakenAt(cpu, source))
            {
                return true;
            }
        }

        return false;
    }

    private void AddOutsideArrivals(bool quiet)
    {
        Scheduler scheduler = execution.Scheduler;
        foreach (SimCpu cpu in scheduler.Cpus)
        {
            if (quiet || (!Separate && !scheduler.CanGo(cpu)))
            {
                AddArrivalsAt(cpu, cost: 0);
            }
        }
    }

    // While others go on, as before a step. At rest, what nobody will take any more may still become pending, and is lost.
    private void AddOutsideAsserts(bool quiet)
    {
        foreach (SimSource source in execution.Sources.All)
        {
            if (MayArrive(source) && (quiet ? IsLost(source) : AssertsApart))
            {
                _decision.Alternatives.Add(new Alternative(AlternativeKind.Assert, source.Number, source.Name));
            }
        }
    }

    private bool IsLost(SimSource source)
    {
        SimCpu cpu = execution.Scheduler.CpuOf(source);
        return !cpu.Stopped && cpu.Model.Phase == CpuPhase.Online
            && source.LineOn(execution.Machine).Enabled
            && !InterruptDelivery.WouldBeTaken(cpu, source);
    }

    private void AddEarlyTimeouts(bool offered)
    {
        if (offered && execution.Options.EarlyTimeouts)
        {
            AddTimeouts();
        }
    }

    private void AddTimeouts()
    {
        foreach (SimTask task in execution.Scheduler.Tasks)
        {
            if (!task.Finished && task.Parked is null && task.Pending is { TimedOut: false, For.Deadline: not null })
            {
                _decision.Alternatives.Add(new Alternative(AlternativeKind.Timeout, task.Number, task.Name));
            }
        }
    }

    private bool MayArrive(SimSource source) => source.Left > 0 && _injected < execution.Options.Injections;

    private bool MayArriveAt(SimCpu cpu, SimSource source) => MayArrive(source) && source.CpuOn(execution.Machine) == cpu.Number;

    private bool MayBeTakenAt(SimCpu cpu, SimSource source) => MayArriveAt(cpu, source) && !cpu.Stopped && InterruptDelivery.WouldBeTaken(cpu, source);

    private bool IsStuck()
    {
        foreach (SimTask task in execution.Scheduler.Tasks)
        {
            if (Deadlock.IsStuck(task))
            {
                return true;
            }
        }

        return false;
    }

    private Alternative Decide()
    {
        AlternativeList alternatives = _decision.Alternatives;
        bool only = alternatives.Count == 1 || (!execution.Exploring && _decision.Kind != PointKind.Fault);
        int choice = 0;
        if (!only)
        {
            Count++;
            choice = _strategy.Choose(_decision);
        }
        else if (_decision.Asleep != 0 && _decision.Kind == PointKind.Step)
        {
            choice = -1;
        }

        if (choice < 0)
        {
            return new Alternative(AlternativeKind.End, -1);
        }

        if (choice != 0)
        {
            _recorded.Add(new RecordedChoice(_decision.Actor, _decision.LocalStep, _decision.Kind, _decision.Operation, alternatives[choice]));
            _injected += alternatives[choice].Kind is AlternativeKind.Arrive or AlternativeKind.Assert ? 1 : 0;
        }

        return alternatives[choice];
    }
}
