using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using IrqSafety.Rules;
using IrqSafety.Runtime;
using IrqSafety.Simulator;

namespace IrqSafety.Conformance.Tests;

/// <summary>
/// One task on one CPU, in program order, for which every lock is free at once. What the lock rules say about it is what the simulator's lock checker
/// says: it follows the same events.
/// </summary>
internal sealed class UncontendedExecution : IExecution
{
    private readonly LockFollower _follower = new(MachineProfile.GicV3Irq);
    private readonly List<LockReport> _reports = [];
    private Machine? _machine;

    public IReadOnlyList<LockReport> Reports => _reports;

    /// <summary>Where the program is, for reports.</summary>
    public string Site { get; set; } = "";

    public long Now => 0;

    /// <summary>Whom a seam tells what no machine does.</summary>
    public LockFollower Follower => _follower;

    /// <summary>What the lock checker says, or a script finds itself.</summary>
    public void Report(IEnumerable<LockReport> reports) => _reports.AddRange(reports);

    /// <summary>Runs the body as the only task.</summary>
    public void Run(Action body)
    {
        _machine = new Machine(MachineProfile.GicV3PseudoNmi, 1, this) { LocksNeverBlock = true };
        KernelTask task = _machine.AddTask("main", new CpuId(0), body);
        _machine.Cpus[0].SwitchTo(task);
        try
        {
            task.Run();
        }
        catch (MachineBugException)
        {
            // The machine cannot go on: what the rules said so far stands.
        }
    }

    public void Point(in Step step)
    {
    }

    public int Choose(string what, int alternatives) => 0;

    public bool Wait(WaitFor wait) => throw new NotSupportedException($"{wait?.Operation} waits, although nothing does here");

    [DoesNotReturn]
    public void Park(string why, bool interruptible) => throw new NotSupportedException(why);

    public void Publish(in MachineEvent happened)
    {
        if (_machine is { } machine && KernelTask.CurrentOrNull is { } task)
        {
            _reports.AddRange(_follower.Observe(task, machine.Cpus[task.Cpu.Value], happened, new StepKey(Site)));
        }
    }

    // Contracts of the operations are another checker's.
    public void Breach(Breach breach, in Step step)
    {
    }

    [DoesNotReturn]
    public void Fail(string what) => throw new MachineBugException(what);
}
