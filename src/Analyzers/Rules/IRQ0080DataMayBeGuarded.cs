using System.Collections.Generic;
using System.Linq;
using IrqSafety.Analyzers.Findings;
using IrqSafety.Analyzers.Flow;
using IrqSafety.Analyzers.Judging;
using IrqSafety.Rules;

namespace IrqSafety.Analyzers.Rules;

/// <summary>Data that is touched under one lock wherever it is touched, and does not say so.</summary>
internal sealed class IRQ0080DataMayBeGuarded() : ScopeRule("IRQ0080")
{
    public override IEnumerable<Finding> Check(ScopeModel model) => model.UndeclaredGuards.Select(Describe);

    private static Finding Describe(UndeclaredGuard guard)
    {
        string id = guard.Field.GetDocumentationCommentId() ?? guard.Field.Name;
        return new Finding(
            LawIds.DataGuardDeclared,
            new Site(id, id, 0),
            guard.Field.Locations[0],
            LockPath.DisplayOf(guard.Field),
            guard.Lock.Display,
            guard.Places.Count,
            guard.Expression)
        {
            Subjects = [guard.Lock.Class?.Name ?? ""],
            Path = [.. guard.Places.Select(place => $"{place.Body.Name} {(place.Writes ? "writes" : "reads")} {place.Display} with {guard.Lock.Display} held")],
            Locations = [.. guard.Places.Select(place => place.Operation.Syntax.GetLocation())],
            ForFix = new Dictionary<string, string?> { [FixProperties.Lock] = guard.Expression },
        };
    }
}
