using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;

namespace IrqSafety.Conformance.Tests;

/// <summary>
/// Says by enumeration what a script shows to be possible, from the README of the data alone. It knows no classes, no graph and no usage: it runs the
/// blocks of the script on as many CPUs as take part, with handlers wherever they may arrive, and looks for CPUs that wait for each other for ever.
/// </summary>
/// <remarks>
/// Instances of one class are exchangeable, so a block that takes two of them may run with the two exchanged. A queued reader waits for a reader,
/// because a writer may come between the two. Besides deadlocks it reports what is wrong by itself: releasing what is not held, initialising what
/// is, and waiting where code must not.
/// </remarks>
internal static class BruteForceValidator
{
    /// <summary>What is wrong, or null.</summary>
    /// <exception cref="NotSupportedException">The script is about something other than spinning, sleeping and interrupts: tickets, reclaim, names.</exception>
    public static string? Judge(IEnumerable<JsonElement> script)
    {
        ScriptEvent[] events = [.. script.Select(each => new ScriptEvent(each))];
        IReadOnlyList<Block> blocks = Block.Split(events);
        ILookup<string, string> instances = events.Where(each => each.Text("lock") is not null).Select(each => each.Lock()).Distinct()
            .ToLookup(identity => identity.Class.Name, identity => (string)identity.Instance);
        return blocks.Select(block => block.Fault).FirstOrDefault(fault => fault is not null) ?? Deadlock(blocks, instances);
    }

    private static string? Deadlock(IReadOnlyList<Block> blocks, ILookup<string, string> instances)
    {
        ILookup<Level, Activity> at = blocks.SelectMany(block => block.Variants(instances)).SelectMany(block => Enumerable.Range(0, block.Steps.Count + 1).Select(done => new Activity(block, done)))
            .ToLookup(activity => activity.Block.Level);
        Cpu[] waiting = [.. Stacks(at).Where(stack => stack[^1].Next is { Op: StepOp.Take, Wait: not Wait.Never }).Select(stack => new Cpu(stack)).DistinctBy(cpu => cpu.Signature)];
        return waiting.Any(first => Closes(waiting, [first])) ? "deadlock" : null;
    }

    private static IEnumerable<Activity[]> Stacks(ILookup<Level, Activity> at)
    {
        foreach (Activity? task in at[Level.Task].Prepend(null))
        {
            foreach (Activity? softIrq in at[Level.SoftIrq].Where(_ => task is not { IrqsOff: true } and not { SoftIrqsOff: true }).Prepend(null))
            {
                Activity? below = softIrq ?? task;
                foreach (Activity? hardIrq in at[Level.HardIrq].Where(_ => below is not { IrqsOff: true }).Prepend(null))
                {
                    Activity[] stack = [.. new[] { task, softIrq, hardIrq }.OfType<Activity>()];
                    if (stack.Length > 0)
                    {
                        yield return stack;
                    }
                }
            }
        }
    }

    // Each waits for the next, and the last for the first.
    private static bool Closes(Cpu[] waiting, List<Cpu> ring)
    {
        bool interrupted = ring.Exists(cpu => cpu.IsInterrupted);
        if (ring[^1].WaitsFor(ring[0], interrupted) && Zip(ring).All(pair => pair.First.WaitsFor(pair.Second, interrupted)) && IsReachable(ring))
        {
            return true;
        }

        foreach (Cpu next in waiting.Where(next => ring[^1].WaitsFor(next, interrupted) && ring.TrueForAll(other => other.Want != next.Want && other.CanCoexistWith(next))))
        {
            ring.Add(next);
            if (Closes(waiting, ring))
            {
                return true;
            }

            ring.RemoveAt(ring.Count - 1);
        }

        return false;
    }

    private static IEnumerable<(Cpu First, Cpu Second)> Zip(List<Cpu> ring) => ring.Zip(ring.Skip(1));

    // Some interleaving brings every CPU to where it waits.
    private static bool IsReachable(IReadOnlyList<Cpu> ring)
    {
        var seen = new HashSet<string>();
        var open = new Stack<int[]>();
        open.Push(new int[ring.Count]);
        while (open.Count > 0)
        {
            int[] done = open.Pop();
            if (!seen.Add(string.Join(',', done)))
            {
                continue;
            }

            if (Enumerable.Range(0, ring.Count).All(cpu => done[cpu] == ring[cpu].Way.Count))
            {
                return true;
            }

            for (int cpu = 0; cpu < ring.Count; cpu++)
            {
                if (done[cpu] < ring[cpu].Way.Count && MayGoOn(ring, done, cpu))
                {
                    int[] next = [.. done];
                    next[cpu]++;
                    open.Push(next);
                }
            }
        }

        return false;
    }

