using IrqSafety.Contracts;
using IrqSafety.Runtime;

namespace Locks;

/// <summary>The list of SDEI events of the client driver. As it was before "firmware: arm_sdei: fix double-lock on hibernate with shared events".</summary>
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
            Unregister();
        }
    }

    // sdei_event_unregister(): the caller holds the list already.
    private void Unregister()
    {
        using (listLock.Lock())
        {
            reregister.WriteOnce(false);
        }
    }
}
