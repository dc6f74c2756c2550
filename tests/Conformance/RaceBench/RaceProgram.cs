using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using IrqSafety.Contracts;
using IrqSafety.Runtime;
using IrqSafety.Simulator;

namespace IrqSafety.Conformance.Tests.RaceBench;

/// <summary>One program of the benchmark: a task, interrupts 1 to 3 by rising priority, and shared data.</summary>
public abstract class RaceProgram
{
    // The loop bound, 10000 as published: nothing depends on the size, and 3 is the smallest that keeps first, middle and trigger index apart.
    public const int N = 3;

    // Labels by nesting depth: a handler does not disturb the label of what it interrupts.
    private readonly int[] _lines = new int[8];

    /// <summary>How many interrupts it has.</summary>
    public abstract int Interrupts { get; }

    /// <summary>The published line of the access that is made just now.</summary>
    public string Line => _lines[Depth].ToString(CultureInfo.InvariantCulture);

    private static int Depth => KernelTask.Current.Context.Activations.Count;

    /// <summary>Declares free inputs.</summary>
    public virtual void Declare(MachineBuilder b)
    {
    }

    /// <summary><c>init</c>, the initial assignments, and the mask calls that directly follow.</summary>
    public virtual void Start() => UnlatchedIrq.Enable(UnlatchedIrq.All);

    /// <summary>The task after that.</summary>
    [RunsIn(Context.Task)]
    public virtual void Task()
    {
    }

    /// <summary>Interrupt 1.</summary>
    [RunsIn(Context.HardIrq)]
    public abstract void Isr1();

    /// <summary>Interrupt 2.</summary>
    [RunsIn(Context.HardIrq)]
    public virtual void Isr2()
    {
    }

    /// <summary>Interrupt 3.</summary>
    [RunsIn(Context.HardIrq)]
    public virtual void Isr3()
    {
    }

    /// <summary>Names the published line of the accesses that follow in this activation. Always true, to stand in conditions.</summary>
    protected bool At(int line)
    {
        _lines[Depth] = line;
        return true;
    }

    protected static Shared<int>[] Array(int length, string name) =>
        [.. Enumerable.Range(0, length).Select(index => new Shared<int>(0, $"{name}[{index}]"))];
}
