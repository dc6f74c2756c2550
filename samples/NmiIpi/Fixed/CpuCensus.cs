using IrqSafety.Contracts;
using IrqSafety.Runtime;

namespace NmiIpi;

/// <summary>Asks every other CPU how often it was interrupted, and keeps the sum.</summary>
public sealed class CpuCensus(string name)
{
    private readonly Shared<int> sum = new(0, $"{name} sum");

    /// <summary>Takes the census.</summary>
    public int Take()
    {
        using (Preemption.Off())
        {
            // Interrupts stay on: while this CPU waits, it answers what others ask of it.
            Smp.CallFunctionMany(Smp.OnlineCpus - Processor.Id, CountThisCpu, wait: true);
            return sum.ReadOnce();
        }
    }

    [RunsIn(Context.HardIrq)]
    private void CountThisCpu()
    {
        sum.FetchAdd(1);
    }
}
