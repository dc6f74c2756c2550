using System.Collections.Generic;
using System.CommandLine;
using System.Linq;
using IrqSafety.Cli.Printing;
using IrqSafety.Rules;

namespace IrqSafety.Cli.Verbs;

/// <summary><c>explain</c>: the page of a rule, or the entry of a law with the rules that report it.</summary>
internal static class ExplainVerb
{
    private const int Suggestions = 3;

    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal, ReportOptions options)
    {
        var name = new Argument<string>("name") { Description = "A rule (IRQ0201) or a law (nmi.blocking-lock)." };
        var command = new Command("explain", "Print the page of a rule or a law.") { name };
        command.SetAction(parsed =>
        {
            ReportFormat format = options.Format(parsed, ReportFormat.Text);
            IReadOnlyList<string> page = PageOf(parsed.GetValue(name)!);
            options.Target(parsed, terminal).Write(format, to => Page.Write(page, to));
            return (int)ExitCode.Clean;
        });
        return command;
    }

    private static IReadOnlyList<string> PageOf(string name)
    {
        if (Catalogue.FindRule(name) is { } rule)
        {
            return RulePages.Of(rule);
        }

        return Catalogue.FindLaw(name) is { } law ? LawPage.Of(law) : throw Unknown(name);
    }

    private static UserErrorException Unknown(string name)
    {
        IEnumerable<string> nearest = Catalogue.Rules.Select(rule => rule.Id)
            .Concat(Catalogue.Laws.Select(law => law.Id))
            .OrderBy(known => EditDistance.Between(name, known))
            .Take(Suggestions);
        return new UserErrorException($"there is no rule or law '{name}'.", $"Did you mean {string.Join(", ", nearest)}?");
    }
}
