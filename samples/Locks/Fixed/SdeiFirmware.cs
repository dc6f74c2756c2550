using IrqSafety.Contracts;
using IrqSafety.Runtime;

namespace Locks;

/// <summary>The map of shared events in EL3. As TF-A 611eb9cfa ("SDEI: Fix locking issues") left it.</summary>
public sealed class SdeiFirmware
{
    private readonly RawSpinLock mapLock = new("sdei_map");
    private readonly Shared<int> state = new(0);

    /// <summary>SDEI_EVENT_UNREGISTER.</summary>
    [RunsIn(Context.Task)]
    public bool Unregister()
    {
        mapLock.Acquire();
        if (state.ReadOnce() == 0)
        {
            mapLock.Release();
            return false;
        }

        state.WriteOnce(0);
        mapLock.Release();
        return true;
    }
}
