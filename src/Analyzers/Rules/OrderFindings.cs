using System.Collections.Generic;
using System.Linq;
using IrqSafety.Analyzers.Findings;
using IrqSafety.Analyzers.Flow;
using IrqSafety.Analyzers.Judging;
using IrqSafety.Rules;

namespace IrqSafety.Analyzers.Rules;

/// <summary>Findings about the order of steps.</summary>
internal static class OrderFindings
{
    /// <summary>A finding at the guilty call.</summary>
    public static Finding At(OrderBreach breach, params object[] arguments) =>
        Finding.At(breach.Call, null, breach.Law, arguments) with
        {
            Subjects = [breach.Step],
            Path = [.. breach.Way.Select(call => $"{call.Body.Name} calls {call.Name}"), $"{breach.Call.Body.Name} calls {breach.Call.Name}"],
            Locations = [.. breach.Way.Append(breach.Other).OfType<CallEvent>().Select(call => call.Operation.Syntax.GetLocation())],
            ForFix = new Dictionary<string, string?>
            {
                [FixProperties.Step] = breach.Step,
                [FixProperties.Side] = breach.Fault switch
                {
                    OrderFault.TooSoon or OrderFault.NotPreceded or OrderFault.Stale => FixProperties.Before,
                    OrderFault.NotFollowed => FixProperties.After,
                    _ => null,
                },
            },
        };

    /// <summary>The calls on the way to the guilty one, as the end of a sentence.</summary>
    public static string Via(OrderBreach breach) => breach.Way.IsEmpty ? "" : $", reached via {string.Join(" → ", breach.Way.Select(call => call.Name))}";

    /// <summary>The missing step with its article.</summary>
    public static string Missing(OrderBreach breach) => breach.Step is Steps.Isb ? "an ISB" : $"a {Steps.Display(breach.Step)}";

    /// <summary>In relation to what the step is missing.</summary>
    public static string Relation(OrderBreach breach) => breach.Fault switch
    {
        OrderFault.Stale => $"after '{breach.Other!.Name}'",
        OrderFault.TooSoon => $"after '{breach.Other!.Name}'",
        OrderFault.NotPreceded => "before it",
        _ => "after it",
    };
}
