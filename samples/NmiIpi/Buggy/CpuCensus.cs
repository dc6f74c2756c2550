using IrqSafety.Contracts;
using IrqSafety.Runtime;

namespace NmiIpi;

/// <summary>Asks every other CPU how often it was interrupted, and keeps the sum.</summary>
public sealed class CpuCensus(string name)
{
    private readonly RawSpinLock sumLock = new($"{name} census");
    private readonly Shared<int> sum = new(0, $"{name} sum");

    /// <summary>Takes the census.</summary>
    public int Take()
    {
        using (sumLock.LockIrqSave())
        {
            // Interrupts are masked: a CPU that does the same waits for this one.
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
