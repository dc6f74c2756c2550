namespace IrqSafety.Rules;

/// <summary>
/// Stopping the other CPUs for panic or reboot: an ordinary IPI first, so that a CPU in a critical section leaves it before it stops, a
/// time-out, and only then the NMI for those that did not answer.
/// </summary>
/// <remarks>
/// Source: Linux <c>arch/arm64/kernel/smp.c</c> (<c>smp_send_stop</c>), "arm64: smp: smp_send_stop() and crash_smp_send_stop() should try
/// non-NMI first" (2024-08).
/// </remarks>
public static class CpuStopProtocol
{
    /// <summary>The table's name.</summary>
    public const string Name = "cpu-stop";

    private const string Running = "running";
    private const string IrqSent = "irq-sent";
    private const string Waited = "waited";
    private const string NmiSent = "nmi-sent";

    /// <summary>The table.</summary>
    public static ProtocolTable Table { get; } = new(
        Name,
        "Stopping the other CPUs: IRQ first, time-out, then NMI. Source: Linux arch/arm64/kernel/smp.c, smp_send_stop.",
        initial: Running,
        assumedAtRoots: Running,
        events:
        [
            new("send-irq", "smp_cross_call(IPI_CPU_STOP)"),
            new("wait", "wait for the other CPUs with a time-out"),
            new("send-nmi", "smp_cross_call(IPI_CPU_STOP_NMI)"),
        ],
        rows:
        [
            new(Running, "send-irq", IrqSent),
            new(Running, "wait", Running),
            new(Running, "send-nmi", NmiSent, Law: LawIds.StopOrder, Problem: "the CPUs were not asked to stop by an ordinary IPI first: an NMI freezes a CPU that holds a lock; send the IRQ stop, wait with a time-out, then send the NMI to those still running"),
            new(IrqSent, "send-irq", IrqSent),
            new(IrqSent, "wait", Waited),
            new(IrqSent, "send-nmi", NmiSent, Law: LawIds.StopOrder, Problem: "the CPUs got no time to answer the ordinary stop IPI: wait with a time-out before the NMI"),
            new(Waited, "send-irq", IrqSent),
            new(Waited, "wait", Waited),
            new(Waited, "send-nmi", NmiSent),
            new(NmiSent, "send-irq", NmiSent),
            new(NmiSent, "wait", NmiSent),
            new(NmiSent, "send-nmi", NmiSent),
        ]);
}
