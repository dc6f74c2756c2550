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

    /// <summary>The data with a contract that the last event wrote, or read plainly; or null.</summary>
    public GuardedCell? Subject { get; private set; }

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

        if (data.Contract.Missing(writes, text => Holds(task.Frame, data.LockOf(text), writes)) is { } missing)
        {
            string how = Holds(task.Frame, data.LockOf(missing), writes) == LockHold.Shared ? $"with {missing} held as a reader only" : $"without {missing} held";
            return new DataFault(data, $"{(writes ? "writes" : "reads")} {data.Name} {how}");
        }

        return data.Contract.IsForeign(cpu.Situation) ? new DataFault(data, $"{(writes ? "writes" : "reads")} {data.Name} outside its owner’s context") : null;
    }

    /// <summary>The caller to blame when the method of the access says that it is called with a lock that guards the data.</summary>
    public static bool LeavesLockToCaller(UserCall access, DataContract contract) =>
        access.Method.GetCustomAttributes<RequiresHeldAttribute>(inherit: true).Any(required => contract.Locks.Any(guard => NameOf(guard) == NameOf(required.Lock)));

    private LockHold Holds(Frame frame, object? @lock, bool writes) => @lock switch
    {
        // Readers of a sequence lock hold nothing.
        SeqLock when !writes => LockHold.Unknown,
        KernelLock one => _locks.Holds(frame, one),
        string alias => _locks.Holds(frame, alias),
        _ => LockHold.Unknown,
    };

    // this._lock and _lock are one lock of the same object.
    private static string NameOf(string expression) => expression.StartsWith("this.", System.StringComparison.Ordinal) ? expression[5..] : expression;
}

/// <summary>An access that breaks the contract of its data.</summary>
/// <param name="Data">The data.</param>
/// <param name="What">What is done, completing "the operation …".</param>
internal sealed record DataFault(GuardedCell Data, string What);
