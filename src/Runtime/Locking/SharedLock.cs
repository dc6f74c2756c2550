using System.Collections.Generic;
using System.Linq;
using IrqSafety.Rules;

namespace IrqSafety.Runtime;

/// <summary>A lock with readers: any number of them, or one writer. A reader that queues waits behind waiting writers too.</summary>
public abstract class SharedLock : KernelLock
{
    private readonly PerMachine<List<KernelTask>> _readers = new(() => []);
    private readonly PerMachine<int> _waitingWriters = new(() => 0);

    private protected SharedLock(LockClass @class, string? name = null)
        : base(@class, name)
    {
    }

    /// <summary>The tasks that hold it as readers, in the order they came; one several times when it entered several times.</summary>
    public IReadOnlyList<KernelTask> Readers => _readers.Value;

    /// <inheritdoc/>
    public override bool IsHeld => base.IsHeld || Readers.Count > 0;

    /// <inheritdoc/>
    private protected override bool MayEnter(LockAccess access, WaitMode wait) => access == LockAccess.Exclusive
        ? !IsHeld
        : Holder is null && (wait == WaitMode.WriterOnly || _waitingWriters.Value == 0);

    /// <inheritdoc/>
    private protected override void Queue(LockAccess access, int by) => _waitingWriters.Value += access == LockAccess.Exclusive ? by : 0;

    /// <inheritdoc/>
    private protected override KernelTask? KeptUpBy(LockAccess access) => Holder ?? Readers.FirstOrDefault();

    /// <inheritdoc/>
    private protected override void Enter(Cpu cpu, LockAccess access)
    {
        if (access == LockAccess.Exclusive)
        {
            base.Enter(cpu, access);
        }
        else
        {
            _readers.Value.Add(cpu.Current);
        }
    }

    /// <inheritdoc/>
    private protected override void Reset()
    {
        base.Reset();
        _readers.Value.Clear();
    }

    /// <inheritdoc/>
    private protected override void Leave(Cpu cpu, LockAccess access)
    {
        if (access == LockAccess.Exclusive)
        {
            base.Leave(cpu, access);
        }
        else if (!_readers.Value.Remove(cpu.Current))
        {
            cpu.Machine.Execution.Fail($"{Name} is released by '{cpu.Current}' as a reader, but it is not one");
        }
    }

    /// <summary>The writer becomes a reader without letting another writer in between.</summary>
    private protected void Downgrade(Cpu cpu)
    {
        cpu.Publish(MachineEventKind.LockReleased, this, context: cpu.Context);
        base.Leave(cpu, LockAccess.Exclusive);
        Take(cpu, new LockTaking(LockAccess.Read), isTry: true);
    }
}
