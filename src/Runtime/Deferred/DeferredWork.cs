using System.Collections.Generic;

namespace IrqSafety.Runtime;

/// <summary>What is queued on each CPU of a machine to run later.</summary>
internal sealed class DeferredWork
{
    private readonly Queue<IrqWorkItem>[] _irqWork;

    internal DeferredWork(int cpus)
    {
        _irqWork = new Queue<IrqWorkItem>[cpus];
        for (int i = 0; i < cpus; i++)
        {
            _irqWork[i] = new Queue<IrqWorkItem>();
        }
    }

    /// <summary>The lockless list of irq_work on a CPU.</summary>
    public Queue<IrqWorkItem> IrqWorkOn(CpuId cpu) => _irqWork[cpu.Value];
}
