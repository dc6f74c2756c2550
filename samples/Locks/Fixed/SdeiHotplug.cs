using IrqSafety.Contracts;
using IrqSafety.Runtime;

namespace Locks;

/// <summary>Registers a private event on every CPU. The helper relies on its caller's hotplug lock, as the _cpuslocked() forms of Linux do.</summary>
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
            CrossCallCpusLocked();
        }
    }

    [RequiresHeld(CpusLock.LockName, Mode = LockMode.Shared)]
    private void CrossCallCpusLocked() => registered.WriteOnce(registered.ReadOnce() + 1);
}
