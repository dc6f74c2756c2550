using System.Collections.Generic;
using System.Linq;
using IrqSafety.Analyzers.Findings;
using IrqSafety.Analyzers.Judging;
using IrqSafety.Rules;

namespace IrqSafety.Analyzers.Rules;

/// <summary>A lock waited for after the other CPUs were stopped by NMI: one of them may hold it.</summary>
internal sealed class IRQ0214StoppedCpu() : ScopeRule("IRQ0214")
{
    public override IEnumerable<Finding> Check(ScopeModel model) => AfterStop.Find(model).Select(Describe);

    private static Finding Describe(WaitAfterStop wait) => Finding.At(
        wait.Call,
        null,
        LawIds.StoppedCpu,
        wait.Call.Name,
        wait.Lock,
        wait.Way.Length < 2 ? "" : ", reached via " + string.Join(" → ", wait.Way.Select(body => body.Name)) + ",",
        wait.Stop.Name) with
    {
        Path = [$"{wait.Stop.Body.Name} calls {wait.Stop.Name}", .. wait.Way.Skip(1).Select(body => body.Name), $"{wait.Call.Body.Name} calls {wait.Call.Name}"],
        Locations = [wait.Stop.Operation.Syntax.GetLocation()],
    };
}
