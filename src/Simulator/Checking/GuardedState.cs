using System.Collections.Generic;
using System.Linq;
using IrqSafety.Runtime;

namespace IrqSafety.Simulator;

/// <summary>
/// What comes of touching guarded data without its guard: a holder whose data changed, or was seen half changed, under its hands, and an update that wrote over
/// another one.
/// </summary>
/// <remarks>Only where an access that breaks the contract takes part. What happens between two sections of the guard is no harm of this kind.</remarks>
internal sealed class GuardedState(SimulatedExecution execution)
{
    private readonly Dictionary<object, List<Access>> _accesses = new(ReferenceEqualityComparer.Instance);

    /// <summary>An execution begins.</summary>
    public void MakeNew()
    {
        _accesses.Clear();
        Harm = null;
    }

    /// <summary>The first that came of it, or null.</summary>
    public HarmRecord? Harm { get; private set; }

    /// <summary>Follows the machine.</summary>
    /// <param name="task">Whose step it is.</param>
    /// <param name="happened">What happened.</param>
    /// <param name="data">The guarded data that was accessed.</param>
    /// <param name="breach">The access, where it breaks the contract.</param>
    /// <param name="released">How many locks the code has released.</param>
    public void Observe(SimTask task, in MachineEvent happened, GuardedCell data, StepOrigin? breach, int released)
    {
        if (!execution.Exploring || happened.Subject is not { } cell)
        {
            return;
        }

        if (!_accesses.TryGetValue(cell, out List<Access>? all))
        {
            _accesses[cell] = all = [];
        }

        var access = new Access(happened.Kind == MachineEventKind.Written, task.Frame, task.Name, breach, released);
        if (Harm is null)
        {
            Judge(all, access, data);
        }

        all.Add(access);
    }

    private void Judge(List<Access> all, Access second, GuardedCell data)
    {
        int index = all.FindLastIndex(access => ReferenceEquals(access.Frame, second.Frame));
        if (index < 0)
        {
            return;
        }

        Access first = all[index];
        bool inOneHold = first.Breach is null && second.Breach is null && first.Released == second.Released;
        foreach (Access between in all.Skip(index + 1))
        {
            bool underHands = inOneHold && between.Breach is not null;
            bool lost = inOneHold ? underHands : first.Breach is not null || second.Breach is not null;
            string? what = (first.Writes, between.Writes, second.Writes) switch
            {
                (false, true, true) when lost => $"{Who(second)} wrote {data.Name} from what it had read before {Who(between)} wrote it, and that write is lost",
                (false, true, false) when underHands => $"{Who(second)} read {data.Name} twice with its guard held, and {Who(between)} changed it in between",
                (true, false, true) when underHands => $"{Who(between)} saw {data.Name} half changed by {Who(second)}",
                (true, true, false) when underHands => $"{Who(second)} did not find in {data.Name} what it had written with its guard held, because {Who(between)} wrote over it",
                _ => null,
            };
            if (what is not null)
            {
                StepOrigin[] chain = [.. new[] { between.Breach, second.Breach, first.Breach }.OfType<StepOrigin>()];
                Harm = new HarmRecord(Harms.TornState, $"Torn state: {what}.", [], chain);
                return;
            }
        }
    }

    private static string Who(Access access) => access.Frame.RunBy(access.Task);

    private sealed record Access(bool Writes, Frame Frame, string Task, StepOrigin? Breach, int Released);
}
