using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using IrqSafety.Contracts;
using IrqSafety.Rules;
using IrqSafety.Runtime;

namespace IrqSafety.Simulator;

/// <summary>Collects what is wrong in one execution: broken laws as they are broken, and the harm it ends in.</summary>
internal sealed class Checker
{
    private static readonly HashSet<string> s_protocolLaws = [.. Protocols.All.SelectMany(table => table.Rows).Select(row => row.Law).OfType<string>()];

    private readonly SimulatedExecution _execution;
    private readonly NmiCounters _nmiCounters;
    private readonly NmiLocks _nmiLocks;
    private readonly LockFollower _locks;
    private readonly HeldLocks _held;
    private readonly DataGuards _data;
    private readonly DataRaces _races;
    private readonly AtomicRegions _regions;
    private readonly GuardedState _guarded;
    private readonly InterruptCounts _interrupts;
    private List<BreachRecord> _breaches = [];
    private readonly HashSet<object> _brokenProtocols = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<object, StepOrigin> _misregistered = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<object, StepOrigin> _misdriven = new(ReferenceEqualityComparer.Instance);

    public Checker(SimulatedExecution execution)
    {
        _execution = execution;
        _data = new DataGuards(execution);
        Func<SimTask, StepOrigin> originOf = Origin;
        _nmiCounters = new NmiCounters(originOf);
        Func<SimTask, StepMark> markOf = task => execution.MarkOf(task, task.Step.Operation);
        _held = new HeldLocks(originOf, markOf);
        _nmiLocks = new NmiLocks(this, markOf);
        _races = new DataRaces(execution);
        _regions = new AtomicRegions(execution);
        _guarded = new GuardedState(execution);
        _interrupts = new InterruptCounts(execution);
        _locks = new LockFollower(execution.Machine.Profile);
    }

    /// <summary>An execution begins.</summary>
    public void MakeNew()
    {
        Harm = null;
        if (_breaches.Count > 0)
        {
            // The last execution's result has them.
            _breaches = [];
        }

        if (_brokenProtocols.Count > 0)
        {
            _brokenProtocols.Clear();
        }

        _misregistered.Clear();
        _misdriven.Clear();
        _nmiCounters.MakeNew();
        _nmiLocks.MakeNew();
        _locks.MakeNew();
        _held.MakeNew();
        _data.MakeNew();
        _races.MakeNew();
        _regions.MakeNew();
        _guarded.MakeNew();
        _interrupts.MakeNew();
    }

    /// <summary>Broken laws, in the order of the schedule.</summary>
    public IReadOnlyList<BreachRecord> Breaches => _breaches;

    /// <summary>The harm the execution ended in, or null.</summary>
    public HarmRecord? Harm { get; private set; }

    /// <summary>An operation was executed where its contract forbids it.</summary>
    /// <remarks>
    /// One defect, one report: what a line does after its protocol was broken, and what a handler does in a context that its own contract
    /// excludes, are consequences of what was reported before.
    /// </remarks>
    public void Breached(SimTask task, Breach breach, in Step step)
    {
        if (task.Frame.Registration is not null
            || (s_protocolLaws.Contains(breach.Law) && step.Location is { } line && !_brokenProtocols.Add(line)))
        {
            return;
        }

        Add(breach.Law, task, step, $"{step.Operation.Name}, in {breach.Where}: {breach.Because}.");
        if (breach.Law == LawIds.HandlerRole && step.Location is { } registered)
        {
            _misregistered[registered] = Origin(task);
        }
        else if (breach.Law == LawIds.FlowHandler && step.Location is { } driven)
        {
            _misdriven[driven] = Origin(task);
        }
    }

    /// <summary>
    /// What is to blame for all that goes wrong while the line is handled: the registration of a handler that runs in a context its contract excludes, or the flow handler of
    /// another kind of line; null where there is neither.
    /// </summary>
    public StepOrigin? Misregistered(IrqDescriptor descriptor, Context context) => _misregistered.Count + _misdriven.Count == 0 ? null : Blamed(descriptor, context);

