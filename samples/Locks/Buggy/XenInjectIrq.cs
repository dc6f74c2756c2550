using IrqSafety.Contracts;
using IrqSafety.Runtime;

namespace Locks;

/// <summary>Puts an interrupt on the list of those in flight. As it was before Xen e83d6b9432.</summary>
public sealed class XenInjectIrq
{
    private readonly SpinLock vgicLock = new("vgic.lock");

    [GuardedBy("vgicLock")]
    private readonly Shared<bool> inflight = new(false);

    /// <summary>vgic_vcpu_inject_irq().</summary>
    [RunsIn(Context.Task)]
    public void Inject()
    {
        if (inflight.Read())
        {
            return;
        }

        using (vgicLock.LockIrqSave())
        {
            inflight.Write(true);
        }
    }
}
