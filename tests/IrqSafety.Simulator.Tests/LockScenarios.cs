using IrqSafety.Contracts;
using IrqSafety.Runtime;

namespace IrqSafety.Simulator.Tests;

/// <summary>A per-CPU line that is requested at boot and enabled on CPU 0.</summary>
internal static class Lines
{
    public static readonly IntId Watchdog = IntId.Ppi(7);

    public static readonly IntId Stop = IntId.Sgi(7);

    public static void NmiOnBootCpu(IrqHandler handler)
    {
        Irq.RequestPercpuNmi(Watchdog, handler, "watchdog");
        Preemption.Disable();
        Irq.PreparePercpuNmi(Watchdog);
        Irq.EnablePercpuNmi(Watchdog);
        Preemption.Enable();
    }

    public static void IrqOnBootCpu(IrqHandler handler)
    {
        Irq.RequestPercpuIrq(Watchdog, handler, "watchdog");
        Preemption.Disable();
        Irq.EnablePercpuIrq(Watchdog);
        Preemption.Enable();
    }
}

/// <summary>A task holds a raw lock with interrupts masked; an NMI waits for it.</summary>
[Scenario("An NMI waits for a lock that the interrupted task holds")]
public sealed class NmiTakesTheTasksLock : IScenario
{
    private readonly RawSpinLock _lock = new();
    private readonly Shared<int> _count = new(0);

    public void Build(MachineBuilder b) => b
        .Cpus(1)
        .Boot(() => Lines.NmiOnBootCpu(OnWatchdog))
        .Task(0, "writer", Write)
        .Source("watchdog", Lines.Watchdog, cpu: 0);

    private void Write()
    {
        using (_lock.LockIrqSave())
        {
            _count.Add(1);
        }
    }

    [RunsIn(Context.PseudoNmi)]
    private IrqReturn OnWatchdog(IntId irq)
    {
        using (_lock.Lock())
        {
            _count.Add(1);
        }

        return IrqReturn.Handled;
    }
}

/// <summary>The same, with a try form in the NMI: legal.</summary>
[Scenario("An NMI tries a lock that the interrupted task holds")]
public sealed class NmiTriesTheTasksLock : IScenario
{
    private readonly RawSpinLock _lock = new();
    private readonly Shared<int> _count = new(0);

    public void Build(MachineBuilder b) => b
        .Cpus(1)
        .Boot(() => Lines.NmiOnBootCpu(OnWatchdog))
        .Task(0, "writer", Write)
        .Source("watchdog", Lines.Watchdog, cpu: 0, arrivals: 2);

    private void Write()
    {
        using (_lock.LockIrqSave())
        {
            _count.Add(1);
        }
    }

    [RunsIn(Context.PseudoNmi)]
    private IrqReturn OnWatchdog(IntId irq)
    {
        if (_lock.TryLock(out LockGuard guard))
        {
            using (guard)
            {
                _count.Add(1);
            }
        }

        return IrqReturn.Handled;
    }
}

/// <summary>Two CPUs take two locks in opposite orders.</summary>
[Scenario("Two CPUs take two locks in opposite orders")]
public sealed class OppositeOrders : IScenario
{
    private readonly RawSpinLock _first = new();
    private readonly RawSpinLock _second = new();

    public void Build(MachineBuilder b) => b
        .Cpus(2)
        .Task(0, "forward", () => Both(_first, _second))
        .Task(1, "backward", () => Both(_second, _first));

    private static void Both(RawSpinLock outer, RawSpinLock inner)
    {
        using (outer.Lock())
        using (inner.Lock())
        {
        }
    }
}

/// <summary>A task that calls itself until its stack is used up.</summary>
[Scenario("A task overflows its stack")]
public sealed class RecursesForEver : IScenario
{
    public void Build(MachineBuilder b) => b.Cpus(1).Task(0, "recursive", () => Recurse(0));

    // No step of the model: their number is bounded, the stack is what ends.
    private static int Recurse(int depth) => depth < 0 ? depth : Recurse(depth + 1) + 1;
}

/// <summary>A program that a static makes another one in every execution but the first.</summary>
[Scenario("A static decides what the program does")]
public sealed class RemembersEarlierExecutions : IScenario
{
    private static int s_executions;

    public void Build(MachineBuilder b)
    {
        // The declarations are read once before the first execution.
        bool fails = ++s_executions > 3;
        b.Cpus(1).Task(0, "task", () => Processor.BugOn(fails, "not the first"));
    }
}
