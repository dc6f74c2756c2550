using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Linq;
using System.Reflection;
using IrqSafety.Contracts;
using IrqSafety.Runtime;

namespace IrqSafety.Simulator;

/// <summary>
/// Collects what a scenario declares. Nothing runs before <see cref="IScenario.Build"/> has returned. Defaults: two CPUs, the pseudo-NMI
/// profile, one arrival of each source, two preemptive switches between CPUs.
/// </summary>
public sealed class MachineBuilder
{
    internal MachineBuilder() => MakeNew(declaring: null);

    /// <summary>Nothing is declared: what an execution was built from is used for the next.</summary>
    [MemberNotNull(nameof(DeclaredProfile))]
    internal void MakeNew(Type? declaring)
    {
        Declaring = declaring;
        (DeclaredProfile, CpuCount, SwitchBound, BootInterrupts, BringsUpSecondaries) = (MachineProfile.GicV3PseudoNmi, 2, 2, false, true);
        BootSteps.Clear();
        Tasks.Clear();
        Sources.Clear();
        Unlatched.Clear();
        Inputs.Clear();
        Faults.Clear();
        Invariants.Clear();
        FinalConditions.Clear();
        Hotplugs.Clear();
    }

    internal MachineProfile DeclaredProfile { get; private set; }

    internal int CpuCount { get; private set; }

    internal int SwitchBound { get; private set; }

    internal bool BootInterrupts { get; private set; }

    internal bool BringsUpSecondaries { get; private set; }

    /// <summary>The initcalls: <see cref="Action"/>, or <see cref="Action{T}"/> of the machine.</summary>
    internal List<Delegate> BootSteps { get; } = [];

    /// <summary>The class that declares it; null where a test does.</summary>
    internal Type? Declaring { get; private set; }

    /// <summary>The assemblies that its code stands in: that of the scenario, and those of what it lets run.</summary>
    internal IEnumerable<Assembly> Assemblies =>
        new[] { Declaring }.Concat(Tasks.Select(task => task.Body.Method.DeclaringType)).Concat(BootSteps.Select(step => step.Method.DeclaringType)).OfType<Type>().Select(type => type.Assembly).Distinct();

    internal List<TaskDeclaration> Tasks { get; } = [];

    internal List<SourceDeclaration> Sources { get; } = [];

    internal List<UnlatchedDeclaration> Unlatched { get; } = [];

    internal List<(string Name, int Values)> Inputs { get; } = [];

    internal List<FaultDeclaration> Faults { get; } = [];

    internal List<ConditionDeclaration> Invariants { get; } = [];

    internal List<ConditionDeclaration> FinalConditions { get; } = [];

    internal List<HotplugDeclaration> Hotplugs { get; } = [];

    /// <summary>The machine the scenario is for.</summary>
    public MachineBuilder Profile(MachineProfile profile)
    {
        ArgumentNullException.ThrowIfNull(profile);
        DeclaredProfile = profile;
        return this;
    }

    /// <summary>How many CPUs the machine has, 1 to 8. CPU 0 boots; the others are brought up after <see cref="Boot(Action)"/>.</summary>
    public MachineBuilder Cpus(int count)
    {
        CpuCount = InRange(count, 1, 8, "the number of CPUs");
        return this;
    }

    /// <summary>Initcalls: run on CPU 0 before anything else, in the order declared.</summary>
    public MachineBuilder Boot([RunsIn(Context.Task)] Action initcall)
    {
        ArgumentNullException.ThrowIfNull(initcall);
        BootSteps.Add(initcall);
        return this;
    }

    /// <summary>The same, for initcalls that need the machine.</summary>
    public MachineBuilder Boot([RunsIn(Context.Task)] Action<Machine> initcall)
    {
        ArgumentNullException.ThrowIfNull(initcall);
        BootSteps.Add(initcall);
        return this;
    }

    /// <summary>Lets declared sources arrive, and CPUs be switched, while the machine boots. Off by default: it multiplies the schedules.</summary>
    public MachineBuilder InterruptsDuringBoot()
    {
        BootInterrupts = true;
        return this;
    }

