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
    private readonly Dictionary<SimTask, List<KernelLock>> _held = [];
    private readonly Dictionary<(int Cpu, long IntId), List<int>> _raised = [];
    private readonly Dictionary<int, string?> _masks = [];
    private int _flows;

    /// <summary>The events so far.</summary>
    public IReadOnlyList<ReplayEvent> Events => _events;

    /// <summary>The task executes a step.</summary>
    public void Step(SimTask task, in Step step)
    {
        string? location = step.Location?.ToString();
        Add(At(task, ReplayEventKind.Step, location is null ? step.Operation.Name : $"{step.Operation.Name} ({location})") with
        {
            Operation = step.Operation.Name,
            Location = location,
        });
    }

    /// <summary>The task waits.</summary>
    public void Wait(SimTask task, WaitFor wait)
    {
        // Idling is not waiting, and a poll that looks again says so by its next step.
        if (wait.Style is WaitStyle.Spin or WaitStyle.Sleep)
        {
            bool spins = wait.Style == WaitStyle.Spin;
            string owner = wait.Owner?.Invoke() is { } holder ? $", held by '{holder.Name}'" : "";
            Add(At(task, spins ? ReplayEventKind.Wait : ReplayEventKind.Sleep, $"{(spins ? "spins on" : "sleeps on")} {wait.On}{owner}") with
            {
                Operation = wait.Operation.Name,
                Location = wait.On.ToString(),
            });
        }
    }

    /// <summary>The task came to its end.</summary>
    public void End(SimTask task) => Add(At(task, ReplayEventKind.End, "end of task", withSource: false));

    /// <summary>Something that no operation says.</summary>
    public void Note(SimTask task, string text, ReplayEventKind kind = ReplayEventKind.Note) => Add(At(task, kind, text));

    /// <summary>The machine changed.</summary>
    public void Observe(SimTask task, in MachineEvent happened)
    {
        switch (happened.Kind)
        {
            case MachineEventKind.ContextEntered:
                _ = _raised.Remove((happened.Cpu.Value, happened.Value), out List<int>? flows);
                Add(At(task, ReplayEventKind.Enter, $"enters {task.Top}") with { Interrupt = $"{happened.Subject}", Flows = flows ?? [] });
                break;
            case MachineEventKind.ContextLeft:
                Add(At(task, ReplayEventKind.Leave, $"leaves {happened.Context.Describe()} ({happened.Subject})") with { Interrupt = $"{happened.Subject}" });
                break;
            case MachineEventKind.InterruptAsserted:
                Asserted(task, happened);
                break;
            case MachineEventKind.LockAcquired when happened.Subject is KernelLock taken:
                HeldBy(task).Add(taken);
                Add(At(task, ReplayEventKind.Lock, $"holds {taken}") with { Location = taken.Name });
                break;
            case MachineEventKind.LockReleased when happened.Subject is KernelLock released:
                _ = HeldBy(task).Remove(released);
                Add(At(task, ReplayEventKind.Unlock, $"releases {released}") with { Location = released.Name });
                break;
            case MachineEventKind.MaskChanged:
                MaskChanged(task, happened.Cpu.Value, happened.Text);
                break;
            case MachineEventKind.TaskWoken:
                Add(At(task, ReplayEventKind.Wake, $"wakes {happened.Subject}"));
                break;
            case MachineEventKind.ProtocolMoved or MachineEventKind.CpuChanged or MachineEventKind.Note when happened.Text is { } text:
                Add(At(task, ReplayEventKind.Note, text));
                break;
            default:
                break;
        }
    }

    private void MaskChanged(SimTask task, int cpu, string? besides)
    {
        string text = besides ?? execution.Scheduler.Cpus[cpu].Model.MaskText;
        if (_masks.GetValueOrDefault(cpu) != text)
        {
            _masks[cpu] = text;
            Add(At(task, ReplayEventKind.Mask, text));
        }
    }

    private void Asserted(SimTask task, in MachineEvent happened)
    {
        string text = string.Create(CultureInfo.InvariantCulture, $"{happened.Subject} becomes pending on CPU{happened.TargetCpu}");
        bool injected = execution.Sources.IsAsserting;
        IReadOnlyList<int> flows = [];
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

        Add(At(task, injected ? ReplayEventKind.Inject : ReplayEventKind.Raise, text) with
        {
            Interrupt = $"{happened.Subject}",
            TargetCpu = happened.TargetCpu,
            Flows = flows,
        });
    }

    private ReplayEvent At(SimTask task, ReplayEventKind kind, string text, bool withSource = true)
    {
        Cpu cpu = execution.Scheduler.Cpus[task.Kernel.Cpu.Value].Model;
        string? source = withSource && task.Step.Operation is { } operation
            ? execution.OriginOf(task, operation).Calls.Select(call => call.Source).FirstOrDefault()
            : null;
        return new ReplayEvent
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
            Held = [.. HeldBy(task).Select(held => held.Name)],
        };
    }

    private void Add(ReplayEvent happened) => _events.Add(happened);

    private List<KernelLock> HeldBy(SimTask task)
    {
        if (!_held.TryGetValue(task, out List<KernelLock>? held))
        {
            _held[task] = held = [];
        }

        return held;
    }

    private static IReadOnlyList<ReplayHandler> HandlersOf(SimTask task)
    {
        var handlers = new List<ReplayHandler>();
        for (Frame? frame = task.Top; frame is { Parent: not null }; frame = frame.Parent)
        {
            handlers.Insert(0, new ReplayHandler(new IntId(frame.IntId).ToString(), frame.Context.Describe()));
        }

        return handlers;
    }

    private static MaskLevel LevelOf(Cpu cpu) =>
        cpu.State.Daif.I ? MaskLevel.AllOff
        : cpu.IrqsDisabled ? MaskLevel.IrqOff
        : cpu.State.PreemptCount.IsZero ? MaskLevel.Open
        : MaskLevel.PreemptOff;
}
