using IrqSafety.Contracts;
using IrqSafety.Runtime;

[assembly: DeclareLockClass("uart-port", LockKind.RawSpin)]

namespace Locks;

/// <summary>A serial port. Its lock has a public name, by which contracts speak of it.</summary>
public sealed class UartPort
{
    [LockClass(Alias = "uart-port")]
    private readonly RawSpinLock portLock = new();
    private readonly Shared<int> written = new(0);

    /// <summary>uart_write().</summary>
    [RunsIn(Context.Task)]
    [Takes("uart-port")]
    public void Write()
    {
        using (portLock.LockIrqSave())
        {
            PutCharacter();
        }
    }

    [RequiresHeld("this.portLock")]
    private void PutCharacter() => written.WriteOnce(written.ReadOnce() + 1);
}
