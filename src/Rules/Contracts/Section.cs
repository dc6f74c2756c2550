using System;

namespace IrqSafety.Contracts;

/// <summary>States that are orthogonal to <see cref="Context"/>: what the surrounding code has arranged.</summary>
[Flags]
public enum Section
{
    /// <summary>Nothing arranged.</summary>
    None = 0,

    /// <summary>Preemption is off: the code stays on its CPU and must not sleep.</summary>
    PreemptOff = 1 << 0,

    /// <summary>CPU hotplug STARTING section: runs on the incoming CPU before it is online, interrupts masked, cannot fail.</summary>
    CpuStarting = 1 << 1,

    /// <summary>CPU hotplug ONLINE section: runs in the CPU's hotplug thread and may sleep.</summary>
    CpuOnline = 1 << 2,

    /// <summary>Every other CPU spins with interrupts masked.</summary>
    StopMachine = 1 << 3,

    /// <summary>CPU power-management notifier in the idle path, interrupts masked.</summary>
    CpuPm = 1 << 4,

    /// <summary>Panic or crash stop: other CPUs may be parked anywhere.</summary>
    CrashStop = 1 << 5,

    /// <summary>Inside a read-side section of RCU: the code may be preempted, but must not sleep.</summary>
    RcuReader = 1 << 6,

    /// <summary>The world switch: list registers and the rest of the virtual CPU interface are this CPU's alone.</summary>
    WorldSwitch = 1 << 7,

    /// <summary>An interrupt handler that also a real-time build runs in the interrupt itself (<c>IRQF_NO_THREAD</c>, per-CPU interrupts).</summary>
    NeverThreaded = 1 << 8,
}
