using IrqSafety.Contracts;
using IrqSafety.Runtime;

namespace Locks;

/// <summary>The table of an ITS device, allocated at its first use outside the lock, since allocation may sleep; whoever comes second keeps the first one's.</summary>
public sealed class ItsDeviceTable
{
    private readonly RawSpinLock deviceLock = new("its->lock");

    [GuardedBy("deviceLock")]
    private readonly Shared<int> table = new(0);

    /// <summary>its_alloc_device_table().</summary>
    [RunsIn(Context.Task)]
    public void Prepare(int allocated)
    {
        deviceLock.Acquire();
        if (table.Read() != 0)
        {
            deviceLock.Release();
            return;
        }

        deviceLock.Release();

        deviceLock.Acquire();
        if (table.Read() == 0)
        {
            table.Write(allocated);
        }

        deviceLock.Release();
    }
}
