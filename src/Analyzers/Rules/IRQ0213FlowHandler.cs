using System.Collections.Generic;
using System.Linq;
using IrqSafety.Analyzers.Findings;
using IrqSafety.Analyzers.Judging;
using IrqSafety.Rules;

namespace IrqSafety.Analyzers.Rules;

/// <summary>A line is given the flow handler of another kind of line than it is, or than it is requested as.</summary>
internal sealed class IRQ0213FlowHandler() : ScopeRule("IRQ0213")
{
    public override IEnumerable<Finding> Check(ScopeModel model) => FlowHandlers.Find(model.Scope).Select(unfit =>
        Finding.At(unfit.Call, null, LawIds.FlowHandler, unfit.Call.Name, unfit.Display, unfit.Request is { } request ? $", which '{request.Name}' requests in {request.Body.Name}" : "", unfit.Problem) with
        {
            Subjects = [FlowHandlerProtocol.Name, unfit.Display],
            Ends = unfit.Request is { } end ? [end] : [],
            ForFix = unfit.Fitting is { } fitting ? new Dictionary<string, string?> { [FixProperties.Protocol] = FlowHandlerProtocol.Name, [FixProperties.Event] = fitting } : [],
        });
}
