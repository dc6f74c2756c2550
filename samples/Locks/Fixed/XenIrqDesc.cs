using IrqSafety.Contracts;
using IrqSafety.Runtime;

namespace Locks;

/// <summary>The callbacks of an interrupt controller expect the descriptor's lock. As Xen fe2c08a9e5 left their callers.</summary>
internal sealed class XenIrqDesc
{
    private readonly SpinLock descLock = new("desc->lock");

    [GuardedBy("descLock")]
    private readonly Shared<bool> disabled = new(true);

    /// <summary>vgic_enable_irqs().</summary>
    [RunsIn(Context.Task)]
    public void Route()
    {
        using (descLock.LockIrqSave())
        {
            Enable();
        }
    }

    /// <summary>vgic_disable_irqs().</summary>
    [RunsIn(Context.Task)]
    public void Unroute()
    {
        using (descLock.LockIrqSave())
        {
            disabled.Write(true);
        }
    }

    // gicv2_irq_enable()
    [RequiresHeld("this.descLock")]
    private void Enable() => disabled.Write(false);
}
