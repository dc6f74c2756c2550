using System.Collections.Generic;
using System.Linq;
using IrqSafety.Contracts;

namespace IrqSafety.Rules;

/// <summary>
/// What is known of lock classes: which was waited for while which was held, and how each is used with respect to interrupts. It grows only;
/// a step that adds nothing to what is known is dropped, so that repeating a path costs nothing.
/// </summary>
public sealed class DependencyGraph
{
    private readonly Dictionary<LockClassKey, Node> _nodes = [];

    // The classes with an opening and those with a use.
    private readonly Dictionary<LockClassKey, int> _holders = [];
    private readonly Dictionary<LockClassKey, int> _waiters = [];

    // The contexts in which some lock is waited for, and those to which some is open: most openings and uses meet nothing.
    private Context _usedIn;
    private Context _openTo;

    private sealed class Node
    {
        public LockUsage Usage { get; } = new();

        public List<LockStep> Outgoing { get; } = [];

        public List<LockClassKey> Incoming { get; } = [];

        /// <summary>No other CPU can hold it, so no deadlock with an interrupt passes through it.</summary>
        public bool IsPerCpu { get; set; }
    }

    /// <summary>The classes.</summary>
    public IEnumerable<LockClassKey> Classes => _nodes.Keys;

    /// <summary>How a class is used.</summary>
    public LockUsage UsageOf(LockClassKey key) => NodeOf(key).Usage;

    /// <summary>Adds to how a class is held; false when it says nothing new.</summary>
    public bool Add(LockClassKey key, LockOpening opening)
    {
        Number(_holders, key);
        _openTo |= opening.To;
        return UsageOf(key).Add(opening);
    }

    /// <summary>Adds to where a class is waited for; false when it says nothing new.</summary>
    public bool Add(LockClassKey key, LockUse use)
    {
        Number(_waiters, key);
        _usedIn |= use.In;
        return UsageOf(key).Add(use);
    }

    /// <summary>True for a lock of which every CPU has its own.</summary>
    public bool IsPerCpu(LockClassKey key) => _nodes.TryGetValue(key, out Node? node) && node.IsPerCpu;

    /// <summary>Notes that every CPU has its own lock of this class.</summary>
    public void MarkPerCpu(LockClassKey key) => NodeOf(key).IsPerCpu = true;

    /// <summary>Adds a step of one code path; false when it says nothing new.</summary>
    public bool Add(LockStep step)
    {
        List<LockStep> outgoing = NodeOf(step.From).Outgoing;
        List<LockClassKey> incoming = NodeOf(step.To).Incoming;
        if (outgoing.Exists(known => known.Covers(step)))
        {
            return false;
        }

        if (!outgoing.Exists(known => known.To == step.To))
        {
            incoming.Add(step.From);
        }

        outgoing.RemoveAll(step.Covers);
        outgoing.Add(step);
        return true;
    }

    /// <summary>The steps from this class along one code path.</summary>
    public IEnumerable<LockStep> StepsFrom(LockClassKey key) => _nodes.TryGetValue(key, out Node? node) ? node.Outgoing : [];

    /// <summary>The classes from which steps of code paths lead to this one, itself included.</summary>
    public ISet<LockClassKey> Leading(LockClassKey key) => Closure(key, node => node.Incoming);

    /// <summary>The classes to which steps of code paths lead from this one, itself included.</summary>
    public ISet<LockClassKey> LedTo(LockClassKey key) => Closure(key, node => node.Outgoing.Select(step => step.To));

    /// <summary>The steps from this class by an interrupt to one of these: its openings, each with the uses in what may arrive.</summary>
    public IEnumerable<LockStep> InterruptsOf(LockClassKey key, ISet<LockClassKey> among)
    {
        if (!_nodes.TryGetValue(key, out Node? holder))
        {
            yield break;
        }

        foreach (LockOpening opening in holder.Usage.Openings)
        {
            foreach (LockStep step in StepsOf(key, opening, among))
            {
                yield return step;
            }
        }
    }

    /// <summary>The interrupts that may come in during this opening and wait for a lock from which a ring may come back to it.</summary>
    public IEnumerable<LockStep> StepsOf(LockClassKey key, LockOpening opening) => (opening.To & _usedIn) == 0 ? [] : StepsOf(key, opening, Leading(key));

    private IEnumerable<LockStep> StepsOf(LockClassKey key, LockOpening opening, ISet<LockClassKey> among) => (opening.To & _usedIn) == 0 ? [] :
        from waiter in InOrder(_waiters, among)
        from use in UsageOf(waiter).Uses
        where Meet(opening, use)
        select Interrupt(key, opening, waiter, use);

    /// <summary>The interrupted holders that this use may wait for, and that a ring may come back through.</summary>
    public IEnumerable<LockStep> StepsOf(LockClassKey key, LockUse use) => (use.In & _openTo) == 0 ? [] :
        from holder in InOrder(_holders, LedTo(key))
        from opening in UsageOf(holder).Openings
        where Meet(opening, use)
        select Interrupt(holder, opening, key, use);

    // In the order in which they were learned, so that the ring that is found first does not depend on hashing.
    private static IEnumerable<LockClassKey> InOrder(Dictionary<LockClassKey, int> numbers, ISet<LockClassKey> among) =>
        among.Where(numbers.ContainsKey).OrderBy(key => numbers[key]);

    private static void Number(Dictionary<LockClassKey, int> numbers, LockClassKey key)
    {
        if (!numbers.ContainsKey(key))
        {
            numbers[key] = numbers.Count;
        }
    }

    private HashSet<LockClassKey> Closure(LockClassKey key, System.Func<Node, IEnumerable<LockClassKey>> next)
    {
        HashSet<LockClassKey> reached = [key];
        var open = new Stack<LockClassKey>();
        open.Push(key);
        while (open.Count > 0)
        {
            if (_nodes.TryGetValue(open.Pop(), out Node? node))
            {
                foreach (LockClassKey other in next(node))
                {
                    if (reached.Add(other))
                    {
                        open.Push(other);
                    }
                }
            }
        }

        return reached;
    }

    private static bool Meet(LockOpening opening, LockUse use) => (use.In & opening.To) != 0 && opening.Holds.CanCoexistWith(use.Holds);

    private static LockStep Interrupt(LockClassKey from, LockOpening opening, LockClassKey to, LockUse use) =>
        new(from, opening.Hold, to, use.Wait, use.In & opening.To, opening.Holds.With(use.Holds), opening.Site, use.Site);

    private Node NodeOf(LockClassKey key)
    {
        if (!_nodes.TryGetValue(key, out Node? node))
        {
            _nodes[key] = node = new Node();
        }

        return node;
    }
}
