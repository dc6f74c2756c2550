using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using IrqSafety.Analyzers.Flow;
using IrqSafety.Contracts;
using IrqSafety.Rules;
using Microsoft.CodeAnalysis;
using Scope = IrqSafety.Analyzers.Flow.Scope;

namespace IrqSafety.Analyzers.Judging;

/// <summary>How an order of steps is broken.</summary>
internal enum OrderFault
{
    /// <summary>A step comes before the one that must follow an earlier operation.</summary>
    TooSoon,

    /// <summary>The step that must follow does not, and the method returns.</summary>
    NotFollowed,

    /// <summary>The step that must come before has not come.</summary>
    NotPreceded,

    /// <summary>It has come, and then a step after which it must come anew.</summary>
    Stale,

    /// <summary>The operation comes before a step that belongs first.</summary>
    TooEarly,

    /// <summary>The step is superfluous.</summary>
    Superfluous,

    /// <summary>Nothing asked whether the machine has the capability.</summary>
    NotAsked,
}

/// <summary>A place where an order of steps is broken.</summary>
/// <param name="Law">The law.</param>
/// <param name="Fault">How.</param>
/// <param name="Call">The guilty call.</param>
/// <param name="Step">The step that is missing, superfluous or out of place.</param>
/// <param name="Other">The call that asks for the step, or shows that it is out of place; null when that is the guilty one.</param>
/// <param name="Way">The calls that lead to the guilty one, outermost first.</param>
internal sealed record OrderBreach(string Law, OrderFault Fault, CallEvent Call, string Step, CallEvent? Other, ImmutableArray<CallEvent> Way);

/// <summary>
/// Judges the order of steps on every path of every body. What a body leaves to the one that called it, and what it needs from it, is judged there: a private method that nobody
/// calls decides nothing.
/// </summary>
internal sealed class OrderDiscipline
{
    private readonly Scope _scope;
    private readonly Dictionary<Body, IReadOnlyList<Need>> _needs = [];
    private readonly HashSet<string> _asked;
    private readonly HashSet<string> _taken;
    private readonly HashSet<string> _before;

    /// <summary>Of a scope.</summary>
    public OrderDiscipline(Scope scope)
    {
        _scope = scope;
        List<CallEvent> calls = [.. scope.Bodies.SelectMany(body => scope.ResultOf(body).Calls)];
        _asked = [.. calls.Select(call => call.Contract.Capability).OfType<string>()];
        _taken = [.. calls.SelectMany(call => call.Contract.Steps)];
        _before = [.. calls.SelectMany(call => call.Contract.Orders).Where(order => order.Rule == OrderRule.FollowedBy).Select(order => order.Other).OfType<string>()];
        Breaches = !scope.AsksForOrders ? [] :
        [
            .. scope.Bodies.SelectMany(Judge)
                .GroupBy(breach => (breach.Law, breach.Fault, breach.Call, breach.Step))
                .Select(group => group.OrderBy(breach => breach.Way.Length).First())
                .InSourceOrder(breach => breach.Call),
        ];
    }

    /// <summary>The places, in source order, each once, on the shortest way.</summary>
    public IReadOnlyList<OrderBreach> Breaches { get; }

    /// <summary>The breaches of one law.</summary>
    public IEnumerable<OrderBreach> Of(string law) => Breaches.Where(breach => breach.Law == law);

    private IEnumerable<OrderBreach> Judge(Body body)
    {
        BodyResult result = _scope.ResultOf(body);
        foreach (CallEvent call in result.Calls)
        {
            foreach (Need need in NeedsAt(call).Where(need => !need.IsCapability || !UnknownConditions.DecideAbout(result, call)))
            {
                foreach (PathState state in call.Before)
                {
                    if (Fault(result, state, need) is { } fault && (fault.IsCertain || _scope.IsEntered(body)))
                    {
                        yield return new OrderBreach(need.Law ?? fault.Law, fault.Kind, need.Call, need.Step ?? fault.Step, fault.Asker, need.Way);
                    }
                }
            }

            foreach (OrderBreach early in TooEarly(result, call))
            {
                yield return early;
            }
        }

        foreach (OrderBreach left in AtExits(result))
        {
            yield return left;
        }
    }