    private static bool MayGoOn(IReadOnlyList<Cpu> ring, int[] done, int cpu)
    {
        Step step = ring[cpu].Way[done[cpu]];
        return step.Op != StepOp.Take || Enumerable.Range(0, ring.Count).All(other => Held(ring[other].Way.Take(done[other])).All(held =>
            held.Lock != step.Lock || step.IsPerCpu || (!held.Exclusive && !step.Exclusive)));
    }

    private static IEnumerable<Step> Held(IEnumerable<Step> way)
    {
        var held = new List<Step>();
        foreach (Step step in way)
        {
            if (step.Op == StepOp.Take)
            {
                held.Add(step);
            }
            else if (step.Op == StepOp.Drop && held.FindLastIndex(taken => taken.Lock == step.Lock) is >= 0 and int index)
            {
                held.RemoveAt(index);
            }
        }

        return held;
    }

    /// <summary>A CPU whose innermost code is about to wait.</summary>
    private sealed class Cpu
    {
        private readonly Step[] _held;

        public Cpu(IReadOnlyList<Activity> stack)
        {
            Way = [.. stack.SelectMany(activity => activity.Block.Steps.Take(activity.Done))];
            _held = [.. Held(Way)];
            Step next = stack[^1].Next!;
            IsInterrupted = stack.Count > 1;
            Want = (next.Lock, stack[^1].WaitOf(next), next.IsPerCpu);
            Signature = $"{string.Join(' ', Way.Where(step => step.Op is StepOp.Take or StepOp.Drop).Select(step => $"{step.Op}{step.Lock}{step.Exclusive}"))}|{Want}|{IsInterrupted}";
        }

        public IReadOnlyList<Step> Way { get; }

        public bool IsInterrupted { get; }

        public (string Lock, Wait Wait, bool IsPerCpu) Want { get; }

        public string Signature { get; }

        // Per-CPU locks carry no deadlock with an interrupt in it.
        public bool WaitsFor(Cpu other, bool interrupted) => other._held.Any(held =>
            held.Lock == Want.Lock && (held.Exclusive || Want.Wait == Wait.ForAnyHolder) && !(held.IsPerCpu && (interrupted || IsInterrupted || other.IsInterrupted)));

        public bool CanCoexistWith(Cpu other) => !_held.Any(mine => !mine.IsPerCpu && other._held.Any(theirs => mine.Lock == theirs.Lock && (mine.Exclusive || theirs.Exclusive)));
    }

    /// <summary>Code stopped after some of its steps.</summary>
    private sealed record Activity(Block Block, int Done)
    {
        public Step? Next => Done < Block.Steps.Count ? Block.Steps[Done] : null;

        public bool IrqsOff => Block.Steps.Take(Done).LastOrDefault(step => step.Op is StepOp.IrqsOff or StepOp.IrqsOn)?.Op is { } last ? last == StepOp.IrqsOff : Block.Level != Level.Task;

        public bool SoftIrqsOff => Block.Steps.Take(Done).Aggregate(0, (depth, step) => step.Op switch { StepOp.SoftIrqsOff => depth + 1, StepOp.SoftIrqsOn => Math.Max(0, depth - 1), _ => depth }) > 0;

        // A queued reader passes waiting writers in interrupts, and with softirqs off.
        public Wait WaitOf(Step step) => step.Wait == Wait.Queued ? Block.Level != Level.Task || SoftIrqsOff ? Wait.ForWriters : Wait.ForAnyHolder : step.Wait;
    }

    private enum Level
    {
        Task,
        SoftIrq,
        HardIrq,
    }

    private enum StepOp
    {
        Take,
        Drop,
        IrqsOff,
        IrqsOn,
        SoftIrqsOff,
        SoftIrqsOn,
    }

    private enum Wait
    {
        Never,
        ForAnyHolder,
        ForWriters,
        Queued,
    }

    private sealed record Step(StepOp Op, string Lock = "", bool Exclusive = false, Wait Wait = Wait.Never, bool IsPerCpu = false);

    /// <summary>What runs without a break, from where nothing is held and everything is enabled to where that is so again; or a handler.</summary>
    private sealed record Block(Level Level, IReadOnlyList<Step> Steps, string? Fault)
    {
        private const int Spins = 1, SpinsOrSleeps = 2, Sleeps = 3;

        public static IReadOnlyList<Block> Split(IReadOnlyList<ScriptEvent> script)
        {
            var blocks = new List<Block>();
            var open = new Stack<Writer>();
            foreach (ScriptEvent each in script)
            {
                string? context = each.Op is "enter" or "leave" ? each.Text("context") : null;
                if (context is "hardirq" or "hardirq-not-threaded" or "softirq")
                {
                    if (each.Op == "enter")
                    {
                        open.Push(new Writer(context));
                    }
                    else
                    {
                        blocks.Add(open.Pop().Finish());
                    }

                    continue;
                }

                if (open.Count == 0)
                {
                    open.Push(new Writer(null));
                }

                open.Peek().Add(each);
                if (open.Peek().IsOver)
                {
                    blocks.Add(open.Pop().Finish());
                }
            }

            blocks.AddRange(open.Select(writer => writer.Finish()));
            return blocks;
        }

