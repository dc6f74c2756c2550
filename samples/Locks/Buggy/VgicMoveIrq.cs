using IrqSafety.Contracts;
using IrqSafety.Runtime;

namespace Locks;

/// <summary>The interrupts of one vCPU.</summary>
internal sealed class ApList(int vcpu)
{
    private const int SingleDepthNesting = 1;
    private readonly RawSpinLock apListLock = new("ap_list_lock");
    private readonly Shared<int> length = new(1);

    /// <summary>vcpu_id.</summary>
    public int Vcpu { get; } = vcpu;

    /// <summary>vgic_prune_ap_list(): moves an interrupt to the vCPU it now targets, holding this vCPU's lock and then that one's.</summary>
    [RunsIn(Context.Task)]
    public void MoveTo(ApList target)
    {
        apListLock.Acquire();
        target.apListLock.Acquire();
        length.WriteOnce(length.ReadOnce() - 1);
        target.length.WriteOnce(target.length.ReadOnce() + 1);
        target.apListLock.Release();
        apListLock.Release();
    }
}