    private IEnumerable<OrderBreach> AtExits(BodyResult result)
    {
        OperationContract? own = result.Body.Method is { } method ? _scope.Contracts.Contracts.Of(method) : null;
        foreach (KeyValuePair<OrderKey, int> owed in result.Exits.SelectMany(exit => exit.Orders.Of(OrderFact.Owed)).Distinct())
        {
            bool isDeclared = own?.Orders.Any(order => order.Rule == OrderRule.FollowedBy && order.Step == owed.Key.Step) == true;
            if (owed.Key.Other.Length == 0 && !isDeclared && _scope.IsEntered(result.Body) && result.CallNumbered(owed.Value) is { } call)
            {
                yield return new OrderBreach(owed.Key.Law, OrderFault.NotFollowed, call, owed.Key.Step, null, []);
            }
        }

        foreach (KeyValuePair<OrderKey, int> superfluous in result.Exits.SelectMany(exit => exit.Orders.Of(OrderFact.Superfluous)).Distinct())
        {
            if (result.Exits.All(exit => exit.Orders.TryGetValue(superfluous.Key, out int at) && at == superfluous.Value)
                && result.CallNumbered(superfluous.Value) is { } call && IsSuperfluous(result, call, superfluous.Key.Step))
            {
                yield return new OrderBreach(LawIds.RedundantSync, OrderFault.Superfluous, call, superfluous.Key.Step, Previous(result, call), []);
            }
        }
    }

    // Another operation since the last such step, or since the beginning, may be what it is for.
    private static bool IsSuperfluous(BodyResult result, CallEvent call, string step)
    {
        foreach (CallEvent earlier in Earlier(result, call))
        {
            if (earlier.Contract.Steps.Contains(step))
            {
                return call.Assumed.All(unknown => unknown.Operation.Syntax.SpanStart < earlier.Operation.Syntax.SpanStart);
            }

            bool needsNone = earlier.Contract.Orders.Any(order => order.Rule == OrderRule.SelfSynchronising && order.Step == step);
            if (!needsNone && Contracts.ContractReader.HasEffects(earlier.Contract))
            {
                return false;
            }
        }

        return !call.Assumed.Any();
    }

    private static CallEvent? Previous(BodyResult result, CallEvent call) => Earlier(result, call).FirstOrDefault();

    private static IEnumerable<CallEvent> Earlier(BodyResult result, CallEvent call) => result.Calls.Where(one => one.Operation.Syntax.SpanStart < call.Operation.Syntax.SpanStart).Reverse();

    private IEnumerable<OrderBreach> TooEarly(BodyResult result, CallEvent call)
    {
        foreach (string step in StepsOf(call))
        {
            foreach (KeyValuePair<OrderKey, int> early in call.Before.SelectMany(state => state.Orders.Of(OrderFact.Early)).Where(one => one.Key.Step == step).Distinct())
            {
                if ((early.Key.Other.Length == 0 || !_taken.Contains(early.Key.Other)) && result.CallNumbered(early.Value) is { } guilty)
                {
                    yield return new OrderBreach(early.Key.Law, OrderFault.TooEarly, guilty, step, call, []);
                }
            }
        }
    }

    // What a body of the scope does at its first opportunity, it does where it is called.
    private IEnumerable<string> StepsOf(CallEvent call) => Followed(call) is { } callee
        ? _scope.SummaryOf(callee).Orders.Of(OrderFact.Done).Select(one => one.Key.Step)
        : call.Contract.Steps;

    /// <summary>What is asked of the paths to a call: by its own contract, and by what the body it calls leaves to its callers.</summary>
    private IEnumerable<Need> NeedsAt(CallEvent call)
    {
        foreach (string step in call.Contract.Steps.Where(_before.Contains))
        {
            yield return new Need(call, null, null, step, null, ImmutableHashSet<string>.Empty, []);
        }

        foreach (OrderContract order in call.Contract.Orders)
        {
            bool asks = order.Rule == OrderRule.PrecededBy || (order.Rule == OrderRule.RequiresCapability && _asked.Contains(order.Step));
            if (asks && When.Met(order.When, call.ConstantOf) == true)
            {
                yield return new Need(call, order.Step, order.Other, null, order.Law, ImmutableHashSet<string>.Empty, []) { IsCapability = order.Rule == OrderRule.RequiresCapability };
            }
        }

        if (Followed(call) is { } callee)
        {
            foreach (Need need in NeedsOf(callee))
            {
                yield return need with { Way = need.Way.Insert(0, call) };
            }
        }
    }

