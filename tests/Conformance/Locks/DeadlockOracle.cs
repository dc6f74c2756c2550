using System.Collections.Generic;
using System.Linq;
using IrqSafety.Contracts;
using IrqSafety.Rules;

namespace IrqSafety.Conformance.Tests;

/// <summary>
/// Decides by enumeration whether a program can deadlock, knowing nothing of classes, graphs or usage: it lists every state a CPU can stop in, and
/// looks for CPUs that can be in such states together and all wait for each other.
/// </summary>
/// <remarks>
/// Blocks only take locks before they release all, so every set of states whose locks can be held together is reached by some interleaving.
/// A queued reader outside interrupts is kept up by any reader, since a writer may come to wait between the two.
/// </remarks>
internal static class DeadlockOracle
{
    private readonly record struct Holding(int Lock, bool Exclusive);

    /// <summary>Code stopped after some of its actions.</summary>
    private sealed record Activity(LockBlock Block, int Done)
    {
        public IEnumerable<Holding> Held => Block.Actions.Take(Done).Where(action => action.Lock is not null)
            .Select(action => new Holding(action.Lock!.Value, action.Access == LockAccess.Exclusive));

        public BlockAction? Next => Done < Block.Actions.Count ? Block.Actions[Done] : null;

        public bool IrqsOff => MaskActions(Mask.Irq).LastOrDefault()?.Masked ?? Block.Context == Context.HardIrq;

        // Nested, as local_bh_disable is.
        public bool SoftIrqsOff => MaskActions(Mask.SoftIrq).Aggregate(0, (depth, action) => action.Masked ? depth + 1 : int.Max(depth - 1, 0)) > 0;

        private IEnumerable<BlockAction> MaskActions(Mask mask) => Block.Actions.Take(Done).Where(action => action.Lock is null && action.Mask == mask);
    }

    /// <summary>A CPU whose innermost code is about to take a lock.</summary>
    private sealed class Cpu(IReadOnlyList<Activity> stack)
    {
        private readonly Holding[] _held = [.. stack.SelectMany(activity => activity.Held).Distinct()];

        public (int Lock, bool OnlyWriters) Wait { get; } = (stack[^1].Next!.Lock!.Value, OnlyWritersKeepUp(stack[^1]));

        /// <summary>CPUs with equal signatures play the same part in any deadlock.</summary>
        public string Signature => $"{string.Join(",", _held.Select(holding => holding.ToString()).Order())} {Wait}";

        private static bool OnlyWritersKeepUp(Activity activity) => activity.Next!.Access switch
        {
            LockAccess.Exclusive => false,
            LockAccess.RecursiveRead => true,
            _ => activity.Block.Context != Context.Task || activity.SoftIrqsOff,
        };

        public bool WaitsFor(Cpu other) => other._held.Any(holding => holding.Lock == Wait.Lock && (holding.Exclusive || !Wait.OnlyWriters));

        public bool CanCoexistWith(Cpu other) => !_held.Any(mine => other._held.Any(theirs => mine.Lock == theirs.Lock && (mine.Exclusive || theirs.Exclusive)));
    }

    public static bool CanDeadlock(LockProgram program)
    {
        IReadOnlyList<Cpu> cpus = [.. States(program).DistinctBy(cpu => cpu.Signature)];
        return cpus.Any(first => CanClose(cpus, [first]));
    }

    private static IEnumerable<Cpu> States(LockProgram program)
    {
        ILookup<Context, Activity> at = program.Blocks
            .SelectMany(block => Enumerable.Range(0, block.Actions.Count + 1).Select(done => new Activity(block, done)))
            .ToLookup(activity => activity.Block.Context);
        foreach (Activity? task in at[Context.Task].Prepend(null))
        {
            foreach (Activity? softIrq in at[Context.SoftIrq].Where(_ => task is not { IrqsOff: true } and not { SoftIrqsOff: true }).Prepend(null))
            {
                Activity? below = softIrq ?? task;
                foreach (Activity? hardIrq in at[Context.HardIrq].Where(_ => below is not { IrqsOff: true }).Prepend(null))
                {
                    Activity[] stack = [.. new[] { task, softIrq, hardIrq }.OfType<Activity>()];
                    if (stack.Length > 0 && stack[^1].Next?.Lock is not null && Consistent(stack))
                    {
                        yield return new Cpu(stack);
                    }
                }
            }
        }
    }

    // A CPU got all it holds: nothing exclusive twice. A reader inside itself may be there, if no writer came in between.
    private static bool Consistent(IReadOnlyList<Activity> stack)
    {
        var held = new List<Holding>();
        foreach (Holding holding in stack.SelectMany(activity => activity.Held))
        {
            if (held.Any(earlier => earlier.Lock == holding.Lock && (earlier.Exclusive || holding.Exclusive)))
            {
                return false;
            }

            held.Add(holding);
        }

        return true;
    }

    private static bool CanClose(IReadOnlyList<Cpu> cpus, List<Cpu> ring)
    {
        if (ring[^1].WaitsFor(ring[0]))
        {
            return true;
        }

        // Of two CPUs that wait for one thing the first can wait for whom the second waits for: a ring needs each kind of wait once.
        foreach (Cpu next in cpus.Where(next => ring[^1].WaitsFor(next) && ring.TrueForAll(other => other.Wait != next.Wait && other.CanCoexistWith(next))))
        {
            ring.Add(next);
            if (CanClose(cpus, ring))
            {
                return true;
            }

            ring.RemoveAt(ring.Count - 1);
        }

        return false;
    }
}
