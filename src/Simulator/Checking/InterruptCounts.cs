using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using IrqSafety.Runtime;

namespace IrqSafety.Simulator;

/// <summary>
/// Counts how often each interrupt was raised and taken. Taken more often than raised, it was handled twice: its line was still high, or its pending state set
/// again, when it was ended. The reverse is no mistake: edges coalesce.
/// </summary>
/// <remarks>LPIs are pending in tables in memory that the program may write; they are not counted.</remarks>
internal sealed class InterruptCounts(SimulatedExecution execution)
{
    private readonly Dictionary<long, Count> _counts = [];

    // One interrupt is asserted, taken and ended in a row.
    private InterruptState? _lastLine;
    private int _lastCpu;
    private Count? _last;

    /// <summary>An execution begins.</summary>
    public void MakeNew()
    {
        _counts.Clear();
        (_lastLine, _lastCpu, _last) = (null, 0, null);
    }

    /// <summary>Follows the machine; what is wrong, or null.</summary>
    public DoubledInterrupt? Observe(in MachineEvent happened)
    {
        if (happened.Subject is not InterruptState { Irq.IsLpi: false } line)
        {
            return null;
        }

        switch (happened.Kind)
        {
            case MachineEventKind.InterruptAsserted:
                Of(line, happened.TargetCpu).Raised++;
                return null;
            case MachineEventKind.InterruptEnded when SimulatedExecution.CurrentTask is { Step.Operation: { } operation } task:
                Of(line, happened.Cpu.Value).EndedAt = execution.MarkOf(task, operation);
                return null;
            case MachineEventKind.InterruptAcknowledged:
                Count count = Of(line, happened.Cpu.Value);
                count.AcknowledgedBy = SimulatedExecution.CurrentTask is { } acknowledging ? execution.MarkOf(acknowledging, acknowledging.Step.Operation) : default;
                return ++count.Taken == count.Raised + 1
                    ? new DoubledInterrupt(
                        string.Create(CultureInfo.InvariantCulture, $"Doubled interrupt: {line.Irq} was raised {Times(count.Raised)} and is taken {Times(count.Taken)}; when it was ended, {(line.Trigger == Trigger.Level ? "its line was still high" : "it was still pending")}."),
                        count.EndedAt.Origin)
                    : null;
            default:
                return null;
        }
    }

    /// <summary>At rest: an interrupt that is pending and never signalled, because the one before it on its line was never deactivated. Null when there is none.</summary>
    public HarmRecord? HeldByItsOwn()
    {
        foreach (Count count in _counts.Values)
        {
            InterruptState line = count.Line;
            if (line is { Handling: HandlingState.ActiveAndPending, Enabled: true } && IsOnline(count.Cpu < 0 ? line.Target : new CpuId(count.Cpu)))
            {
                return new HarmRecord(
                    Harms.LostInterrupt,
                    $"Lost interrupt: {line.Irq} is pending and is never taken, because it is active for ever: who acknowledged it did not deactivate it.",
                    [],
                    [.. new[] { count.AcknowledgedBy.Origin, count.EndedAt.Origin }.OfType<StepOrigin>()]);
            }
        }

        return null;

        bool IsOnline(CpuId cpu) => execution.Scheduler.Cpus[cpu.Value] is { Stopped: false, Model.Phase: CpuPhase.Online };
    }

    private Count Of(InterruptState line, int cpu)
    {
        if (ReferenceEquals(line, _lastLine) && cpu == _lastCpu)
        {
            return _last!;
        }

        int owner = line.Irq.IsPrivate ? cpu : -1;
        long key = ((long)owner << 32) + line.Irq.Value;
        if (!_counts.TryGetValue(key, out Count? count))
        {
            _counts[key] = count = new Count(line, owner);
        }

        (_lastLine, _lastCpu, _last) = (line, cpu, count);
        return count;
    }

    private static string Times(int count) => count == 1 ? "once" : string.Create(CultureInfo.InvariantCulture, $"{count} times");

    // The CPU is -1 for a shared line.
    private sealed class Count(InterruptState line, int cpu)
    {
        public InterruptState Line => line;

        public int Cpu => cpu;

        public int Raised { get; set; }

        public int Taken { get; set; }

        public StepMark AcknowledgedBy { get; set; }

        public StepMark EndedAt { get; set; }
    }
}

/// <summary>An interrupt handled more often than it was raised.</summary>
/// <param name="Message">Which, how often.</param>
/// <param name="EndedAt">The step at which it was ended before it was taken again.</param>
internal sealed record DoubledInterrupt(string Message, StepOrigin? EndedAt);
