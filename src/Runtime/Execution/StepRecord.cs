using System.Collections.Generic;
using IrqSafety.Rules;

namespace IrqSafety.Runtime;

/// <summary>
/// The steps that a task, or an exception handler on its stack, has taken, and what must still follow: the orders of contracts, met while the program runs. Barriers, and what they
/// order, count only where register writes and stores take effect late; what must follow before the end of a method is left to the analyzer.
/// </summary>
internal sealed class StepRecord
{
    private readonly Dictionary<string, int> _taken = [];
    private readonly List<(OrderContract Order, Operation By)> _owed = [];
    private int _count;

    /// <summary>An operation is executed: its contract is judged by what came before, and recorded.</summary>
    public void Execute(Cpu cpu, in Step step)
    {
        bool isLate = cpu.Machine.Memory == MemoryModel.Arm;
        OperationContract contract = step.Operation.Contract;
        foreach (OrderContract order in contract.Orders)
        {
            if (order.Rule == OrderRule.PrecededBy && order.When is null && isLate && Catalogue.Law(order.Law).Needs == Reordering.LateEffect && IsMissing(order))
            {
                Breach(cpu, step, order, order.Other is null ? $"code without a {Steps.Display(order.Step)}" : $"code without a {Steps.Display(order.Step)} since its last {Steps.Display(order.Other)}", "needs one before it");
            }
        }

        foreach (string taken in contract.Steps)
        {
            foreach ((OrderContract order, Operation by) in _owed)
            {
                if (order.Other == taken && IsJudged(order, isLate))
                {
                    Breach(cpu, step, order, $"code that executed {by} and no {Steps.Display(order.Step)} after it", "needs one before it");
                    break;
                }
            }
        }

        foreach (string taken in contract.Steps)
        {
            Take(taken);
        }

        foreach (OrderContract order in contract.Orders)
        {
            if (order is { Rule: OrderRule.FollowedBy, Other: not null, When: null } && (order.Without is null || !_taken.ContainsKey(order.Without)))
            {
                _owed.Add((order, step.Operation));
            }
        }
    }

    /// <summary>A step is taken, by whatever means.</summary>
    public void Take(string step)
    {
        _taken[step] = ++_count;
        _owed.RemoveAll(one => one.Order.Step == step);
    }

    // Without a step after which it must come anew, nothing has been left behind.
    private bool IsMissing(OrderContract order) => order.Other is { } since
        ? _taken.TryGetValue(since, out int last) && (!_taken.TryGetValue(order.Step, out int at) || at < last)
        : !_taken.ContainsKey(order.Step);

    private static bool IsJudged(OrderContract order, bool isLate) => isLate || Catalogue.Law(order.Law).Needs != Reordering.LateEffect;

    private static void Breach(Cpu cpu, in Step step, OrderContract order, string where, string because) =>
        cpu.Machine.Execution.Breach(new Breach(order.Law, where, because), step);
}
