using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using Xunit;

namespace IrqSafety.Rules.Tests;

/// <summary>Each rule has a page that says what the catalogue says, and no page is without a rule.</summary>
public partial class RulePageTests
{
    private static readonly string[] Sections =
    [
        "Cause", "Why it matters", "Violation", "Fix", "How the simulator shows it", "Assumptions and limits", "Configuration",
    ];

    public static TheoryData<string> EachRule => [.. Catalogue.Rules.Select(rule => rule.Id)];

    [Fact]
    public void There_is_a_page_for_each_rule_and_no_other()
    {
        IEnumerable<string> pages = Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs", "rules"), "*.md")
            .Select(path => Path.GetFileNameWithoutExtension(path))
            .Where(name => name != "README");
        Assert.Equal(Catalogue.Rules.Select(rule => rule.Id).Order(), pages.Order());
    }

    [Theory]
    [MemberData(nameof(EachRule))]
    public void The_header_is_the_catalogue(string id)
    {
        Rule rule = Catalogue.Rule(id);
        RulePage page = RulePage.Of(id);

        Assert.Equal($"# {id}: {rule.Title}", page.Title);
        Assert.Equal($"`{rule.Law}`", page.Header["Law"]);
        Assert.Equal(rule.Category, page.Header["Category"]);
        Assert.Equal(Tier(rule.Tier), page.Header["Tier"]);
        Assert.Equal(rule.Tier == Rules.Tier.May ? "None (off by default)" : rule.Severity.ToString(), page.Header["Default severity"]);
        Assert.Equal(rule is { Fix: { } fix } ? fix + (rule.OtherFix is { } other ? $"; {other}" : "") : $"None: {rule.NoFixBecause}", page.Header["Code fix"]);
        Assert.Equal(Catalogue.Law(rule.Law).Strongest.ToString(), page.Header["Strongest evidence"]);
    }

    [Theory]
    [MemberData(nameof(EachRule))]
    public void All_sections_are_there_in_order_and_say_something(string id)
    {
        RulePage page = RulePage.Of(id);
        Assert.Equal(Sections, page.Sections.Select(section => section.Heading));
        Assert.All(page.Sections, section => Assert.True(section.Body.Length > 40, $"{id}: '{section.Heading}' is empty"));
    }

    [Theory]
    [MemberData(nameof(EachRule))]
    public void Violation_and_fix_show_code(string id)
    {
        RulePage page = RulePage.Of(id);
        Assert.NotEmpty(page.Code("Violation"));
        Assert.NotEmpty(page.Code("Fix"));
    }

    [Theory]
    [MemberData(nameof(EachRule))]
    public void The_simulator_section_names_the_strongest_evidence(string id)
    {
        Evidence strongest = Catalogue.Law(Catalogue.Rule(id).Law).Strongest;
        string section = RulePage.Of(id)["How the simulator shows it"];
        Assert.Contains(strongest == Evidence.None ? "not-covered" : strongest.ToString(), section, System.StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [MemberData(nameof(EachRule))]
    public void The_configuration_sets_this_rule(string id) =>
        Assert.Contains($"dotnet_diagnostic.{id}.severity = ", RulePage.Of(id)["Configuration"]);

    [Theory]
    [MemberData(nameof(EachRule))]
    public void The_index_has_a_row_for_it(string id)
    {
        Rule rule = Catalogue.Rule(id);
        string row = $"| [{id}]({id}.md) | {rule.Title} | `{rule.Law}` | {rule.Tier} | {(rule.Fix is null ? "no" : "yes")} | {Catalogue.Law(rule.Law).Strongest} |";
        Assert.Contains(row, Repository.Read("docs/rules/README.md").Split('\n'));
    }

    // A law that comes from a commit is explained with that commit on the page of each rule that reports it.
    [Theory]
    [MemberData(nameof(EachRule))]
    public void A_commit_the_law_comes_from_is_on_the_page_or_on_the_page_it_refers_to(string id)
    {
        Rule rule = Catalogue.Rule(id);
        IEnumerable<string> reasons = Catalogue.RulesOf(rule.Law).Select(other => RulePage.Of(other.Id)["Why it matters"]);
        Assert.All(CommitId().Matches(Catalogue.Law(rule.Law).Origin).Select(match => match.Value), commit => Assert.Contains(reasons, reason => reason.Contains(commit)));
    }

    private static string Tier(Tier tier) => tier switch
    {
        Rules.Tier.Live => "Live (while typing)",
        Rules.Tier.Build => "Build (whole project)",
        _ => "May (possible, not certain)",
    };

    [GeneratedRegex(@"\b[0-9a-f]{12}\b")]
    private static partial Regex CommitId();
}
