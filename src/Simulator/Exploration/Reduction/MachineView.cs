using System;
using IrqSafety.Runtime;

namespace IrqSafety.Simulator;

/// <summary>What lets interrupts through to a CPU: the masks of its task, and what of its interface, its redistributor and its phase decides whether what is pending is signalled.</summary>
internal readonly record struct Gates(
    Pmr Pmr, Daif Daif, bool AllInt, bool Group0, bool Group1, bool Awake, bool Lpis, Priority Running, CpuPhase Phase)
{
    /// <summary>As they are for a task.</summary>
    public static Gates Of(Machine machine, TaskContext task, CpuId on)
    {
        Cpu cpu = machine.Cpus[on.Value];
        return new Gates(
            task.Pmr, task.Daif, task.AllInt, cpu.Interface.Group0Enabled, cpu.Interface.Group1Enabled, cpu.Redistributor.Awake, cpu.Redistributor.LpisEnabled, cpu.Interface.RunningPriority, cpu.Phase);
    }
}

/// <summary>What is true of all CPUs, and every step may notice.</summary>
internal readonly record struct WholeMachine(bool InCrash, CpuMask Online, CpuId? StoppedFor, bool Group0, bool Group1)
{
    /// <summary>As it is now.</summary>
    public static WholeMachine Of(Machine machine) =>
        new(machine.InCrash, machine.OnlineCpus, machine.StoppedFor, machine.Gic.Distributor.Group0Enabled, machine.Gic.Distributor.Group1Enabled);
}

/// <summary>
/// What a step may change besides its location, as it is at one moment: one view is taken before the step and one after it. The arrays are kept from one
/// execution to the next.
/// </summary>
internal sealed class MachineView
{
    private int[] _takers = [];
    private int[] _routes = [];
    private IntId[] _highest = [];
    private bool[] _signalled = [];

    /// <summary>The gates of the CPU that the step was executed on.</summary>
    public Gates Gates { get; private set; }

    /// <summary>The task has softirqs off.</summary>
    public bool SoftIrqsOff { get; private set; }

    /// <summary>What is true of all CPUs.</summary>
    public WholeMachine Whole { get; private set; }

    /// <summary>By source: the CPU that would take its arrival at once; −1 where it would stay pending, or cannot arrive any more.</summary>
    public ReadOnlySpan<int> Takers => _takers;

    /// <summary>By source: the CPU that its line goes to.</summary>
    public ReadOnlySpan<int> Routes => _routes;

    /// <summary>By CPU: the highest priority pending interrupt, as HPPIR shows it.</summary>
    public ReadOnlySpan<IntId> Highest => _highest;

    /// <summary>By CPU: an interrupt is signalled to it.</summary>
    public ReadOnlySpan<bool> Signalled => _signalled;

    /// <summary>Looks at the machine while a task runs.</summary>
    public void Look(SimulatedExecution execution, SimTask task)
    {
        Machine machine = execution.Machine;
        int sources = execution.Sources.All.Length;
        int cpus = machine.Cpus.Count;
        if (_takers.Length != sources || _highest.Length != cpus)
        {
            (_takers, _routes, _highest, _signalled) = (new int[sources], new int[sources], new IntId[cpus], new bool[cpus]);
        }

        Gates = Gates.Of(machine, task.Kernel.Context, task.Kernel.Cpu);
        SoftIrqsOff = task.Kernel.Context.PreemptCount.SoftIrq > 0;
        Whole = WholeMachine.Of(machine);
        foreach (SimSource source in execution.Sources.All)
        {
            int route = source.CpuOn(machine);
            _routes[source.Number] = route;
            _takers[source.Number] = source.Left > 0 && InterruptDelivery.WouldBeTaken(execution.Scheduler.Cpus[route], source) ? route : -1;
        }

        for (int cpu = 0; cpu < cpus; cpu++)
        {
            _highest[cpu] = machine.Cpus[cpu].Interface.HighestPending;
            _signalled[cpu] = machine.Cpus[cpu].InterruptSignalled;
        }
    }

    /// <summary>True when nothing differs.</summary>
    public bool IsSameAs(MachineView other) =>
        Gates == other.Gates && SoftIrqsOff == other.SoftIrqsOff && Whole == other.Whole
        && Takers.SequenceEqual(other.Takers) && Routes.SequenceEqual(other.Routes) && Highest.SequenceEqual(other.Highest) && Signalled.SequenceEqual(other.Signalled);
}
