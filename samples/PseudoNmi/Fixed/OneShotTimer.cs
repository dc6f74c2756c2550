using IrqSafety.Contracts;
using IrqSafety.Runtime;

namespace PseudoNmi;

/// <summary>A one-shot timer: armed with interrupts off, against its own handler.</summary>
public sealed class OneShotTimer
{
    private readonly Shared<bool> armed = new(false);

    /// <summary>Arms it; -16 (EBUSY) when it is armed already.</summary>
    [RunsIn(Context.Task)]
    public int Arm()
    {
        IrqFlags flags = LocalIrq.Save();
        if (armed.ReadOnce())
        {
            LocalIrq.Restore(flags);
            return -16;
        }

        armed.WriteOnce(true);
        LocalIrq.Restore(flags);
        return 0;
    }
}
