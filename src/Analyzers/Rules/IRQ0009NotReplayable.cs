using System.Collections.Generic;
using System.Linq;
using IrqSafety.Analyzers.Findings;
using IrqSafety.Analyzers.Flow;
using IrqSafety.Analyzers.Judging;
using IrqSafety.Rules;

namespace IrqSafety.Analyzers.Rules;

/// <summary>Something that no schedule determines, in code that a scenario runs.</summary>
internal sealed class IRQ0009NotReplayable() : ScopeRule("IRQ0009")
{
    public override IEnumerable<Finding> Check(ScopeModel model) => ReplayedCode.Find(model.Scope).Select(Describe);

    private static Finding Describe(Undetermined one)
    {
        IReadOnlyList<ReplayedBody> way = one.In.Way;
        string name = one.Static is { } member ? LockPath.DisplayOf(member) : $"'{CallEvent.NameOf(one.Target!)}'";
        Site site = one.Target is { } target
            ? Sites.Of(one.In.Body, one.Operation, target)
            : new Site(Sites.MemberOf(one.In.Body), one.Static!.GetDocumentationCommentId() ?? one.Static.Name, 0);
        return new Finding(
            LawIds.ScenarioReplayable,
            site,
            one.Operation.Syntax.GetLocation(),
            name,
            one.Why.Because,
            way.Count == 1 ? $"'{NameOf(way[0].Body)}'" : $"'{NameOf(way[0].Body)}', reached via {string.Join(" → ", way.Select(step => step.Body.Name))}",
            one.Why.Instead ?? "Leave it out")
        {
            Subjects = one.Static is null ? [] : [one.Static.GetDocumentationCommentId() ?? one.Static.Name],
            IsAboutSubjects = one.Static is not null,
            Path = [.. way.Skip(1).Select(step => $"{step.From!.Body.Name} runs {step.Body.Name}"), $"{one.In.Body.Name} {(one.Static is null ? "uses" : "writes")} {name.Trim('\'')}"],
            Locations = [.. way.Skip(1).Select(step => step.At!.GetLocation())],
        };
    }

    private static string NameOf(Body body) => body.Owner.ContainingType is { } type && type.Name != body.Name ? $"{type.Name}.{body.Name}" : body.Name;
}
