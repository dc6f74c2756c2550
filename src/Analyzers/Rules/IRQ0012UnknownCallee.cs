using System.Collections.Generic;
using System.Linq;
using IrqSafety.Analyzers.Contracts;
using IrqSafety.Analyzers.Findings;
using IrqSafety.Analyzers.Flow;
using IrqSafety.Analyzers.Judging;
using IrqSafety.Contracts;
using IrqSafety.Rules;
using Microsoft.CodeAnalysis;
using Scope = IrqSafety.Analyzers.Flow.Scope;

namespace IrqSafety.Analyzers.Rules;

/// <summary>A call of something of which nothing is known, in a context that may interrupt a softirq. Only where the option asks for it.</summary>
internal sealed class IRQ0012UnknownCallee() : ScopeRule("IRQ0012")
{
    public override IEnumerable<Finding> Check(ScopeModel model)
    {
        Scope scope = model.Scope;
        if (!scope.Bodies.Any(IsAsked))
        {
            yield break;
        }

        var reported = new HashSet<OperationPlace>();
        foreach (Reach reach in model.Reaches)
        {
            Context where = reach.Situation.Contexts.Each().Where(context => PreemptionMatrix.MayPreempt(context, Context.SoftIrq, Mask.None)).Aggregate(Context.None, (all, one) => all | one);
            if (where == Context.None || !IsAsked(reach.Body))
            {
                continue;
            }

            foreach (UnknownCall call in scope.UnknownCalls(reach.Body).Where(call => reported.Add(call.Operation)))
            {
                yield return new Finding(
                    LawIds.ContractUnknownCallee,
                    Sites.Of(reach.Body, call.Operation, call.Target),
                    call.Operation.Syntax.GetLocation(),
                    CallEvent.NameOf(call.Target),
                    where.Describe(),
                    reach.Suffix)
                {
                    Path = [.. reach.Lines, $"{reach.Body.Name} calls {CallEvent.NameOf(call.Target)}"],
                    Locations = [.. reach.Locations],
                };
            }
        }

        bool IsAsked(Body body) => scope.Contracts.Options.Of(body.Syntax.SyntaxTree).UnknownCallees == UnknownCalleesOption.Warn;
    }
}