    /// <summary>What a body leaves to its callers.</summary>
    private IReadOnlyList<Need> NeedsOf(Body body)
    {
        if (_needs.TryGetValue(body, out IReadOnlyList<Need>? known))
        {
            return known;
        }

        _needs[body] = [];
        var needs = new List<Need>();
        BodyResult result = _scope.ResultOf(body);
        foreach (CallEvent call in result.Calls)
        {
            foreach (Need need in NeedsAt(call).Where(need => !need.IsCapability || !UnknownConditions.DecideAbout(result, call)))
            {
                foreach (PathState state in call.Before)
                {
                    bool isMet = need.Step is { } step && state.Orders.IsDone(step, null);
                    Need outer = need with { Done = need.Done.Union(state.Orders.Of(OrderFact.Done).Select(one => one.Key.Step)) };
                    if (!isMet && !needs.Exists(one => one.Call == outer.Call && one.Step == outer.Step && one.Before == outer.Before && one.Done.SetEquals(outer.Done)))
                    {
                        needs.Add(outer);
                    }
                }
            }
        }

        return _needs[body] = needs;
    }

    // The body that a call runs, unless its contract says what it does.
    private Body? Followed(CallEvent call) => call.Contract.SpeaksOfOrder ? null : _scope.Called(call.Target) is { } callee && callee != call.Body ? callee : null;

    private static BrokenOrder? Fault(BodyResult result, PathState state, Need need)
    {
        if (need.Step is { } wanted)
        {
            if (need.IsCapability)
            {
                return state.Orders.IsDone(wanted, null) ? null : new BrokenOrder(OrderFault.NotAsked, wanted, null, "", IsCertain: false);
            }

            bool done = state.Orders.IsDone(wanted, null) || need.Done.Contains(wanted);
            return !done ? new BrokenOrder(OrderFault.NotPreceded, wanted, null, "", IsCertain: false)
                : need.Since is { } since && !need.Done.Contains(wanted) && !state.Orders.IsDone(wanted, since) && state.Orders.TryGetValue(new OrderKey(OrderFact.Since, wanted, since), out int at)
                    ? new BrokenOrder(OrderFault.Stale, wanted, result.CallNumbered(at), "", IsCertain: true)
                    : null;
        }

        foreach (KeyValuePair<OrderKey, int> owed in state.Orders.Of(OrderFact.Owed))
        {
            if (owed.Key.Other == need.Before && !need.Done.Contains(owed.Key.Step) && result.CallNumbered(owed.Value) is { } asker)
            {
                return new BrokenOrder(OrderFault.TooSoon, owed.Key.Step, asker, owed.Key.Law, IsCertain: true);
            }
        }

        return null;
    }

    /// <summary>What a call asks of the paths that lead to it.</summary>
    /// <param name="Call">The call.</param>
    /// <param name="Step">The step that must have come before; null when it is not about that.</param>
    /// <param name="Since">The step after which it must come anew.</param>
    /// <param name="Before">The step that the call is, which others may not precede.</param>
    /// <param name="Law">The law.</param>
    /// <param name="Done">The steps taken on the way inside the bodies called.</param>
    /// <param name="Way">The calls that lead there from the body that is judged.</param>
    private sealed record Need(CallEvent Call, string? Step, string? Since, string? Before, string? Law, ImmutableHashSet<string> Done, ImmutableArray<CallEvent> Way)
    {
        public bool IsCapability { get; init; }
    }

    /// <summary>What is wrong on one path.</summary>
    /// <param name="Kind">How.</param>
    /// <param name="Step">The step.</param>
    /// <param name="Asker">The call that asks for it.</param>
    /// <param name="Law">The law, where the asker's contract says it.</param>
    /// <param name="IsCertain">False when only the body's callers know whether it is wrong.</param>
    private sealed record BrokenOrder(OrderFault Kind, string Step, CallEvent? Asker, string Law, bool IsCertain);
}
