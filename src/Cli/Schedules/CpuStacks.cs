using System.Collections.Generic;
using System.Linq;
using IrqSafety.Simulator;

namespace IrqSafety.Cli.Schedules;

/// <summary>A task on a CPU, or a handler nested on it, for as long as the CPU ran nothing else at its level.</summary>
/// <param name="Cpu">The CPU.</param>
/// <param name="Name">The task, or the context and interrupt of the handler.</param>
/// <param name="Depth">0 for the task, 1 for the handler on it, and so on.</param>
/// <param name="Begin">Number of its first event.</param>
internal sealed record Activation(int Cpu, string Name, int Depth, int Begin)
{
    /// <summary>Number of the event before which it ended.</summary>
    public int End { get; set; }
}

/// <summary>
/// What runs on each CPU, followed through the events of a replay. Activations nest strictly: when a CPU turns to another task, what runs on the
/// stack of the first is ended, and begun anew when that task goes on.
/// </summary>
internal sealed class CpuStacks
{
    private readonly Dictionary<int, List<Activation>> _stacks = [];

    /// <summary>Follows an event. What it ended comes innermost first, what it began outermost first.</summary>
    public (IReadOnlyList<Activation> Ended, IReadOnlyList<Activation> Begun) Follow(ReplayEvent happened)
    {
        List<Activation> stack = StackOf(happened.Cpu);
        string[] names = [happened.Task, .. happened.Handlers.Select(handler => handler.ToString())];
        int common = stack.Zip(names).TakeWhile(pair => pair.First.Name == pair.Second).Count();

        // A handler that is entered is another than the one of the same name before it.
        if (happened.Kind == ReplayEventKind.Enter && common == names.Length)
        {
            common--;
        }

        IReadOnlyList<Activation> ended = EndFrom(stack, common, happened.Number);
        Activation[] begun = [.. names.Skip(common).Select((name, index) => new Activation(happened.Cpu, name, common + index, happened.Number))];
        stack.AddRange(begun);
        return (ended, begun);
    }

    /// <summary>After the event the task is no longer on its CPU, if it is one of those that say so.</summary>
    public IReadOnlyList<Activation> Depart(ReplayEvent happened) =>
        happened.Kind is ReplayEventKind.Sleep or ReplayEventKind.End ? EndFrom(StackOf(happened.Cpu), 0, happened.Number + 1) : [];

    /// <summary>The replay is over.</summary>
    public IReadOnlyList<Activation> Finish(int after) => [.. _stacks.Keys.Order().SelectMany(cpu => EndFrom(_stacks[cpu], 0, after))];

    /// <summary>All activations of a replay, in the order they began.</summary>
    public static IReadOnlyList<Activation> Of(IReadOnlyList<ReplayEvent> events)
    {
        var stacks = new CpuStacks();
        var all = new List<Activation>();
        foreach (ReplayEvent happened in events)
        {
            all.AddRange(stacks.Follow(happened).Begun);
            _ = stacks.Depart(happened);
        }

        _ = stacks.Finish(events.Count + 1);
        return all;
    }

    private List<Activation> StackOf(int cpu)
    {
        if (!_stacks.TryGetValue(cpu, out List<Activation>? stack))
        {
            _stacks[cpu] = stack = [];
        }

        return stack;
    }

    private static List<Activation> EndFrom(List<Activation> stack, int depth, int at)
    {
        List<Activation> ended = stack[depth..];
        stack.RemoveRange(depth, stack.Count - depth);
        ended.Reverse();
        foreach (Activation activation in ended)
        {
            activation.End = at;
        }

        return ended;
    }
}
