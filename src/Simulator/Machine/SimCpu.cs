using System.Collections.Generic;
using IrqSafety.Runtime;

namespace IrqSafety.Simulator;

/// <summary>A CPU as the engine keeps it.</summary>
internal sealed class SimCpu(Cpu model)
{
    public Cpu Model { get; } = model;

    public int Number { get; } = model.Id.Value;

    /// <summary>An execution begins.</summary>
    public void MakeNew()
    {
        (Current, Idle, Deferred, Stopped, LocalStep) = (null, null, false, false, 0);
        (Taken, GivesWay) = (default, false);
        Tasks.Clear();
        Causes.Clear();
    }

    /// <summary>The task on it, or null when it has to pick one.</summary>
    public SimTask? Current { get; set; }

    /// <summary>The task for when there is no other; made when first needed.</summary>
    public SimTask? Idle { get; set; }

    /// <summary>The tasks bound to it, in the order they appeared.</summary>
    public List<SimTask> Tasks { get; } = [];

    /// <summary>The signalled interrupt was left pending by choice.</summary>
    public bool Deferred { get; set; }

    /// <summary>It stopped for good, and takes no interrupt either.</summary>
    public bool Stopped { get; set; }

    /// <summary>The machine is stopped for another CPU: this one does nothing until that is over, and takes no interrupt.</summary>
    public bool IsHeldByStop => Model.Machine.StoppedFor is { } only && only != Model.Id;

    /// <summary>The interrupt it took last.</summary>
    public TakenInterrupt Taken { get; set; }

    /// <summary>It takes one interrupt again and again, and others have their turn before it does so once more.</summary>
    public bool GivesWay { get; set; }

    /// <summary>Steps of interrupts raised by the program, by INTID, until they are taken.</summary>
    public Dictionary<int, StepOrigin> Causes { get; } = [];

    /// <summary>Decisions about what it runs so far.</summary>
    public int LocalStep { get; set; }

    /// <summary>Name as an actor of decisions.</summary>
    public string Name { get; } = model.Id.ToString();

    /// <summary>True when a task other than the current one could run.</summary>
    public bool HasRunnable(SimTask? besides)
    {
        foreach (SimTask task in Tasks)
        {
            if (task != besides && task.WantsCpu)
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>An interrupt that a CPU took, and how often it has taken it again since, with no step of what it interrupts and nothing raised in between.</summary>
/// <param name="Signalled">The interrupt.</param>
/// <param name="Code">What it interrupted.</param>
/// <param name="Steps">Steps of that code.</param>
/// <param name="Again">How often again.</param>
internal readonly record struct TakenInterrupt(int Signalled, Frame? Code, int Steps, int Again)
{
    /// <summary>It is taken once more, or another one is.</summary>
    public TakenInterrupt Next(int signalled, Frame code) =>
        new(signalled, code, code.Steps, signalled == Signalled && ReferenceEquals(code, Code) && code.Steps == Steps ? Again + 1 : 0);
}
