using System;
using System.Collections.Generic;
using System.Linq;

namespace IrqSafety.Rules;

/// <summary>Two lock classes of which declarations say that the one is taken before the other.</summary>
/// <param name="First">The outer class.</param>
/// <param name="Second">The inner class.</param>
/// <param name="Declarations">The numbers of the declarations that say so: one list, or the two that give the classes their levels.</param>
public sealed record DeclaredStep(string First, string Second, IReadOnlyList<int> Declarations);

/// <summary>Declarations of one profile that come back to where they began: no order satisfies them.</summary>
/// <param name="Profile">The profile.</param>
/// <param name="Steps">The shortest ring; a single step where one list names a class twice in a row.</param>
public sealed record OrderContradiction(string Profile, IReadOnlyList<DeclaredStep> Steps);

/// <summary>Finds what declared orders of lock classes cannot all mean.</summary>
public static class OrderContradictions
{
    /// <summary>The contradictions, by profile. Classes that are tangled with each other are one contradiction, shown by its shortest ring.</summary>
    /// <param name="sequences">The declared lists, each with its number.</param>
    /// <param name="levels">The levels, lowest outermost, each with the number of its declaration; they hold in every profile.</param>
    public static IEnumerable<OrderContradiction> Find(IReadOnlyList<(LockSequence Sequence, int Number)> sequences, IReadOnlyList<(string Class, int Level, int Number)> levels)
    {
        foreach (IGrouping<string, (LockSequence Sequence, int Number)> profile in sequences.GroupBy(one => one.Sequence.Profile, StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            ILookup<string, DeclaredStep> steps = profile.SelectMany(one => StepsOf(one.Sequence, one.Number)).Concat(StepsOf(levels)).ToLookup(step => step.First, StringComparer.Ordinal);
            var told = new HashSet<string>(StringComparer.Ordinal);
            foreach (IReadOnlyList<DeclaredStep> ring in steps.Select(group => Ring(group.Key, steps)).OfType<IReadOnlyList<DeclaredStep>>().OrderBy(ring => ring.Count))
            {
                if (told.Contains(ring[0].First))
                {
                    continue;
                }

                HashSet<string> after = Reached(ring[0].First, steps);
                told.UnionWith(after.Where(one => Reached(one, steps).Contains(ring[0].First)));
                yield return new OrderContradiction(profile.Key, ring);
            }
        }
    }

    private static IEnumerable<DeclaredStep> StepsOf(LockSequence sequence, int number)
    {
        for (int i = 1; i < sequence.Classes.Count; i++)
        {
            yield return new DeclaredStep(sequence.Classes[i - 1], sequence.Classes[i], [number]);
        }
    }

    // From each level to the next is enough: the rest follows.
    private static IEnumerable<DeclaredStep> StepsOf(IReadOnlyList<(string Class, int Level, int Number)> levels)
    {
        List<IGrouping<int, (string Class, int Level, int Number)>> byLevel = [.. levels.GroupBy(one => one.Level).OrderBy(group => group.Key)];
        for (int i = 1; i < byLevel.Count; i++)
        {
            foreach ((string outer, _, int outerNumber) in byLevel[i - 1])
            {
                foreach ((string inner, _, int innerNumber) in byLevel[i])
                {
                    yield return new DeclaredStep(outer, inner, [outerNumber, innerNumber]);
                }
            }
        }
    }

    // The shortest way from a class back to it.
    private static IReadOnlyList<DeclaredStep>? Ring(string from, ILookup<string, DeclaredStep> steps)
    {
        var by = new Dictionary<string, DeclaredStep>(StringComparer.Ordinal);
        var queue = new Queue<string>([from]);
        while (queue.Count > 0)
        {
            foreach (DeclaredStep step in steps[queue.Dequeue()])
            {
                if (step.Second == from)
                {
                    var ring = new List<DeclaredStep> { step };
                    while (ring[0].First != from)
                    {
                        ring.Insert(0, by[ring[0].First]);
                    }

                    return ring;
                }

                if (!by.ContainsKey(step.Second))
                {
                    by[step.Second] = step;
                    queue.Enqueue(step.Second);
                }
            }
        }

        return null;
    }

    private static HashSet<string> Reached(string from, ILookup<string, DeclaredStep> steps)
    {
        var reached = new HashSet<string>(StringComparer.Ordinal);
        var queue = new Queue<string>([from]);
        while (queue.Count > 0)
        {
            foreach (DeclaredStep step in steps[queue.Dequeue()])
            {
                if (reached.Add(step.Second))
                {
                    queue.Enqueue(step.Second);
                }
            }
        }

        return reached;
    }
}
