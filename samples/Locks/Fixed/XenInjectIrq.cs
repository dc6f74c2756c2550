using IrqSafety.Contracts;
using IrqSafety.Runtime;

namespace Locks;

/// <summary>Puts an interrupt on the list of those in flight. As Xen e83d6b9432 left it.</summary>
public sealed class XenInjectIrq
{
    private readonly SpinLock vgicLock = new("vgic.lock");

    [GuardedBy("vgicLock")]
    private readonly Shared<bool> inflight = new(false);

    /// <summary>vgic_vcpu_inject_irq().</summary>
    [RunsIn(Context.Task)]
    public void Inject()
    {
        using (vgicLock.LockIrqSave())
        {
            if (!inflight.Read())
            {
                inflight.Write(true);
            }
        }
    }
}
