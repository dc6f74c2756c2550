using IrqSafety.Contracts;
using IrqSafety.Runtime;

namespace Locks;

/// <summary>The list of SDEI events of the client driver. As "firmware: arm_sdei: fix double-lock on hibernate with shared events" left it.</summary>
public sealed class SdeiEvents
{
    private readonly SpinLock listLock = new("sdei_list_lock");
    private readonly Shared<bool> reregister = new(true);

    /// <summary>sdei_device_freeze(): nothing may fire while the image is written.</summary>
    [RunsIn(Context.Task)]
    public void Freeze() => UnregisterShared();

    // sdei_unregister_shared()
    private void UnregisterShared()
    {
        using (listLock.Lock())
        {
            // The firmware forgets the event; that it comes back after the thaw stays noted.
            UnregisterLocked();
        }
    }

    [RequiresHeld("this.listLock")]
    private void UnregisterLocked() => reregister.WriteOnce(true);
}
