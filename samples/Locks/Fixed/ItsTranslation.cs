using IrqSafety.Contracts;
using IrqSafety.Runtime;

namespace Locks;

/// <summary>Moves the translations of two devices, which the ITS's lock makes safe to lock in any order.</summary>
public sealed class ItsTranslation
{
    private readonly RawSpinLock itsLock = new("its->lock");
    private readonly RawSpinLock deviceLock = new("its_dev->lock");
    private readonly Shared<int> moved = new(0);

    /// <summary>MOVALL.</summary>
    [RunsIn(Context.Task)]
    public void MoveAll()
    {
        itsLock.Acquire();
        deviceLock.AcquireNestLock(itsLock);
        moved.WriteOnce(1);
        deviceLock.Release();
        itsLock.Release();
    }
}