    private StepOrigin? Blamed(IrqDescriptor descriptor, Context context) =>
        (descriptor.Actions.Any(action => (action.Excluded & context) != 0) ? _misregistered.GetValueOrDefault(descriptor) : null) ?? _misdriven.GetValueOrDefault(descriptor);

    /// <summary>A step is about to be executed.</summary>
    public void Step(SimTask task, in Step step) => _races.Step(task, step);

    /// <summary>Counts interrupts, whoever raises them.</summary>
    public void Counts(in MachineEvent happened)
    {
        if (happened.Kind is MachineEventKind.InterruptAsserted or MachineEventKind.InterruptAcknowledged or MachineEventKind.InterruptEnded && _interrupts.Observe(happened) is { } doubled)
        {
            Harm ??= new HarmRecord(Harms.DoubledInterrupt, doubled.Message, [], doubled.EndedAt is { } ended ? [ended] : []);
        }
    }

    /// <summary>A wait is over.</summary>
    public void WaitOver(SimTask task, object on) => _races.WaitOver(task, on);

    /// <summary>The CPU is about to take an interrupt. Returns how deep in handlers the task is.</summary>
    public int Taking(SimTask task, int cpu)
    {
        int depth = _races.DepthOf(task);
        _races.Taking(cpu);
        return depth;
    }

    /// <summary>The interrupt has returned to what it interrupted, so deep in handlers.</summary>
    public void Returned(SimTask task, int cpu, int depth) => _races.Returned(task, cpu, depth);

    /// <summary>Follows the machine: each checker is asked about the events that mean something to it.</summary>
    public void Observe(SimTask task, in MachineEvent happened)
    {
        switch (happened.Kind)
        {
            case MachineEventKind.Read or MachineEventKind.Written:
                Accessed(task, happened);
                return;
            case MachineEventKind.InterruptAsserted or MachineEventKind.TaskCreated or MachineEventKind.TaskWoken or MachineEventKind.Barrier:
                Races(task, happened);
                return;
            case MachineEventKind.MaskSaved or MachineEventKind.MaskRestored:
                Held(task, happened);
                return;
            case MachineEventKind.RegionEntered or MachineEventKind.RegionLeft:
                Regions(task, happened);
                return;
            case MachineEventKind.TicketDone or MachineEventKind.TicketRefused or MachineEventKind.TicketMisused:
                Locks(task, happened);
                return;
            case MachineEventKind.MaskChanged or MachineEventKind.ContextLeft:
                Held(task, happened);
                Races(task, happened);
                Locks(task, happened);
                return;
            case MachineEventKind.ContextEntered:
                if (task.Top is { } entered && entered.Context.IsNmi())
                {
                    JudgeReentry(task, entered);
                }

                Held(task, happened);
                Races(task, happened);
                Locks(task, happened);
                return;
            case MachineEventKind.LockWanted when happened.Subject is KernelLock wanted:
                _nmiLocks.Wanted(task, wanted);
                JudgeStopped(task, wanted);
                break;
            case MachineEventKind.LockAcquired when happened.Subject is KernelLock taken:
                _nmiLocks.Acquired(task, taken, CpuOf(happened));
                break;
            case MachineEventKind.LockWanted or MachineEventKind.LockAcquired or MachineEventKind.LockReleased or MachineEventKind.LockInitialised:
                break;
            default:
                // Nobody judges these.
                return;
        }

        Held(task, happened);
        Data(task, happened);
        Races(task, happened);
        Locks(task, happened);
    }

    private void Accessed(SimTask task, in MachineEvent happened)
    {
        if (_nmiCounters.Observe(task, happened) is { } lost)
        {
            HoldingFault(task, lost);
        }

        if (_data.Exists)
        {
            Data(task, happened);
        }

        Races(task, happened);
        if (_regions.IsOpen)
        {
            Regions(task, happened);
        }
    }

    private void Held(SimTask task, in MachineEvent happened)
    {
        foreach (HoldingFault fault in _held.Observe(task, CpuOf(happened), happened))
        {
            HoldingFault(task, fault);
        }
    }

