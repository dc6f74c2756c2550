using IrqSafety.Contracts;
using IrqSafety.Runtime;

namespace Locks;

/// <summary>What masks a line.</summary>
public interface ILineMask
{
    /// <summary>irq_mask().</summary>
    [MayBlock]
    [LegalIn(Context.Task)]
    void Mask();
}

/// <summary>A transfer on a slow bus.</summary>
[MayBlock]
[LegalIn(Context.Task)]
public delegate void BusTransfer();

/// <summary>An expander behind I2C. What it is called through says that it sleeps.</summary>
public sealed class GpioExpander : ILineMask
{
    private readonly Mutex busLock = new("i2c-bus");
    private readonly Shared<int> mask = new(0);

    /// <inheritdoc/>
    [MayBlock]
    [LegalIn(Context.Task)]
    public void Mask()
    {
        using (busLock.Lock())
        {
            mask.WriteOnce(1);
        }
    }

    /// <summary>What the irq_bus_sync_unlock() of a slow bus does later.</summary>
    public BusTransfer Deferred() => Mask;
}
