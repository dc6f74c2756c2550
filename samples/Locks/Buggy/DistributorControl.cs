using IrqSafety.Contracts;
using IrqSafety.Runtime;

namespace Locks;

/// <summary>A guest's write to GICD_CTLR, trapped by the hypervisor.</summary>
public sealed class DistributorControl
{
    private readonly SpinLock distributorLock = new("vgic_dist->lock");
    private readonly Shared<int> control = new(0);

    /// <summary>Serves the write; false for a value the guest must not write.</summary>
    [RunsIn(Context.Task)]
    public bool Write(int value)
    {
        distributorLock.Acquire();
        if ((value & ~3) != 0)
        {
            return false;
        }

        control.WriteOnce(value);
        distributorLock.Release();
        return true;
    }
}