    private void Data(SimTask task, in MachineEvent happened)
    {
        DataFault? unguarded = _data.Observe(task, CpuOf(happened), happened);
        StepOrigin? breach = unguarded is null ? null : DataFault(task, unguarded);
        if (_data.Subject is { } subject)
        {
            _guarded.Observe(task, happened, subject, breach, _data.ReleasedBy(task.Frame));
        }
    }

    private void Races(SimTask task, in MachineEvent happened)
    {
        List<DataRace> races = _races.Observe(task, happened);
        for (int index = 0; index < races.Count; index++)
        {
            Raced(task, races[index]);
        }
    }

    private void Regions(SimTask task, in MachineEvent happened)
    {
        if (_regions.Observe(task, happened) is { } torn)
        {
            RegionFault(task, torn);
        }
    }

    private void Locks(SimTask task, in MachineEvent happened)
    {
        IReadOnlyList<LockReport> reports = _locks.Observe(task.Kernel, CpuOf(happened), happened, Place());
        for (int index = 0; index < reports.Count; index++)
        {
            LockFault(task, reports[index]);
        }
    }

    /// <summary>A task has come to its end.</summary>
    public void Ended(SimTask task)
    {
        _races.Ended(task);
        foreach (HoldingFault fault in _held.Ended(task))
        {
            HoldingFault(task, fault);
        }
    }

    /// <summary>Where a task took a lock that it holds, or null.</summary>
    public StepOrigin? TakenAt(SimTask task, KernelLock @lock) => _held.TakenAt(task, @lock);

    /// <summary>A lock is waited for in an NMI and taken where that NMI may interrupt.</summary>
    /// <remarks>Silent where the operation is illegal there whatever the lock is used for: one defect, one finding.</remarks>
    public void SharedWithNmi(KernelLock @lock, StepOrigin nmi, StepOrigin below)
    {
        if (nmi.Frame.Registration is null && !_breaches.Exists(breach => ReferenceEquals(breach.Origin.Frame, nmi.Frame) && breach.Origin.Number == nmi.Number))
        {
            _breaches.Add(new BreachRecord(
                LawIds.NmiShared,
                nmi,
                $"{nmi.Operation.Name}, in {nmi.Frame}: waits for {@lock.Name}, which '{below.Task}' takes in {below.Frame} with NMIs on."));
        }
    }

    /// <summary>A BUG().</summary>
    public void Failed(SimTask task, string what) => Set(Harms.Bug, $"BUG: {what}", task);

    /// <summary>An exception left a handler or a task.</summary>
    public void Escaped(SimTask task, Exception exception) =>
        Set(Harms.Exception, $"{exception.GetType().Name} left {(task.Top is { } handler ? handler.ToString() : $"task '{task.Name}'")}: {exception.Message}", task);

    /// <summary>The invariants that do not hold, or null where all do.</summary>
    public List<BrokenCondition>? BrokenInvariants() => Broken(_execution.Scenario.Invariants, "invariant", "", null);

    /// <summary>Invariants do not hold.</summary>
    public void Violated(SimTask task, List<BrokenCondition> broken) => Set(Harms.Assertion, BrokenCondition.Describe(broken), task, broken);

    /// <summary>Too many steps.</summary>
    public void Endless(SimTask task) => Set(
        Harms.Hang,
        _execution.Polls.LookedAtBy(task) is { } polled
            ? string.Create(CultureInfo.InvariantCulture, $"'{task.Name}' looks at {polled} again and again, and nothing that goes on changes it: {_execution.Options.MaximumSteps} steps of the machine.")
            : string.Create(CultureInfo.InvariantCulture, $"'{task.Name}' still runs after {_execution.Options.MaximumSteps} steps of the machine."),
        task);

    /// <summary>The CPU takes the same interrupt again and again, and nothing is executed in between.</summary>
    /// <remarks>That it was taken once too often says less: the storm is reported in its place, with its causes.</remarks>
    public void Storm(SimTask task, Cpu cpu, IntId irq)
    {
        string why = cpu.Machine.Gic.Find(irq, cpu.Id) is { Trigger: Trigger.Level } ? "its line is high, and nobody lowers it" : "it stays pending";
        string message = $"Interrupt storm: {irq} is taken on {cpu.Id} again and again, and nothing else runs: {why}.";
        if (Harm is null or { Kind: Harms.DoubledInterrupt })
        {
            Harm = new HarmRecord(Harms.Hang, message, [], Harm?.Chain ?? []);
        }

        _execution.Recorder?.Note(task, message, ReplayEventKind.Violation);
    }

