using IrqSafety.Contracts;
using IrqSafety.Runtime;

namespace Locks;

/// <summary>A virtual CPU.</summary>
public sealed class Vcpu
{
    /// <summary>vcpu->mutex: held by KVM_RUN and every other ioctl on the vCPU.</summary>
    public readonly Mutex RunLock = new("vcpu->mutex");
}

/// <summary>PSCI CPU_ON, served inside KVM_RUN of the calling vCPU. As it was before "KVM: arm64: Avoid vcpu->mutex v. kvm->lock inversion in CPU_ON".</summary>
public sealed class KvmCpuOn
{
    private readonly Mutex kvmLock = new("kvm->lock");
    private readonly Vcpu first = new();
    private readonly Shared<bool> secondRuns = new(false);

    /// <summary>KVM_RUN of the first vCPU, whose guest calls CPU_ON for the second.</summary>
    [RunsIn(Context.Task)]
    public void RunFirst()
    {
        using (first.RunLock.Lock())
        {
            // kvm_psci_vcpu_on(): other vCPUs may call it too.
            using (kvmLock.Lock())
            {
                secondRuns.WriteOnce(true);
            }
        }
    }

    /// <summary>KVM_ARM_SET_DEVICE_ADDR: no vCPU may run meanwhile (lock_all_vcpus()).</summary>
    [RunsIn(Context.Task)]
    public void SetDeviceAddress()
    {
        using (kvmLock.Lock())
        {
            using (first.RunLock.Lock())
            {
                secondRuns.WriteOnce(false);
            }
        }
    }
}
