using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using IrqSafety.Rules;
using IrqSafety.Runtime;

namespace IrqSafety.Simulator;

/// <summary>Writes down one execution, event by event.</summary>
internal sealed class ReplayRecorder(SimulatedExecution execution)
{
    private readonly List<ReplayEvent> _events = [];
    private readonly Dictionary<SimTask, List<string>> _held = [];
    private readonly Dictionary<(int Cpu, long IntId), List<int>> _raised = [];
    private readonly Dictionary<int, string?> _masks = [];
    private readonly Dictionary<int, CpuMasks> _masksWere = [];
    private Frame? _frame;
    private IReadOnlyList<ReplayHandler> _handlers = [];
    private int _flows;

    /// <summary>The events so far.</summary>
    public IReadOnlyList<ReplayEvent> Events => _events;

    /// <summary>The task executes a step.</summary>
    public void Step(SimTask task, in Step step)
    {
        string? location = step.Location?.ToString();
        Add(task, ReplayEventKind.Step, location is null ? step.Operation.Name : $"{step.Operation.Name} ({location})", operation: step.Operation.Name, location: location);
    }

    /// <summary>The task waits.</summary>
    public void Wait(SimTask task, WaitFor wait)
    {
        // Idling is not waiting, and a poll that looks again says so by its next step.
        if (wait.Style is WaitStyle.Spin or WaitStyle.Sleep)
        {
            bool spins = wait.Style == WaitStyle.Spin;
            string owner = wait.Owner?.Invoke() is { } holder ? $", held by '{holder.Name}'" : "";
            Add(
                task,
                spins ? ReplayEventKind.Wait : ReplayEventKind.Sleep,
                $"{(spins ? "spins on" : "sleeps on")} {wait.On}{owner}",
                operation: wait.Operation.Name,
                location: wait.On.ToString());
        }
    }

    /// <summary>The task came to its end.</summary>
    public void End(SimTask task) => Add(task, ReplayEventKind.End, "end of task", withSource: false);

    /// <summary>Something that no operation says.</summary>
    public void Note(SimTask task, string text, ReplayEventKind kind = ReplayEventKind.Note) => Add(task, kind, text);

    /// <summary>Nothing goes on any more after a step of this task, and something is wrong with what is left.</summary>
    public void AtRest(SimTask last, string text) => Add(last, ReplayEventKind.Violation, text, withSource: false);

    /// <summary>The machine changed.</summary>
    public void Observe(SimTask task, in MachineEvent happened)
    {
        switch (happened.Kind)
        {
            case MachineEventKind.ContextEntered:
                _ = _raised.Remove((happened.Cpu.Value, happened.Value), out List<int>? flows);
                Add(task, ReplayEventKind.Enter, $"enters {task.Top}", interrupt: task.Top?.Subject, flows: flows);
                break;
            case MachineEventKind.ContextLeft:
                string? left = happened.Subject is null or Operation ? null : $"{happened.Subject}";
                Add(task, ReplayEventKind.Leave, $"leaves {happened.Context.Describe()}{(left is null ? "" : $" ({left})")}", interrupt: left);
                break;
            case MachineEventKind.InterruptAsserted:
                Asserted(task, happened);
                break;
            case MachineEventKind.LockAcquired when happened.Subject is KernelLock taken:
                HeldBy(task).Add(taken.Name);
                Add(task, ReplayEventKind.Lock, $"holds {taken}", location: taken.Name);
                break;
            case MachineEventKind.LockReleased when happened.Subject is KernelLock released:
                _ = HeldBy(task).Remove(released.Name);
                Add(task, ReplayEventKind.Unlock, $"releases {released}", location: released.Name);
                break;
            case MachineEventKind.MaskChanged:
                MaskChanged(task, happened.Cpu.Value, happened.Text);
                break;
            case MachineEventKind.TaskWoken:
                Add(task, ReplayEventKind.Wake, $"wakes {happened.Subject}");
                break;
            case MachineEventKind.ProtocolMoved or MachineEventKind.CpuChanged or MachineEventKind.Note when happened.Text is { } text:
                Add(task, ReplayEventKind.Note, text);
                break;
            default:
                break;
        }
    }

