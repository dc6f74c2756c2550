using IrqSafety.Contracts;
using IrqSafety.Runtime;

namespace Locks;

/// <summary>irq_set_type() of a GPIO interrupt controller, called under the descriptor's lock. The lock of its registers spins on every build.</summary>
public sealed class MesonGpio
{
    private readonly RawSpinLock descriptorLock = new("irq_desc->lock");
    private readonly RawSpinLock registerLock = new("meson-gpio");
    private readonly Shared<uint> polarity = new(0);

    /// <summary>__setup_irq().</summary>
    [RunsIn(Context.Task)]
    public void SetupIrq()
    {
        using (descriptorLock.LockIrqSave())
        {
            SetType();
        }
    }

    // meson_gpio_irq_set_type()
    private void SetType()
    {
        using (registerLock.Lock())
        {
            polarity.WriteOnce(1);
        }
    }
}
