using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using IrqSafety.Analyzers.Contracts;
using IrqSafety.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace IrqSafety.Analyzers.Flow;

/// <content>The order of steps.</content>
internal sealed partial class Transfer
{
    private void ApplyOrders(CallSite site)
    {
        if (!site.Contract.SpeaksOfOrder && _state.Orders.IsEmpty)
        {
            return;
        }

        PathMap<OrderKey, int> orders = WithoutFresh(_state.Orders);
        OperationContract contract = site.Contract;
        for (int i = 0; i < contract.Steps.Count; i++)
        {
            string step = contract.Steps[i];
            orders = orders.Take(step, site.Number);
            foreach (KeyValuePair<OrderKey, int> one in _state.Orders)
            {
                if (one.Key.Fact == OrderFact.Fresh && one.Key.Step == step)
                {
                    orders = orders.SetItem(one.Key with { Fact = OrderFact.Superfluous }, site.Number);
                }
            }
        }

        for (int i = 0; i < contract.Orders.Count; i++)
        {
            OrderContract order = contract.Orders[i];
            if (order.When is not null && When.Met(order.When, site.ConstantOf) != true)
            {
                continue;
            }

            switch (order.Rule)
            {
                case OrderRule.FollowedBy when order.Without is null || !orders.IsDone(order.Without, null):
                    orders = orders.SetItem(new OrderKey(OrderFact.Owed, order.Step, order.Other ?? "", order.Law), site.Number);
                    break;
                case OrderRule.NotBefore when !orders.IsDone(order.Step, null) && (order.Other is null || !orders.IsDone(order.Other, null)):
                    orders = orders.SetItem(new OrderKey(OrderFact.Early, order.Step, order.Without ?? "", order.Law), site.Number);
                    break;
                case OrderRule.SelfSynchronising:
                    orders = orders.SetItem(new OrderKey(OrderFact.Fresh, order.Step, order.Other ?? ""), site.Number);
                    break;
            }
        }

        _state = _state.WithOrders(orders);
    }

    /// <summary>What a body of the scope did, its caller did by calling it.</summary>
    private void ApplyOrders(BodySummary summary, int call)
    {
        if (summary.Orders.IsEmpty)
        {
            return;
        }

        PathMap<OrderKey, int> orders = summary.Orders.Of(OrderFact.Done).Aggregate(_state.Orders, (all, one) => all.Take(one.Key.Step, call));
        foreach (KeyValuePair<OrderKey, int> one in summary.Orders.Where(one => one.Key.Fact is OrderFact.Owed or OrderFact.Early))
        {
            orders = orders.SetItem(one.Key, call);
        }

        _state = _state.WithOrders(orders);
    }

    // Something else is executed: nothing is directly after what came before. A method of the program that is not seen here may wrap a barrier.
    private void PassOrders(IMethodSymbol called)
    {
        if (_scope.AsksForOrders && SymbolEqualityComparer.Default.Equals(called.ContainingAssembly, _scope.Contracts.Compilation.Assembly) && called.MethodKind is not (MethodKind.DelegateInvoke or MethodKind.PropertyGet))
        {
            _state = _state.WithOrders(_state.Orders.TakeAny());
        }
        else
        {
            _state = _state.WithOrders(WithoutFresh(_state.Orders));
        }
    }

    private static PathMap<OrderKey, int> WithoutFresh(PathMap<OrderKey, int> orders) => orders.IsEmpty ? orders : orders.RemoveAll(one => one.Key.Fact == OrderFact.Fresh);

    // Where it is true, the machine has the capability.
    private void AskCapability(OperationContract contract, Value? answer)
    {
        if (contract.Capability is { } capability && answer is not null)
        {
            _choices.Add(Having(capability, answer));
        }
    }

    private static ImmutableArray<Func<PathState, PathState?>> Having(string capability, Value answer) =>
    [
        state => state.Assume(answer, truth: true) is { } has ? has.WithOrders(has.Orders.Take(capability, Orders.AtEntry)) : null,
        state => state.Assume(answer, truth: false),
    ];
}
