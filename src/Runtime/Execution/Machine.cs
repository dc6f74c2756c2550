using System;
using System.Collections.Frozen;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using System.Threading;
using IrqSafety.Contracts;
using IrqSafety.Rules;

namespace IrqSafety.Runtime;

/// <summary>A machine: everything the model keeps for one execution. Nothing of it survives in statics.</summary>
public sealed class Machine
{
    private static readonly FrozenDictionary<string, LockClass> s_declaredLockClasses = typeof(Machine).Assembly
        .GetCustomAttributes<DeclareLockClassAttribute>()
        .ToFrozenDictionary(declared => declared.Name, declared => new LockClass(declared.Name, declared.Kind, declared.UsedIn));

    private static long s_lives;

    private readonly List<KernelTask> _tasks = [];

    // Of the lives before.
    private readonly Stack<KernelTask> _spareTasks = new();
    private readonly bool _bootCpuOnly;

    // What few programs use is made when it is first asked for, and forgotten by a reset.
    private ConsoleDevice? _console;
    private HotplugStates? _hotplug;
    private CpuPmNotifiers? _cpuPm;
    private SlabCache? _slabCache;
    private IpiState? _ipis;
    private DeferredWork? _deferred;
    private RcuState? _rcu;
    private ReclaimScope? _reclaim;