        /// <summary>The block with the instances of its classes in every order.</summary>
        public IEnumerable<Block> Variants(ILookup<string, string> instances)
        {
            IEnumerable<Dictionary<string, string>> renamings = [[]];
            foreach (IGrouping<string, string> @class in instances)
            {
                string[] names = [.. @class];
                renamings = [.. renamings.SelectMany(known => Orders(names).Select(order => new Dictionary<string, string>(known.Concat(names.Zip(order, KeyValuePair.Create)))))];
            }

            return renamings.Select(renaming => this with { Steps = [.. Steps.Select(step => step.Lock.Length == 0 ? step : step with { Lock = renaming[step.Lock] })] });
        }

        private static IEnumerable<string[]> Orders(string[] names) => names.Length <= 1
            ? [names]
            : names.SelectMany(first => Orders([.. names.Where(name => name != first)]).Select(rest => (string[])[first, .. rest]));

        private sealed class Writer(string? context)
        {
            private readonly List<Step> _steps = [];
            private readonly List<(string Name, int Limit)> _held = [];
            private bool _irqsOff;
            private int _softIrqsOff;
            private string? _fault;

            public bool IsOver => context is null && _held.Count == 0 && !_irqsOff && _softIrqsOff == 0;

            public Block Finish() => new(
                context switch { null => Level.Task, "softirq" => Level.SoftIrq, _ => Level.HardIrq }, _steps, _fault);

            public void Add(ScriptEvent script)
            {
                switch (script.Op)
                {
                    case "acquire" when script.Nested() is null && script.Text("ticket") is null:
                        Take(Name(script), script.Text("kind")!, script.Flag("try"));
                        break;
                    case "release":
                        Drop(Name(script));
                        break;
                    case "init":
                        _fault ??= _held.Exists(held => held.Name == Name(script)) ? "a held lock is initialised" : null;
                        break;
                    case "irq-disable":
                        _irqsOff = true;
                        _steps.Add(new Step(StepOp.IrqsOff));
                        break;
                    case "irq-enable":
                        _irqsOff = false;
                        _steps.Add(new Step(StepOp.IrqsOn));
                        break;
                    case "softirq-disable":
                        SoftIrqs(off: true);
                        break;
                    case "softirq-enable":
                        SoftIrqs(off: false);
                        break;
                    case "enter":
                        Enter(script.Text("context")!);
                        break;
                    case "leave":
                        Leave(script.Text("context")!);
                        break;
                    default:
                        throw new NotSupportedException($"enumeration does not cover '{script.Op}'");
                }
            }

            private static string Name(ScriptEvent script) => (string)script.Lock().Instance;

            private void SoftIrqs(bool off)
            {
                _softIrqsOff = Math.Max(0, _softIrqsOff + (off ? 1 : -1));
                _steps.Add(new Step(off ? StepOp.SoftIrqsOff : StepOp.SoftIrqsOn));
            }

            private void Enter(string section)
            {
                _held.Add((section, section == "rcu-sched" ? Spins : SpinsOrSleeps));
                if (section == "rcu-bh")
                {
                    SoftIrqs(off: true);
                }
            }

            private void Leave(string section)
            {
                Drop(section, isLock: false);
                if (section == "rcu-bh")
                {
                    SoftIrqs(off: false);
                }
            }

            private void Take(string name, string kind, bool isTry)
            {
                int wait = kind switch
                {
                    "raw-spin" => Spins,
                    "spin" or "rw-write" or "rw-read" or "rw-read-recursive" or "local" => SpinsOrSleeps,
                    "mutex" or "rtmutex" or "rwsem-write" or "rwsem-read" => Sleeps,
                    _ => throw new NotSupportedException($"enumeration does not cover '{kind}'"),
                };
                int around = context switch { null => Sleeps, "hardirq-not-threaded" => Spins, _ => SpinsOrSleeps };
                int limit = _held.Aggregate(around, (lowest, held) => Math.Min(lowest, held.Limit));
                _fault ??= !isTry && wait > limit ? $"{name} waits harder than is allowed" : null;
                _held.Add((name, wait));
                bool isReader = kind is "rw-read" or "rwsem-read" or "rw-read-recursive";
                Wait how = isTry ? Wait.Never : kind switch { "rw-read-recursive" => Wait.ForWriters, "rw-read" => Wait.Queued, _ => Wait.ForAnyHolder };
                _steps.Add(new Step(StepOp.Take, name, !isReader, how, kind == "local"));
            }

            private void Drop(string name, bool isLock = true)
            {
                int index = _held.FindLastIndex(held => held.Name == name);
                _fault ??= index < 0 ? $"{name} is released, but not held" : null;
                if (index >= 0)
                {
                    _held.RemoveAt(index);
                    if (isLock)
                    {
                        _steps.Add(new Step(StepOp.Drop, name));
                    }
                }
            }
        }
    }
}
