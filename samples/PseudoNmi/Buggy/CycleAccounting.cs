using IrqSafety.Contracts;
using IrqSafety.Runtime;

namespace PseudoNmi;

/// <summary>Time accounting: the total is read and changed with interrupts off.</summary>
public sealed class CycleAccounting
{
    private readonly Shared<long> total = new(0);

    /// <summary>Accounts what the task used.</summary>
    [RunsIn(Context.Task)]
    public void Account()
    {
        IrqFlags flags = LocalIrq.Save();
        Add(1);
        Add(2);
        LocalIrq.Restore(flags);
    }

    private void Add(long cycles)
    {
        LocalIrq.Disable();
        total.Write(total.Read() + cycles);
        LocalIrq.Enable();
    }
}
