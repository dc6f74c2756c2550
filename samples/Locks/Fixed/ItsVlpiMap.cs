using IrqSafety.Contracts;
using IrqSafety.Runtime;

namespace Locks;

/// <summary>irq_set_vcpu_affinity() of the ITS, called under the descriptor's lock. As Linux 11635fa26dc7 left it.</summary>
public sealed class ItsVlpiMap
{
    private readonly RawSpinLock descriptorLock = new("irq_desc->lock");
    private readonly RawSpinLock vlpiLock = new("vlpi_lock");
    private readonly Shared<int> mapped = new(0);

    /// <summary>irq_set_vcpu_affinity().</summary>
    [RunsIn(Context.Task)]
    public void SetVcpuAffinity()
    {
        using (descriptorLock.LockIrqSave())
        {
            MapVlpi();
        }
    }

    // its_vlpi_map()
    private void MapVlpi()
    {
        using (vlpiLock.Lock())
        {
            mapped.FetchAdd(1);
        }
    }
}
