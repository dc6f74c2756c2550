using System;
using IrqSafety.Runtime;
using IrqSafety.Simulator;

namespace Testing;

/// <summary>The thread masks the timer while it collects.</summary>
[Scenario("Ticks arrive while they are collected with the timer masked")]
public sealed class CollectMasked : IScenario
{
    /// <inheritdoc/>
    public void Build(MachineBuilder b) => Collecting.Build(b, new TimerStatistics(masks: true));
}

/// <summary>The thread does not mask the timer: a tick between its read and its write is lost.</summary>
[Scenario("Ticks arrive while they are collected with the timer on")]
public sealed class CollectUnmasked : IScenario
{
    /// <inheritdoc/>
    public void Build(MachineBuilder b) => Collecting.Build(b, new TimerStatistics(masks: false));
}

internal static class Collecting
{
    public static void Build(MachineBuilder b, TimerStatistics statistics)
    {
        ArgumentNullException.ThrowIfNull(b);
        b.Cpus(1)
            .Boot(statistics.Probe)
            .Task(cpu: 0, "collector", statistics.Collect)
            .Source("timer", TimerStatistics.Timer, cpu: 0, arrivals: 2)
            .AtEnd("every tick is collected or waits", () => statistics.Collected + statistics.Waiting == statistics.Handled);
    }
}