    /// <summary>The program runs on without reaching the model.</summary>
    public void NoProgress()
    {
        SimTask? running = _execution.Scheduler.Tasks.FirstOrDefault(task => task.Started && !task.Finished && task.Pending is null && task.Parked is null);
        Harm ??= new HarmRecord(
            Harms.Hang,
            $"No progress outside the model: '{running?.Name ?? "a task"}' reached no model operation for two seconds{(running?.Step.Operation is { } last ? $" after {last.Name}" : "")}.",
            ["Loops over plain fields and real waits are invisible to the model: poll a Shared<T>, or wait with a model operation."],
            []);
    }

    /// <summary>Everything has come to rest, after a step of this task: deadlock, lost interrupts, invariants, final conditions.</summary>
    public void AtRest(SimTask last)
    {
        Harm ??= (_execution.Scheduler.Tasks.Exists(Deadlock.IsStuck) ? Deadlock.Find(_execution.Scheduler.Tasks, TakenAt) : null) ?? LostInterrupt() ?? _interrupts.HeldByItsOwn() ?? _guarded.Harm;
        if (Harm is not null)
        {
            return;
        }

        List<BrokenCondition>? broken = Broken(_execution.Scenario.Invariants, "invariant", ", at rest", null);
        broken = Broken(_execution.Scenario.FinalConditions, "final condition", "", broken);
        if (broken is not null)
        {
            // Nobody runs whose step it could be; the schedule shows it where it ends.
            Harm = new HarmRecord(Harms.Assertion, BrokenCondition.Describe(broken), [], []) { Broken = broken };
            broken.ForEach(condition => _execution.Recorder?.AtRest(last, condition.Message));
        }
    }

    /// <summary>Data is touched without what its contract asks for. A method that says which lock it is called with leaves it to its caller.</summary>
    private StepOrigin DataFault(SimTask task, DataFault fault)
    {
        StepOrigin origin = Origin(task);
        int accessor = origin.Calls.Count > 1 && DataGuards.IsAccessor(origin.Calls[0], fault.Data) ? 1 : 0;
        int own = accessor;
        while (own + 1 < origin.Calls.Count && DataGuards.LeavesLockToCaller(origin.Calls[own], fault.Data))
        {
            own++;
        }

        string law = own > accessor ? LawIds.LockRequired : LawIds.DataGuarded;
        StepOrigin blamed = origin with { Calls = [.. origin.Calls.Skip(own)] };
        if (!_breaches.Exists(breach => breach.KeyLaw == LawIds.DataGuarded && ReferenceEquals(breach.Origin.Frame, origin.Frame) && breach.Origin.Number == origin.Number))
        {
            _breaches.Add(new BreachRecord(law, blamed, $"{origin.Operation.Name} {fault.What}.") { KeyLaw = LawIds.DataGuarded });
        }

        return blamed;
    }

    /// <summary>Two accesses race. Silent about data whose contract judges each access, and where one of them is wrong in itself: one defect, one finding.</summary>
    private void Raced(SimTask task, DataRace race)
    {
        if (_data.Knows(race.Cell) || _breaches.Exists(breach => IsAt(breach.Origin, race.Earlier) || IsAt(breach.Origin, race.Later)))
        {
            return;
        }

        DataRaces.Entry guilty = race.Guilty;
        DataRaces.Entry other = race.Other;
        BreachRecord record = new(
            LawIds.DataRace,
            race.Later.Origin with { Calls = guilty.Calls },
            $"{guilty.Operation.Name} {(guilty.Writes ? "writes" : "reads")} '{race.Cell}' plainly in {Where(guilty)}, and nothing orders it with {other.Operation.Name} in {Where(other)}: mark both accesses, or order them by a lock, a mask, or release and acquire.")
        {
            // Who is guilty is known only with the sites; the two accesses are known without.
            KeyLaw = $"{LawIds.DataRace} with {race.Earlier.Origin.Key}",
            Detail = [Line(guilty), Line(other)],
        };
        _breaches.Add(record);
        _execution.Recorder?.Note(task, $"breaks {record.Law}: {record.Message}", ReplayEventKind.Violation);

        static bool IsAt(StepOrigin origin, DataRaces.Entry access) => ReferenceEquals(origin.Frame, access.Frame) && origin.Number == access.Number;
        static string Where(DataRaces.Entry access) => access.Frame.RunBy(access.Task);
        static string Line(DataRaces.Entry access) =>
            $"{Where(access)}: {access.Operation.Name}{(access.Calls.Count > 0 && access.Calls[0].Source is { } source ? $" at {source}" : "")}{(access.IsPlain ? ", plain" : "")}";
    }