    /// <summary>A machine whose CPUs are idle, with interrupts on, and online unless only the boot CPU is.</summary>
    /// <param name="profile">What kind of machine.</param>
    /// <param name="cpus">How many CPUs, 1 to 64.</param>
    /// <param name="execution">What decides and observes.</param>
    /// <param name="bootCpuOnly">CPU 0 is online and the others are to be brought up, as when a kernel starts.</param>
    /// <param name="memory">How stores and register writes take effect.</param>
    /// <exception cref="ArgumentException">The profile does not meet <see cref="BootRequirements"/>.</exception>
    public Machine(MachineProfile profile, int cpus, IExecution execution, bool bootCpuOnly = false, MemoryModel memory = MemoryModel.Sc)
    {
        ArgumentNullException.ThrowIfNull(profile);
        ArgumentNullException.ThrowIfNull(execution);
        ArgumentOutOfRangeException.ThrowIfLessThan(cpus, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(cpus, 64);
        if (BootRequirements.Unmet(profile, cpus) is { Count: > 0 } unmet)
        {
            throw new ArgumentException($"a machine of profile '{profile}' does not start. {string.Join(' ', unmet)}", nameof(profile));
        }

        Profile = profile;
        Execution = execution;
        Memory = memory;
        Life = Interlocked.Increment(ref s_lives);
        _bootCpuOnly = bootCpuOnly;
        Gic = new Gic(this, cpus);
        Unlatched = profile.HasUnlatchedInterrupts ? new UnlatchedInterrupts() : null;
        var all = new Cpu[cpus];
        Cpus = all;
        AllCpus = all;
        for (int i = 0; i < cpus; i++)
        {
            all[i] = new Cpu(this, new CpuId(i), IsOnlineAtStart(i));
        }

        Protocols = new ProtocolStates(this);
        Irqs = new IrqDescriptors(this);
    }

    /// <summary>The machine of the task that this thread executes.</summary>
    /// <exception cref="InvalidOperationException">The thread executes none.</exception>
    public static Machine Current => KernelTask.Current.Machine;

    /// <summary>What kind of machine it is.</summary>
    public MachineProfile Profile { get; }

    /// <summary>How stores and register writes take effect.</summary>
    public MemoryModel Memory { get; }

    /// <summary>What decides and observes.</summary>
    public IExecution Execution { get; }

    /// <summary>The CPUs, by number.</summary>
    public IReadOnlyList<Cpu> Cpus { get; }

    /// <summary>The same, to go over them at every step.</summary>
    internal Cpu[] AllCpus { get; }

    /// <summary>The interrupt controller.</summary>
    public Gic Gic { get; }

    /// <summary>The abstract interrupts of <see cref="MachineProfile.Unlatched"/>; null on other machines.</summary>
    public UnlatchedInterrupts? Unlatched { get; private set; }

    /// <summary>The interrupt descriptors.</summary>
    public IrqDescriptors Irqs { get; }

    /// <summary>Where interrupt lines and the CPU stop stand in their protocols.</summary>
    public ProtocolStates Protocols { get; }

    /// <summary>The faults the scenario declared.</summary>
    public FaultBudget Faults { get; } = new();

    /// <summary>The console.</summary>
    public ConsoleDevice Console => _console ??= new();

    /// <summary>The CPU hotplug states.</summary>
    public HotplugStates Hotplug => _hotplug ??= new();

    /// <summary>Who is told of low-power states.</summary>
    public CpuPmNotifiers CpuPm => _cpuPm ??= new();

    /// <summary>The CPU that goes on alone while the machine is stopped (<c>stop_machine</c>); null when it is not.</summary>
    public CpuId? StoppedFor { get; internal set; }

    /// <summary>The kernel's memory allocator.</summary>
    public SlabCache SlabCache => _slabCache ??= new();

    /// <summary>Inter-processor interrupts.</summary>
    public IpiState Ipis => _ipis ??= new(Cpus.Count);

    /// <summary>
    /// The tasks that are not idle tasks, in the order they were added. It grows while the machine runs (hotplug threads): an execution looks
    /// here for <see cref="TaskState.Runnable"/> tasks whenever it schedules.
    /// </summary>
    public IReadOnlyList<KernelTask> Tasks => _tasks;

    /// <summary>A panic or crash is in progress (<c>oops_in_progress</c>).</summary>
    public bool InCrash { get; internal set; }

    /// <summary>For tests of the lock rules: whoever wants a lock goes on as if it were free, so that a run shows orders that would deadlock.</summary>
    internal bool LocksNeverBlock { get; init; }

    /// <summary>How often a mask was saved.</summary>
    internal int MaskSaves { get; set; }

    internal DeferredWork Deferred => _deferred ??= new(Cpus.Count);

    internal RcuState Rcu => _rcu ??= new();

    internal ReclaimScope Reclaim => _reclaim ??= new();

    /// <summary>A number that no other machine has, nor this one before it was reset.</summary>
    internal long Life { get; private set; }

    /// <summary>The CPUs that are online (<c>cpu_online_mask</c>).</summary>
    public CpuMask OnlineCpus { get; internal set; }

    /// <summary>
    /// Everything as when the machine was made, at the cost of what was touched since. What code keeps in static locks, cells and work items starts afresh
    /// too. Nothing that ran on it may go on: whoever still holds a stack of it needs another machine.
    /// </summary>
    public void Reset()
    {
        Life = Interlocked.Increment(ref s_lives);
        foreach (KernelTask task in _tasks)
        {
            _spareTasks.Push(task);
        }

        _tasks.Clear();
        Gic.MakeNew();
        Unlatched = Profile.HasUnlatchedInterrupts ? new UnlatchedInterrupts() : null;
        OnlineCpus = default;
        foreach (Cpu cpu in AllCpus)
        {
            cpu.MakeNew(IsOnlineAtStart(cpu.Id.Value));
        }

        Protocols.MakeNew();
        Irqs.MakeNew();
        Faults.MakeNew();
        (_console, _hotplug, _cpuPm, _slabCache) = (null, null, null, null);
        (_ipis, _deferred, _rcu, _reclaim) = (null, null, null, null);
        (StoppedFor, InCrash, MaskSaves) = (null, false, 0);
    }

    /// <summary>Adds a task that is runnable on a CPU.</summary>
    public KernelTask AddTask(string name, CpuId cpu, Action body)
    {
        ArgumentNullException.ThrowIfNull(body);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(cpu.Value, Cpus.Count, nameof(cpu));
        if (_spareTasks.TryPop(out KernelTask? task))
        {
            task.MakeNew(name, cpu, body);
        }
        else
        {
            task = new KernelTask(this, name, cpu, body, isIdle: false);
        }

        _tasks.Add(task);
        Execution.Publish(new MachineEvent(MachineEventKind.TaskCreated, KernelTask.CurrentOrNull?.Cpu ?? cpu, task, TargetCpu: cpu.Value));
        return task;
    }

    private bool IsOnlineAtStart(int cpu) => cpu == 0 || !_bootCpuOnly;

    /// <summary>The class of a lock declared by a public name in this library, or null.</summary>
    internal static LockClass? DeclaredLockClass(string name) => s_declaredLockClasses.GetValueOrDefault(name);

    /// <summary>Runs something in a thread of its own on another CPU and sleeps until it is done (<c>work_on_cpu</c>).</summary>
    internal void RunOn(CpuId cpu, string name, Operation operation, Action body)
    {
        if (KernelTask.Current.Cpu == cpu)
        {
            body();
            return;
        }

        KernelTask task = AddTask(name, cpu, body);
        Execution.Wait(new WaitFor(WaitStyle.Sleep, operation, task, () => task.State is TaskState.Dead, () => task));
    }
}
