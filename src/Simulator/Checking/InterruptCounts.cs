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
    private readonly ByObject<Count> _counts = new();

    // One interrupt is asserted, taken and ended in a row.
    private InterruptState? _lastLine;
    private int _lastCpu;
    private Count? _last;

    /// <summary>An execution begins.</summary>
    public void MakeNew()
    {
        _counts.MakeNew();
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
            case MachineEventKind.InterruptEnded when execution.Running is { Step.Operation: { } operation } task:
                Of(line, happened.Cpu.Value).EndedAt = execution.MarkOf(task, operation);
                return null;
            case MachineEventKind.InterruptAcknowledged:
                Count count = Of(line, happened.Cpu.Value);
                count.AcknowledgedBy = execution.Running is { } acknowledging ? execution.MarkOf(acknowledging, acknowledging.Step.Operation) : default;
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
        for (int index = 0; index < _counts.Count; index++)
        {
            Count count = _counts.At(index);
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

        Count count = _counts[line];
        count.Begin(line, line.Irq.IsPrivate ? cpu : -1);
        (_lastLine, _lastCpu, _last) = (line, cpu, count);
        return count;
    }

    private static string Times(int count) => count == 1 ? "once" : string.Create(CultureInfo.InvariantCulture, $"{count} times");

    // The CPU is -1 for a shared line.
    private sealed class Count : IReusable
    {
        public void MakeNew()
        {
            Begin(null!, 0);
            (Raised, Taken, AcknowledgedBy, EndedAt) = (0, 0, default, default);
        }

        public void Begin(InterruptState line, int cpu) => (Line, Cpu) = (line, cpu);

        public InterruptState Line { get; private set; } = null!;

        public int Cpu { get; private set; }

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