    private void MaskChanged(SimTask task, int cpu, string? besides)
    {
        Cpu model = execution.Scheduler.Cpus[cpu].Model;
        CpuMasks now = CpuMasks.Of(model);
        if (besides is null && _masksWere.TryGetValue(cpu, out CpuMasks before) && now == before)
        {
            return;
        }

        string text = besides ?? model.MaskText;
        if (besides is null)
        {
            _masksWere[cpu] = now;
        }
        else
        {
            _ = _masksWere.Remove(cpu);
        }

        if (_masks.GetValueOrDefault(cpu) != text)
        {
            _masks[cpu] = text;
            Add(task, ReplayEventKind.Mask, text);
        }
    }

    private void Asserted(SimTask task, in MachineEvent happened)
    {
        string text = string.Create(CultureInfo.InvariantCulture, $"{happened.Subject} becomes pending on CPU{happened.TargetCpu}");
        bool injected = execution.Sources.IsAsserting;
        IReadOnlyList<int>? flows = null;
        if (!injected)
        {
            (int Cpu, long IntId) line = (happened.TargetCpu, happened.Value);
            if (!_raised.TryGetValue(line, out List<int>? raises))
            {
                _raised[line] = raises = [];
            }

            raises.Add(++_flows);
            flows = [_flows];
        }

        Add(task, injected ? ReplayEventKind.Inject : ReplayEventKind.Raise, text, interrupt: $"{happened.Subject}", targetCpu: happened.TargetCpu, flows: flows);
    }

    private void Add(
        SimTask task,
        ReplayEventKind kind,
        string text,
        string? operation = null,
        string? location = null,
        string? interrupt = null,
        int? targetCpu = null,
        IReadOnlyList<int>? flows = null,
        bool withSource = true)
    {
        Cpu cpu = execution.Scheduler.Cpus[task.Kernel.Cpu.Value].Model;
        string? source = withSource && execution.Options.CaptureSites && task.Step.Operation is { } step
            ? execution.OriginOf(task, step).Calls.Select(call => call.Source).FirstOrDefault()
            : null;
        _events.Add(new ReplayEvent
        {
            Number = _events.Count + 1,
            Time = execution.Now,
            Kind = kind,
            Boot = !execution.Exploring,
            Cpu = cpu.Id.Value,
            Task = task.Name,
            Handlers = HandlersOf(task),
            Text = text,
            Source = source,
            Pmr = cpu.State.Pmr.Value,
            Daif = cpu.State.Daif.ToString(),
            RunningPriority = cpu.Interface.RunningPriority.Value,
            MaskLevel = LevelOf(cpu),
            Held = _held.TryGetValue(task, out List<string>? held) && held.Count > 0 ? [.. held] : [],
            Operation = operation,
            Location = location,
            Interrupt = interrupt,
            TargetCpu = targetCpu,
            Flows = flows ?? [],
        });
    }

    private List<string> HeldBy(SimTask task)
    {
        if (!_held.TryGetValue(task, out List<string>? held))
        {
            _held[task] = held = [];
        }

        return held;
    }

    // Events come in a row from one handler.
    private IReadOnlyList<ReplayHandler> HandlersOf(SimTask task)
    {
        if (task.Top is null)
        {
            return [];
        }

        if (!ReferenceEquals(task.Top, _frame))
        {
            var handlers = new List<ReplayHandler>();
            for (Frame? frame = task.Top; frame is { Parent: not null }; frame = frame.Parent)
            {
                handlers.Insert(0, new ReplayHandler(frame.Subject, frame.Context.Describe()));
            }

            (_frame, _handlers) = (task.Top, handlers);
        }

        return _handlers;
    }

    private static MaskLevel LevelOf(Cpu cpu) =>
        cpu.State.Daif.I ? MaskLevel.AllOff
        : cpu.IrqsDisabled ? MaskLevel.IrqOff
        : cpu.State.PreemptCount.IsZero ? MaskLevel.Open
        : MaskLevel.PreemptOff;

    private readonly record struct CpuMasks(Pmr Pmr, Daif Daif, bool AllInt, PreemptCount Count)
    {
        public static CpuMasks Of(Cpu cpu) => new(cpu.State.Pmr, cpu.State.Daif, cpu.State.AllInt, cpu.State.PreemptCount);
    }
}
