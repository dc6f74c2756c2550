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

    /// <summary>vgic_prune_ap_list(): moves an interrupt to the vCPU it now targets, holding both locks in the order of the vCPUs.</summary>
    [RunsIn(Context.Task)]
    public void MoveTo(ApList target)
    {
        ApList first = Vcpu < target.Vcpu ? this : target;
        ApList second = Vcpu < target.Vcpu ? target : this;
        first.apListLock.Acquire();
        second.apListLock.AcquireNested(SingleDepthNesting);
        length.WriteOnce(length.ReadOnce() - 1);
        target.length.WriteOnce(target.length.ReadOnce() + 1);
        second.apListLock.Release();
        first.apListLock.Release();
    }
}
