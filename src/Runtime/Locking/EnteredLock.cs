using System.Collections.Generic;
using System.Linq;
using IrqSafety.Rules;

namespace IrqSafety.Runtime;

/// <summary>A lock class whose holders keep nobody from entering: read-side sections, reclaim. What it can keep up is who waits for the holders to leave.</summary>
public abstract class EnteredLock : KernelLock
{
    private readonly PerMachine<List<(KernelTask Task, long Entry)>> _inside = new(() => []);
    private long _entries;

    private protected EnteredLock(LockClass @class, string? name = null)
        : base(@class, name)
    {
    }

    /// <inheritdoc/>
    public override bool IsHeld => Inside.Count > 0;

    /// <summary>True while this task is inside.</summary>
    public bool IsInside(KernelTask task) => Inside.Exists(each => each.Task == task);

    private List<(KernelTask Task, long Entry)> Inside => _inside.Value;

    /// <summary>The task enters. Entering never waits.</summary>
    internal long EnterSection(Cpu cpu, LockAccess access)
    {
        Inside.Add((cpu.Current, ++_entries));
        cpu.Publish(MachineEventKind.LockAcquired, this, context: cpu.Context, text: TextOf(access), taking: new LockTaking(access));
        return _entries;
    }

    /// <summary>The task leaves what it entered last, or this entry.</summary>
    internal void LeaveSection(Cpu cpu, LockAccess access, long? entry = null)
    {
        cpu.Publish(MachineEventKind.LockReleased, this, context: cpu.Context, text: TextOf(access), taking: new LockTaking(access));
        int index = Inside.FindLastIndex(each => entry is { } given ? each.Entry == given : each.Task == cpu.Current);
        if (index < 0)
        {
            cpu.Machine.Execution.Fail($"{Name} is left by '{cpu.Current}', which is not inside");
        }

        Inside.RemoveAt(index);
    }

    /// <inheritdoc/>
    private protected override void Reset() => Inside.Clear();

    /// <summary>Waits until everybody who is inside now has left.</summary>
    internal void WaitForThoseInside(Cpu cpu, Operation operation)
    {
        cpu.Publish(MachineEventKind.LockWanted, this, value: 1, context: cpu.Context);
        long last = _entries;
        List<(KernelTask Task, long Entry)> inside = Inside;
        if (inside.Exists(IsEarlier))
        {
            cpu.Machine.Execution.Wait(new WaitFor(WaitStyle.Sleep, operation, this, () => !inside.Exists(IsEarlier), () => inside.FirstOrDefault().Task));
        }

        bool IsEarlier((KernelTask Task, long Entry) each) => each.Entry <= last;
    }
}
