using IrqSafety.Contracts;
using IrqSafety.Runtime;

namespace Locks;

/// <summary>The command queue of an ITS.</summary>
public sealed class ItsCommands
{
    private readonly RawSpinLock queueLock = new();
    private readonly Shared<int> written = new(0);

    /// <summary>its_send_single_command().</summary>
    [RunsIn(Context.Task)]
    public void Send()
    {
        using (queueLock.LockIrqSave())
        {
            written.WriteOnce(written.ReadOnce() + 1);
        }
    }
}
