using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using IrqSafety.Contracts;
using IrqSafety.Rules;
using IrqSafety.Runtime;

namespace IrqSafety.Simulator;

/// <summary>Judges each access to a cell by the contract of the field it stands in, as the analyzer judges the source.</summary>
internal sealed class DataGuards(SimulatedExecution execution)
{
    private readonly LocksByFrame _locks = new();
    private readonly GuardedCells _cells = new(execution);

    /// <summary>An execution begins.</summary>
    public void MakeNew()
    {
        _locks.MakeNew();
        _cells.MakeNew();
        Subject = null;
    }

    /// <summary>The data with a contract that the last event wrote, or read plainly; or null.</summary>
    public GuardedCell? Subject { get; private set; }

    /// <summary>The program has data with a contract.</summary>
    public bool Exists => _cells.Exist;

    /// <summary>How many locks the code has released.</summary>
    public int ReleasedBy(Frame code) => _locks.ReleasedBy(code);

    /// <summary>The cell has a contract.</summary>
    public bool Knows(object cell) => _cells.Find(cell) is not null;

    /// <summary>Follows the machine; what is wrong with an access, or null.</summary>
    public DataFault? Observe(SimTask task, Cpu cpu, in MachineEvent happened)
    {
        _locks.Observe(task, happened);
        Subject = null;
        bool writes = happened.Kind == MachineEventKind.Written;
        if (!(writes || happened.Kind == MachineEventKind.Read) || happened.Subject is not { } cell
            || (!writes && happened.Value != (long)MemoryOrder.Plain) || _cells.Find(cell) is not { } data)
        {
            return null;
        }

        Subject = data;
        return Judge(task, cpu, data, writes);
    }

    private DataFault? Judge(SimTask task, Cpu cpu, GuardedCell data, bool writes)
    {
        if (data.Contract.Missing(writes, text => Holds(task.Frame, data.LockOf(text), writes)) is { } missing)
        {
            string how = Holds(task.Frame, data.LockOf(missing), writes) == LockHold.Shared ? $"with {missing} held as a reader only" : $"without {missing} held";
            return new DataFault(data, $"{(writes ? "writes" : "reads")} {data.Name} {how}");
        }

        if (writes && data.Contract is { Phase: { } phase, IsGuarded: false } && !WritePhase.MayLast(phase, data, SiteCapture.Capture(withSource: false)))
        {
            return new DataFault(data, $"writes {data.Name} after the phase '{phase}' in which it may be written");
        }

        return data.Contract.IsForeign(cpu.Situation) ? new DataFault(data, $"{(writes ? "writes" : "reads")} {data.Name} outside its owner’s context") : null;
    }

    /// <summary>The caller is to blame when the method of the access says that it is called with a lock that guards the data.</summary>
    public static bool LeavesLockToCaller(UserCall access, GuardedCell data) => Declarations(access.Method).Any(method =>
        method.GetCustomAttributes<RequiresHeldAttribute>(inherit: true).Any(required => data.Contract.Locks.Any(guard => IsSameLock(
            LockMember.NamedBy(required.Lock, method.DeclaringType!, method.GetParameters()), LockMember.NamedBy(guard, data.Member.DeclaringType!, [])))));

    // What an interface says of a method, it says of the one that implements it.
    private static IEnumerable<MethodBase> Declarations(MethodBase method)
    {
        yield return method;
        if (method is not MethodInfo { IsStatic: false } implementation || method.DeclaringType is not { IsInterface: false, ContainsGenericParameters: false } type)
        {
            yield break;
        }

        foreach (InterfaceMapping map in type.GetInterfaces().Select(type.GetInterfaceMap))
        {
            if (Array.IndexOf(map.TargetMethods, implementation) is >= 0 and var index)
            {
                yield return map.InterfaceMethods[index];
            }
        }
    }

    private static bool IsSameLock(LockMember? required, LockMember? guard) => required is not null && guard is not null && required.IsSame(guard);

    /// <summary>The access is the accessor of the property that the data is: whoever calls that touches the data.</summary>
    public static bool IsAccessor(UserCall access, GuardedCell data) =>
        data.Member is PropertyInfo property && property.GetAccessors(nonPublic: true).Any(accessor => accessor.MetadataToken == access.Method.MetadataToken && accessor.Module == access.Method.Module);

    private LockHold Holds(Frame frame, object? @lock, bool writes) => @lock switch
    {
        // Readers of a sequence lock hold nothing.
        SeqLock when !writes => LockHold.Unknown,
        KernelLock one => _locks.Holds(frame, one),
        string alias => _locks.Holds(frame, alias),
        _ => LockHold.Unknown,
    };
}

/// <summary>An access that breaks the contract of its data.</summary>
/// <param name="Data">The data.</param>
/// <param name="What">What is done, completing "the operation …".</param>
internal sealed record DataFault(GuardedCell Data, string What);
