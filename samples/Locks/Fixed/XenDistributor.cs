using IrqSafety.Contracts;
using IrqSafety.Runtime;

namespace Locks;

/// <summary>A guest's GICD_CTLR. As Xen 26ea82f165 left it.</summary>
public sealed class XenDistributor
{
    private readonly SpinLock vgicLock = new("vgic.lock");

    [GuardedBy("vgicLock")]
    private readonly Shared<uint> control = new(0);

    /// <summary>A guest's read of GICD_CTLR.</summary>
    [RunsIn(Context.Task)]
    public uint ReadControl()
    {
        using (vgicLock.Lock())
        {
            return control.Read();
        }
    }

    /// <summary>A guest's write of GICD_CTLR.</summary>
    [RunsIn(Context.Task)]
    public void WriteControl(uint value)
    {
        using (vgicLock.Lock())
        {
            control.Write(value);
        }
    }
}
