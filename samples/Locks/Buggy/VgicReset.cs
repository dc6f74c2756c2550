using IrqSafety.Contracts;
using IrqSafety.Runtime;

namespace Locks;

/// <summary>Resets a vGIC with the function that sets it up: its lock is made anew while the reset holds it.</summary>
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
        Create();
        vgicLock.Release();
    }
}
