using IrqSafety.Contracts;
using IrqSafety.Runtime;

namespace Locks;

/// <summary>The command queue of an ITS. The lock is made in the constructor, so a run and the analyzer call it by different names.</summary>
public sealed class ItsCommands
{
    private readonly RawSpinLock queueLock;
    private readonly Shared<int> written;

    /// <summary>its_probe_one().</summary>
    public ItsCommands()
    {
        queueLock = new RawSpinLock();
        written = new Shared<int>(0);
    }

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
