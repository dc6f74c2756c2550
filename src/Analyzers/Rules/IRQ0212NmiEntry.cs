using System.Collections.Generic;
using System.Linq;
using IrqSafety.Analyzers.Findings;
using IrqSafety.Analyzers.Flow;
using IrqSafety.Analyzers.Judging;
using IrqSafety.Rules;
using Microsoft.CodeAnalysis;

namespace IrqSafety.Analyzers.Rules;

/// <summary>An NMI that is entered and not left on some path, or entered or left twice.</summary>
internal sealed class IRQ0212NmiEntry() : ScopeRule("IRQ0212")
{
    public override IEnumerable<Finding> Check(ScopeModel model)
    {
        foreach ((CallEvent call, ProtocolStep step) in LineFindings.Definite(model, LawIds.NmiEntry))
        {
            yield return LineFindings.At(call, step, LawIds.NmiEntry, call.Name, step.Row!.Problem!, "");
        }

        foreach (Body body in model.Scope.Bodies.Where(body => body.Method is { } method && !IsHalf(model, body, method)))
        {
            BodyResult result = model.Scope.ResultOf(body);
            var key = new ProtocolKey(NmiEntryProtocol.Name, "");
            bool stays = result.Exits.Any(exit => exit.Protocols.TryGetValue(key, out string? state) && state == NmiEntryProtocol.Inside);
            if (stays && result.Calls.LastOrDefault(call => call.Contract.Transitions.Any(one => one.Protocol == NmiEntryProtocol.Name && one.Event == "enter")) is { } entered)
            {
                bool onSome = result.Exits.Any(exit => !exit.Protocols.TryGetValue(key, out string? state) || state != NmiEntryProtocol.Inside);
                yield return Finding.At(entered, null, LawIds.NmiEntry, entered.Name, $"enters an NMI, and {body.Name} returns without leaving it", $"{(onSome ? " on some path" : "")}: leave it before each return") with
                {
                    Subjects = [NmiEntryProtocol.Name],
                };
            }
        }
    }

    // A wrapper says so, or is private and called, so that its caller has the other half.
    private static bool IsHalf(ScopeModel model, Body body, IMethodSymbol method) =>
        model.Scope.Contracts.Contracts.Of(method).Transitions.Any(one => one.Protocol == NmiEntryProtocol.Name)
        || ((method.DeclaredAccessibility == Accessibility.Private || body.IsNested) && model.Scope.IsCalled(body));
}
