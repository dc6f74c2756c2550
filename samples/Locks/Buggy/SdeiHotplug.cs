using IrqSafety.Contracts;
using IrqSafety.Runtime;

namespace Locks;

/// <summary>Registers a private event on every CPU. The helper that looks at the online CPUs takes the hotplug lock too.</summary>
public sealed class SdeiHotplug
{
    private readonly Shared<int> registered = new(0);

    /// <summary>sdei_event_register().</summary>
    [RunsIn(Context.Task)]
    public void Register()
    {
        using (CpusLock.LockRead())
        {
            registered.WriteOnce(1);
            CrossCall();
        }
    }

    private void CrossCall()
    {
        using (CpusLock.LockRead())
        {
            registered.WriteOnce(registered.ReadOnce() + 1);
        }
    }
}
