using System;
using System.Collections.Generic;
using IrqSafety.Contracts;

namespace IrqSafety.Runtime;

/// <summary>How the line of an IPI was requested.</summary>
public enum IpiFlavour
{
    /// <summary>Not requested, or every request failed.</summary>
    None,

    /// <summary>As an ordinary interrupt.</summary>
    Irq,

    /// <summary>As an NMI.</summary>
    Nmi,
}

/// <summary>What a machine keeps about its inter-processor interrupts.</summary>
public sealed class IpiState
{
    /// <summary>How many IPIs there are.</summary>
    public const int Count = 8;

    private readonly IpiFlavour[] _flavours = new IpiFlavour[Count];

    internal IpiState(int cpus)
    {
        Calls = new Queue<FunctionCall>[cpus];
        for (int i = 0; i < cpus; i++)
        {
            Calls[i] = new Queue<FunctionCall>();
        }

        Pending = new FunctionCall[cpus, cpus];
    }

    /// <summary>The line of the first IPI; null before <see cref="Smp.SetIpiRange"/>.</summary>
    public IntId? First { get; internal set; }

    /// <summary>How many of the IPIs have a line.</summary>
    public int Available { get; internal set; }

    /// <summary>The CPUs asked for a backtrace that have not answered.</summary>
    public CpuMask BacktraceWanted { get; internal set; }

    /// <summary>The CPUs that are in the debugger.</summary>
    public CpuMask InDebugger { get; internal set; }

    /// <summary>The stop was begun: it is not begun again.</summary>
    public bool StopInProgress { get; internal set; }

    internal Queue<FunctionCall>[] Calls { get; }

    /// <summary>The call from one CPU to another that is not finished, one for each pair (<c>csd</c>).</summary>
    internal FunctionCall?[,] Pending { get; }

    /// <summary>What the request of this IPI's line returned, as <see cref="IpiLayer"/> recorded it.</summary>
    public IpiFlavour FlavourOf(Ipi ipi) => _flavours[(int)ipi];

    internal void Record(Ipi ipi, IpiFlavour flavour) => _flavours[(int)ipi] = flavour;

    /// <inheritdoc/>
    public override string ToString() => "IPIs and online CPUs";
}

/// <summary>A function that waits to be called on another CPU (<c>call_single_data_t</c>).</summary>
internal sealed class FunctionCall([RunsIn(Context.HardIrq)] Action function, bool wait)
{
    public Action Function { get; } = function;

    /// <summary>The caller waits until the function has returned; otherwise only until it was fetched.</summary>
    public bool Wait { get; } = wait;

    public bool Done { get; set; }
}
