using System;
using System.Diagnostics.CodeAnalysis;
using IrqSafety.Rules;
using IrqSafety.Runtime;

namespace IrqSafety.Conformance.Tests;

/// <summary>A run in program order that shows each event, each wait and each breach while the machine is in that state.</summary>
internal sealed class ObservedExecution : IExecution
{
    private readonly PlainExecution _plain = new();

    public Action<MachineEvent>? OnEvent { get; set; }

    public Action? OnIdle { get; set; }

    public Action<Breach>? OnBreach { get; set; }

    public long Now => _plain.Now;

    public static void Run(MachineProfile profile, int cpus, Action<ObservedExecution> body)
    {
        var execution = new ObservedExecution();
        var machine = new Machine(profile, cpus, execution);
        machine.AddTask("main", new CpuId(0), () => body(execution));
        execution._plain.Run(machine);
    }

    public void Point(in Step step) => _plain.Point(step);

    public int Choose(string what, int alternatives) => _plain.Choose(what, alternatives);

    public bool Wait(WaitFor wait)
    {
        if (wait.Style == WaitStyle.Idle)
        {
            OnIdle?.Invoke();
        }

        return _plain.Wait(wait);
    }

    [DoesNotReturn]
    public void Park(string why, bool interruptible) => _plain.Park(why, interruptible);

    public void Publish(in MachineEvent happened)
    {
        _plain.Publish(happened);
        OnEvent?.Invoke(happened);
    }

    public void Breach(Breach breach, in Step step) => OnBreach?.Invoke(breach);

    [DoesNotReturn]
    public void Fail(string what) => _plain.Fail(what);
}
