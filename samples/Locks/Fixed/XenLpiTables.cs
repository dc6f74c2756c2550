using IrqSafety.Contracts;
using IrqSafety.Runtime;

namespace Locks;

/// <summary>The tables of LPIs that the host forwards. As Xen aa717d803e left them.</summary>
public sealed class XenLpiTables
{
    private readonly SpinLock tableLock = new("lpi_data.alloc_lock");
    private readonly Shared<int> blocks = new(0);

    /// <summary>gicv3_allocate_host_lpi_block().</summary>
    [RunsIn(Context.Task)]
    public void AllocateBlock()
    {
        IrqFlags flags = tableLock.AcquireIrqSave();
        blocks.WriteOnce(blocks.ReadOnce() + 1);
        tableLock.ReleaseIrqRestore(flags);
    }
}