    /// <summary>Other code came between the accesses of code that is declared to be one step.</summary>
    private void RegionFault(SimTask task, RegionFault fault)
    {
        StepOrigin origin = Origin(task);
        if (!_breaches.Exists(breach => ReferenceEquals(breach.Origin.Frame, origin.Frame) && breach.Origin.Number == origin.Number))
        {
            _breaches.Add(new BreachRecord(LawIds.DataAtomic, origin, fault.Message));
            _execution.Recorder?.Note(task, $"breaks {LawIds.DataAtomic}: {fault.Message}", ReplayEventKind.Violation);
        }
    }

    /// <summary>The lock rules are broken, or this execution shows that another one can break them.</summary>
    /// <remarks>Silent where the operation is illegal there whatever the lock is used for, and about NMIs, which have laws of their own: one defect, one finding.</remarks>
    private void LockFault(SimTask task, LockReport report)
    {
        StepOrigin origin = Origin(task);
        bool aboutNmi = report.Kind is LockReportKind.InterruptUse or LockReportKind.InterruptCycle or LockReportKind.WaitContext
            && (task.Frame.Context.IsNmi() || report.Ring.Any(step => step.Interrupt.IsNmi()));

        // What is still held at an end is reported where it was taken.
        if (aboutNmi || report.Kind == LockReportKind.HeldOnReturn || task.Frame.Registration is not null
            || _breaches.Exists(breach => ReferenceEquals(breach.Origin.Frame, origin.Frame) && breach.Origin.Number == origin.Number))
        {
            return;
        }

        _breaches.Add(new BreachRecord(LockLaws.Of(report.Kind), origin, $"{origin.Operation.Name}: {report.Text}.")
        {
            Evidence = LockLaws.EvidenceOf(report.Kind),
            Detail = [.. report.Ring.Select(step => step.ToString())],
            Subjects = report.Kind is LockReportKind.OrderCycle or LockReportKind.InterruptCycle
                ? [.. report.Ring.Select(step => step.To.Name).Order(StringComparer.Ordinal)]
                : [],
        });
    }

    // Whoever was stopped by an NMI with the lock held never gives it back.
    private void JudgeStopped(SimTask task, KernelLock wanted)
    {
        foreach (SimTask other in _execution.Scheduler.Tasks)
        {
            if (other != task && other.Parked is not null && (other.Top?.Context.IsNmi() ?? false) && _held.TakenAt(other, wanted) is not null)
            {
                StepOrigin origin = Origin(task);
                HoldingFault(task, new HoldingFault(LawIds.StoppedCpu, origin, $"{origin.Operation.Name}: waits for {wanted.Name}, which '{other.Name}' holds on {other.Kernel.Cpu}, stopped by an NMI."));
                return;
            }
        }
    }

    private void HoldingFault(SimTask task, HoldingFault fault)
    {
        if (fault.Origin.Frame.Registration is null && !_breaches.Exists(breach => ReferenceEquals(breach.Origin.Frame, fault.Origin.Frame) && breach.Origin.Number == fault.Origin.Number))
        {
            _breaches.Add(new BreachRecord(fault.Law, fault.Origin, fault.Message));
            _execution.Recorder?.Note(task, $"breaks {fault.Law}: {fault.Message}", ReplayEventKind.Violation);
        }
    }

