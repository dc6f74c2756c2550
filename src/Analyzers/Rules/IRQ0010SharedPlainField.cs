using System.Collections.Generic;
using System.Linq;
using IrqSafety.Analyzers.Findings;
using IrqSafety.Analyzers.Flow;
using IrqSafety.Analyzers.Judging;
using IrqSafety.Contracts;
using IrqSafety.Rules;
using Microsoft.CodeAnalysis;

namespace IrqSafety.Analyzers.Rules;

/// <summary>A plain field that a handler and the code it can interrupt touch, with nothing that orders the two.</summary>
internal sealed class IRQ0010SharedPlainField() : ScopeRule("IRQ0010")
{
    public override IEnumerable<Finding> Check(ScopeModel model) => model.SharedFields.Select(Describe);

    private static Finding Describe(SharedField shared)
    {
        DataEvent handler = shared.Handler.Access;
        DataEvent other = shared.Other.Access;
        string id = shared.Field.GetDocumentationCommentId() ?? shared.Field.Name;
        Location location = shared.Field.Locations.FirstOrDefault(one => one.IsInSource) ?? handler.Operation.Syntax.GetLocation();
        return new Finding(
            LawIds.DataContexts,
            new Site(id, id, 0),
            location,
            LockPath.DisplayOf(shared.Field),
            $"'{handler.Body.Name}' {Verb(handler)} it in {shared.Handler.Situation.Contexts.Describe()}",
            $"'{other.Body.Name}' {Verb(other)} it in {shared.Other.Situation.Contexts.Describe()}")
        {
            Path = [.. shared.Handler.Visit.Reach.Lines, $"{handler.Body.Name} {Verb(handler)} {handler.Display}", .. shared.Other.Visit.Reach.Lines, $"{other.Body.Name} {Verb(other)} {other.Display}"],
            Locations = [handler.Operation.Syntax.GetLocation(), other.Operation.Syntax.GetLocation()],
        };
    }

    private static string Verb(DataEvent access) => access.Writes ? "writes" : "reads";
}