    /// <summary>Leaves the other CPUs offline after boot.</summary>
    public MachineBuilder SecondariesStayOffline()
    {
        BringsUpSecondaries = false;
        return this;
    }

    /// <summary>A kernel thread bound to a CPU, which starts after boot.</summary>
    public MachineBuilder Task(int cpu, string name, [RunsIn(Context.Task)] Action body)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(body);
        if (HasTask(name))
        {
            throw new ArgumentException($"there is a task '{name}' already; schedules name tasks, so names must differ", nameof(name));
        }

        Tasks.Add(new TaskDeclaration(new CpuId(cpu), name, body));
        return this;
    }

    /// <summary>
    /// A spontaneous source: it may arrive at any time after boot, up to <paramref name="arrivals"/> times, or not at all. A program that
    /// waits for it is not rescued by it. Its line is edge-triggered unless said otherwise; a level line stays high until the program lowers it
    /// with <see cref="Gic.Deassert"/>.
    /// </summary>
    public MachineBuilder Source(string name, IntId intId, int cpu, int arrivals = 1, Trigger trigger = Trigger.Edge)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (intId.IsSpecial)
        {
            throw new ArgumentException($"{intId} is not an interrupt a source can raise", nameof(intId));
        }

        Sources.Add(new SourceDeclaration(name, intId, new CpuId(cpu), InRange(arrivals, 1, 16, "the number of arrivals"), trigger));
        return this;
    }

    /// <summary>
    /// On a machine of <see cref="MachineProfile.Unlatched"/>: a spontaneous source of the abstract interrupt <paramref name="number"/> (1 or higher),
    /// which may arrive whenever it is enabled and no interrupt of its number or a higher one is being handled.
    /// </summary>
    public MachineBuilder UnlatchedSource(string name, int number, [RunsIn(Context.HardIrq)] Action handler, int arrivals = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(number, 1);
        ArgumentNullException.ThrowIfNull(handler);
        Unlatched.Add(new UnlatchedDeclaration(number, handler));
        return Source(name, UnlatchedInterrupts.IntIdOf(number), cpu: 0, arrivals);
    }

    /// <summary>
    /// A free input of the program: which of these values it has is a choice of the environment, made when it is first read. Different executions
    /// see different values.
    /// </summary>
    public FreeInput<T> Input<T>(string name, params IReadOnlyList<T> values)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(values);
        ArgumentOutOfRangeException.ThrowIfLessThan(values.Count, 2, nameof(values));
        Inputs.Add((name, values.Count));
        return new FreeInput<T>(name, values);
    }

    /// <summary>A call that may fail, named as in the kernel, for example <c>request_percpu_nmi</c>: at most <paramref name="count"/> times.</summary>
    public MachineBuilder Fault(string call, int count = 1)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(call);
        Faults.Add(new FaultDeclaration(call, InRange(count, 1, 16, "the number of faults")));
        return this;
    }

    /// <summary>
    /// A level interrupt is withdrawn by its device after it was signalled and before it is acknowledged, at most <paramref name="count"/> times: IAR returns
    /// another one, or 1023.
    /// </summary>
    public MachineBuilder Withdrawn(int count = 1) => Fault(FaultBudget.Withdrawn, count);

    /// <summary>IAR returns 1023 although an interrupt is signalled, at most <paramref name="count"/> times; the interrupt stays pending.</summary>
    public MachineBuilder Spurious(int count = 1) => Fault(FaultBudget.Spurious, count);

    /// <summary>A CPU is taken down, and with <paramref name="upAgain"/> brought up again, <paramref name="count"/> times, by a task on CPU 0.</summary>
    public MachineBuilder Hotplug(int cpu, bool upAgain = true, int count = 1)
    {
        if (cpu == 0)
        {
            throw new ArgumentException("CPU 0 carries the hotplug task and stays online", nameof(cpu));
        }

        Hotplugs.Add(new HotplugDeclaration(new CpuId(cpu), upAgain, InRange(count, 1, 4, "the number of hotplug cycles")));
        return this;
    }

    /// <summary>Must hold whenever a step of the program is about to run, and when everything has come to rest.</summary>
    public MachineBuilder Invariant(string name, Func<bool> holds)
    {
        Invariants.Add(Condition(name, holds));
        return this;
    }

    /// <summary>Must hold when everything has come to rest.</summary>
    public MachineBuilder AtEnd(string name, Func<bool> holds)
    {
        FinalConditions.Add(Condition(name, holds));
        return this;
    }

    /// <summary>How many preemptive switches between CPUs are explored; switches where the running code cannot go on are free.</summary>
    public MachineBuilder Switches(int count)
    {
        SwitchBound = InRange(count, 0, 16, "the number of switches");
        return this;
    }

    /// <summary>The bound in words.</summary>
    internal string DescribeBound(int? switches)
    {
        var parts = new List<string>
        {
            Counted(CpuCount, "CPU"),
            switches is { } count ? Counted(count, "preemptive switch", "preemptive switches") : "any number of preemptive switches",
        };
        parts.AddRange(Sources.Select(source => $"{source.Name} arrives at most {Times(source.Arrivals)}"));
        parts.AddRange(Faults.Select(fault => $"{FaultBudget.Describe(fault.Call)} at most {Times(fault.Count)}"));
        parts.AddRange(Inputs.Select(input => string.Create(CultureInfo.InvariantCulture, $"{input.Name} has {input.Values} values")));
        parts.AddRange(Hotplugs.Select(hotplug => $"{hotplug.Cpu} goes down{(hotplug.Up ? " and up" : "")} {Times(hotplug.Count)}"));
        return string.Join(", ", parts);
    }

    /// <summary>Checks what can only be checked when everything is declared.</summary>
    /// <exception cref="ArgumentException">A declaration names a CPU the machine does not have.</exception>
    internal void Validate()
    {
        if (Unlatched.Count > 0 && (!DeclaredProfile.HasUnlatchedInterrupts || CpuCount != 1))
        {
            throw new ArgumentException("unlatched sources exist on one CPU of the profile 'unlatched' only: declare Profile(MachineProfile.Unlatched) and Cpus(1), or use Source(…), which is latched by the controller");
        }

        if (Sources.Count > Unlatched.Count && DeclaredProfile.HasUnlatchedInterrupts)
        {
            throw new ArgumentException("a machine of the profile 'unlatched' has no interrupt controller: use UnlatchedSource(…)");
        }

        foreach (TaskDeclaration task in Tasks)
        {
            CheckCpu(task.Cpu, "task", task.Name);
        }

        foreach (SourceDeclaration source in Sources)
        {
            CheckCpu(source.Cpu, "source", source.Name);
        }

        foreach (HotplugDeclaration hotplug in Hotplugs)
        {
            CheckCpu(hotplug.Cpu, "hotplug", null);
        }
    }

    private bool HasTask(string name)
    {
        foreach (TaskDeclaration task in Tasks)
        {
            if (task.Name == name)
            {
                return true;
            }
        }

        return false;
    }

    private void CheckCpu(CpuId cpu, string what, string? name)
    {
        if (cpu.Value < 0 || cpu.Value >= CpuCount)
        {
            throw new ArgumentException($"{what}{(name is null ? "" : $" '{name}'")} is on {cpu}, but the scenario declares {Counted(CpuCount, "CPU")}: raise Cpus(…) or move it");
        }
    }

    private static ConditionDeclaration Condition(string name, Func<bool> holds)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(holds);
        return new ConditionDeclaration(name, holds);
    }

    private static int InRange(int value, int minimum, int maximum, string what) => value >= minimum && value <= maximum
        ? value
        : throw new ArgumentOutOfRangeException(nameof(value), value, $"{what} is {minimum} to {maximum}");

    private static string Counted(int count, string one, string? many = null) =>
        string.Create(CultureInfo.InvariantCulture, $"{count} {(count == 1 ? one : many ?? one + "s")}");

    private static string Times(int count) => count == 1 ? "once" : string.Create(CultureInfo.InvariantCulture, $"{count} times");
}