    private Cpu CpuOf(in MachineEvent happened) => _execution.Scheduler.Cpus[happened.Cpu.Value].Model;

    private StepKey Place() => _execution.Running is { } task ? task.Step.Operation is { } operation ? new StepKey(task.Name, task.Frame, operation, task.Frame.Steps) : new StepKey(task.Name) : default;

    private StepOrigin Origin(SimTask task) => _execution.OriginOf(task, task.Step.Operation);

    private void Add(string law, SimTask task, in Step step, string message)
    {
        StepOrigin origin = _execution.OriginOf(task, step.Operation);
        _breaches.Add(new BreachRecord(law, origin, message));
        _execution.Recorder?.Note(task, $"breaks {law}: {message}", ReplayEventKind.Violation);
        if (law is LawIds.NmiUnsafeCall or LawIds.NmiBlockingLock && origin.Calls.FirstOrDefault(call => call.PromisesNmiSafe) is { } promise)
        {
            _breaches.Add(new BreachRecord(
                LawIds.NmiSafePromise,
                origin,
                $"{promise.Method.Name} is declared [NmiSafe], but leads to {step.Operation.Name}, which is not."));
        }
    }

    private void Set(string kind, string message, SimTask task, IReadOnlyList<BrokenCondition>? broken = null)
    {
        var chain = new List<StepOrigin>();
        if (task.Step.Operation is { } operation)
        {
            chain.Add(_execution.OriginOf(task, operation));
        }

        chain.AddRange(task.Top?.Causes ?? []);
        Harm ??= new HarmRecord(kind, message, [], chain) { Broken = broken ?? [] };
        _execution.Recorder?.Note(task, message, ReplayEventKind.Violation);
    }

    private void JudgeReentry(SimTask task, Frame entered)
    {
        for (Frame? outer = entered.Parent; outer is not null; outer = outer.Parent)
        {
            if (entered.HasInterrupt && outer.IntId == entered.IntId)
            {
                Set(Harms.Reentry, $"{entered} was entered again on {task.Kernel.Cpu} while it was being handled.", task);
            }
        }
    }

    // An interrupt that waits behind a mask which nobody will lift any more.
    private HarmRecord? LostInterrupt()
    {
        foreach (SimCpu cpu in _execution.Scheduler.Cpus)
        {
            if (cpu.Stopped || cpu.Model.Phase is not CpuPhase.Online)
            {
                continue;
            }

            IntId pending = cpu.Model.Interface.HighestPending;
            if (!pending.IsSpecial)
            {
                List<StepOrigin> chain = cpu.Causes.TryGetValue(pending.Value, out StepOrigin? cause) ? [cause] : [];
                if (cpu.Current is { } current)
                {
                    // Who waits behind the mask, and who closed it.
                    chain.AddRange(current.Pending is { For.Style: WaitStyle.Idle } idle ? [idle.Origin] : []);
                    chain.AddRange(_held.MaskedAt(current) is { } masked ? [masked] : []);
                }

                // An interrupt that its flow handler never ended keeps the priority raised.
                chain.AddRange(_misdriven.Values);

                return new HarmRecord(
                    Harms.LostInterrupt,
                    $"Lost interrupt: {pending} is pending on {cpu.Model.Id} and is never taken.",
                    [$"{cpu.Model.Id}: PMR {cpu.Model.State.Pmr}, DAIF {cpu.Model.State.Daif}, running priority {cpu.Model.Interface.RunningPriority}"],
                    chain);
            }
        }

        return null;
    }

    // Invariants are asked before every step: where all hold, no memory is taken.
    private List<BrokenCondition>? Broken(List<ConditionDeclaration> conditions, string kind, string when, List<BrokenCondition>? broken)
    {
        foreach (ConditionDeclaration condition in conditions)
        {
            try
            {
                if (!_execution.Observe(condition.Holds))
                {
                    (broken ??= []).Add(new BrokenCondition($"{kind} '{condition.Name}'", $"does not hold{when}"));
                }
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                (broken ??= []).Add(new BrokenCondition($"{kind} '{condition.Name}'", $"threw {exception.GetType().Name}: {exception.Message}{when}"));
            }
        }

        return broken;
    }
}
