using System;
using IrqSafety.Contracts;
using IrqSafety.Runtime;

namespace Locks;

/// <summary>What masks a line.</summary>
public interface ILineMask
{
    /// <summary>irq_mask().</summary>
    [NmiSafe]
    void Mask();
}

/// <summary>An expander behind I2C. It sleeps where the interface promises that nobody does, and hands out a transfer as something that says nothing.</summary>
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
    public Action Deferred() => Mask;
}
