using IrqSafety.Contracts;
using IrqSafety.Runtime;

namespace Locks;

/// <summary>A serial port, whose contracts nobody outside can read: one names no lock, the other one that only this class sees.</summary>
public sealed class UartPort
{
    private readonly RawSpinLock portLock = new("uart-port");
    private readonly Shared<int> written = new(0);

    /// <summary>uart_write().</summary>
    [RunsIn(Context.Task)]
    [Takes("this.portLock")]
    public void Write()
    {
        using (portLock.LockIrqSave())
        {
            PutCharacter();
        }
    }

    [RequiresHeld("portLock.")]
    private void PutCharacter() => written.WriteOnce(written.ReadOnce() + 1);
}
