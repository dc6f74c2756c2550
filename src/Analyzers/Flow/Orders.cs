using System;
using System.Collections.Generic;
using System.Linq;

namespace IrqSafety.Analyzers.Flow;

/// <summary>What is known of the order of steps.</summary>
internal enum OrderFact
{
    /// <summary>The step was taken.</summary>
    Done,

    /// <summary>Another step came after the last time it was taken.</summary>
    Since,

    /// <summary>The step must follow, before the other one; before the end where there is no other.</summary>
    Owed,

    /// <summary>An operation that the step belongs before has been executed without it.</summary>
    Early,

    /// <summary>The last operation makes the step superfluous.</summary>
    Fresh,

    /// <summary>The step was taken where it was superfluous, and nothing has needed it since.</summary>
    Superfluous,
}

/// <summary>One fact about the order of steps.</summary>
/// <param name="Fact">What is known.</param>
/// <param name="Step">The step.</param>
/// <param name="Other">The step it is in relation to, or an empty string.</param>
/// <param name="Law">The law that asks, or an empty string.</param>
internal readonly record struct OrderKey(OrderFact Fact, string Step, string Other = "", string Law = "") : IComparable<OrderKey>
{
    /// <inheritdoc/>
    public int CompareTo(OrderKey other) =>
        Fact != other.Fact ? Fact.CompareTo(other.Fact)
        : string.CompareOrdinal(Step, other.Step) is not 0 and var step ? step
        : string.CompareOrdinal(Other, other.Other) is not 0 and var rest ? rest
        : string.CompareOrdinal(Law, other.Law);
}

/// <summary>The order of steps on a path: each fact with the number of the call it comes from.</summary>
internal static class Orders
{
    /// <summary>Not a call of this body: its contract says so.</summary>
    public const int AtEntry = -1;

    /// <summary>Stands for every step: code of the program whose contract says nothing, and whose body is not seen here, may take any.</summary>
    public const string Any = "*";

    /// <summary>A step is taken.</summary>
    public static PathMap<OrderKey, int> Take(this PathMap<OrderKey, int> orders, string step, int call)
    {
        // Nothing asks for a store: what counts is what must come anew after it.
        if (step == IrqSafety.Rules.Steps.Store && orders.IsEmpty)
        {
            return orders;
        }

        PathMap<OrderKey, int> taken = orders;
        foreach (KeyValuePair<OrderKey, int> one in orders)
        {
            bool isMet = one.Key.Fact switch
            {
                OrderFact.Owed or OrderFact.Since or OrderFact.Early => one.Key.Step == step,
                OrderFact.Superfluous => one.Key.Other == step,
                _ => false,
            };
            taken = isMet ? taken.Remove(one.Key) : taken;
        }

        foreach (KeyValuePair<OrderKey, int> one in taken)
        {
            if (one.Key.Fact == OrderFact.Done && one.Key.Step != step)
            {
                taken = taken.SetItem(new OrderKey(OrderFact.Since, one.Key.Step, step), call);
            }
        }

        return step == IrqSafety.Rules.Steps.Store ? taken : taken.SetItem(new OrderKey(OrderFact.Done, step), call);
    }

    /// <summary>True when the step was taken, and the other one not after it.</summary>
    public static bool IsDone(this PathMap<OrderKey, int> orders, string step, string? since) =>
        IsDoneItself(orders, step, since) || IsDoneItself(orders, Any, since);

    private static bool IsDoneItself(PathMap<OrderKey, int> orders, string step, string? since) =>
        orders.ContainsKey(new OrderKey(OrderFact.Done, step)) && (since is null || !orders.ContainsKey(new OrderKey(OrderFact.Since, step, since)));

    /// <summary>Any step may be taken: nothing is owed for certain any more.</summary>
    public static PathMap<OrderKey, int> TakeAny(this PathMap<OrderKey, int> orders) =>
        orders.RemoveAll(one => one.Key.Fact is not OrderFact.Done).SetItem(new OrderKey(OrderFact.Done, Any), AtEntry);

    /// <summary>The facts of one kind.</summary>
    public static IEnumerable<KeyValuePair<OrderKey, int>> Of(this PathMap<OrderKey, int> orders, OrderFact fact) => orders.Where(one => one.Key.Fact == fact);

    /// <summary>
    /// What holds where two paths meet: what was taken on either counts as taken, and what is asked for counts only where both ask, so that what is lost is a finding.
    /// </summary>
    public static PathMap<OrderKey, int> Join(this PathMap<OrderKey, int> orders, PathMap<OrderKey, int> other)
    {
        PathMap<OrderKey, int> joined = orders.RemoveAll(one => one.Key.Fact != OrderFact.Done && !other.ContainsKey(one.Key));
        foreach (KeyValuePair<OrderKey, int> one in other)
        {
            if (one.Key.Fact == OrderFact.Done && !joined.ContainsKey(one.Key))
            {
                joined = joined.SetItem(one.Key, one.Value);
            }
        }

        return joined;
    }
}
