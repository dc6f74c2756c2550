using System.Collections.Generic;
using System.Linq;
using IrqSafety.Cli.Verdicts;
using IrqSafety.Rules;

namespace IrqSafety.Cli.Printing;

/// <summary>The page of a law, made from its entry in the catalogue.</summary>
internal static class LawPage
{
    /// <summary>Its lines, in Markdown.</summary>
    public static IReadOnlyList<string> Of(Law law)
    {
        var lines = new List<string> { $"# {law.Id}", "", law.Text, "", $"Comes from: {law.Origin}", "", $"At run time: {ShownAs(law)}", "" };
        lines.Add("## Reported by");
        lines.Add("");
        lines.AddRange(Catalogue.RulesOf(law.Id).Select(rule => $"- **{rule.Id}** {rule.Title} ({Moment(rule.Tier)})"));
        return lines;
    }

    private static string ShownAs(Law law) => law.Shown switch
    {
        Shown.None => "it cannot be shown by running.",
        Shown.ThroughOperation => $"it shows through the model operation the code leads to; strongest evidence: {law.Strongest.Name()}.",
        _ => $"it is checked itself; strongest evidence: {law.Strongest.Name()}.",
    };

    private static string Moment(Tier tier) => tier switch
    {
        Tier.Live => "while typing",
        Tier.Build => "in the build",
        _ => "possible, off by default",
    };
}
