using IrqSafety.Contracts;
using IrqSafety.Runtime;

namespace Locks;

/// <summary>Resets a vGIC. Its lock is made once, when the vGIC is.</summary>
public sealed class VgicReset
{
    private readonly SpinLock vgicLock = new("vgic.lock");
    private readonly Shared<int> control = new(1);

    /// <summary>Creates the domain.</summary>
    [RunsIn(Context.Task)]
    public void Create()
    {
        vgicLock.Initialise();
        control.WriteOnce(0);
    }

    /// <summary>The domain reboots.</summary>
    [RunsIn(Context.Task)]
    public void Reset()
    {
        vgicLock.Acquire();
        control.WriteOnce(0);
        vgicLock.Release();
    }
}
