using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using System.Text.RegularExpressions;
using Xunit;

namespace IrqSafety.Rules.Tests;

public partial class CatalogueTests
{
    public static TheoryData<string> EachRule => [.. Catalogue.Rules.Select(rule => rule.Id)];

    public static TheoryData<string> EachLaw => [.. Catalogue.Laws.Select(law => law.Id)];

    [Fact]
    public void IDs_and_names_are_unique()
    {
        Assert.Distinct(Catalogue.Rules.Select(rule => rule.Id));
        Assert.Distinct(Catalogue.Rules.Select(rule => rule.Name));
        Assert.Distinct(Catalogue.Rules.Select(rule => rule.Title));
        Assert.Distinct(Catalogue.Laws.Select(law => law.Id));
    }

    [Fact]
    public void Rules_stand_in_the_order_of_their_IDs() => Assert.Equal(Catalogue.Rules.Select(rule => rule.Id).Order(StringComparer.Ordinal), Catalogue.Rules.Select(rule => rule.Id));

    [Theory]
    [MemberData(nameof(EachRule))]
    public void The_number_says_the_tier(string id)
    {
        Assert.Matches("^IRQ[0-9]{4}$", id);
        Tier expected = int.Parse(id.AsSpan(5), System.Globalization.CultureInfo.InvariantCulture) switch
        {
            >= 1 and <= 49 => Tier.Live,
            >= 50 and <= 79 => Tier.Build,
            >= 80 and <= 99 => Tier.May,
            _ => throw new ArgumentOutOfRangeException(nameof(id), id, "numbers within a family run from 01 to 99"),
        };
        Assert.Equal(expected, Catalogue.Rule(id).Tier);
    }

    // The build rule of live rule nn is nn + 50, so that one number tells both.
    [Theory]
    [MemberData(nameof(EachRule))]
    public void A_build_rule_repeats_the_law_of_its_live_rule(string id)
    {
        Rule rule = Catalogue.Rule(id);
        if (rule.Tier == Tier.Build)
        {
            Rule live = Catalogue.Rule($"IRQ{int.Parse(id.AsSpan(3), System.Globalization.CultureInfo.InvariantCulture) - 50:0000}");
            Assert.Equal(live.Law, rule.Law);
            Assert.Equal(live.Name + "Build", rule.Name);
        }
    }

    [Theory]
    [MemberData(nameof(EachRule))]
    public void A_rule_reports_a_law_of_the_catalogue(string id) => Assert.NotNull(Catalogue.FindLaw(Catalogue.Rule(id).Law));

    [Theory]
    [MemberData(nameof(EachLaw))]
    public void A_law_is_reported_by_a_rule_or_listed_as_one_that_only_a_run_shows(string id)
    {
        if (!Catalogue.RulesOf(id).Any())
        {
            Assert.Equal(Shown.Direct, Catalogue.Law(id).Shown);
            Assert.Contains($"| `{id}` | {Catalogue.Law(id).Text} |", Repository.Read("docs/rules/README.md"));
        }
    }

    [Theory]
    [MemberData(nameof(EachRule))]
    public void A_rule_has_a_fix_or_a_reason_for_having_none(string id)
    {
        Rule rule = Catalogue.Rule(id);
        Assert.True((rule.Fix is null) != (rule.NoFixBecause is null), $"{id} must have exactly one of Fix and NoFixBecause");
    }

    [Theory]
    [MemberData(nameof(EachRule))]
    public void A_title_is_one_line_and_a_message_is_sentences(string id)
    {
        Rule rule = Catalogue.Rule(id);
        Assert.DoesNotMatch(@"[.\r\n]$|\n", rule.Title);
        Assert.Contains("{0}", rule.Message);
        int[] placeholders = [.. Placeholder().Matches(rule.Message).Select(match => int.Parse(match.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture)).Distinct().Order()];
        Assert.True(placeholders.Length > 1 || id == "IRQ0001", $"{id}: a message names the operation and what is wrong with it");
        string filled = string.Format(System.Globalization.CultureInfo.InvariantCulture, rule.Message, [.. Enumerable.Repeat<object>("x", placeholders[^1] + 1)]);
        Assert.DoesNotContain("{", filled);
    }

    [Theory]
    [MemberData(nameof(EachLaw))]
    public void A_law_is_a_sentence_with_an_origin(string id)
    {
        Law law = Catalogue.Law(id);
        Assert.Matches(@"^[A-Z].*\.$", law.Text);
        Assert.Matches(@"^[A-Z].{20,}\.$", law.Origin);
        Assert.Matches("^[a-z]+(\\.[a-z-]+)+$", law.Id);
    }

    [Theory]
    [MemberData(nameof(EachLaw))]
    public void A_law_that_cannot_be_shown_has_no_evidence_and_the_reverse(string id)
    {
        Law law = Catalogue.Law(id);
        Assert.Equal(law.Shown == Shown.None, law.Strongest == Evidence.None);
    }

    [Fact]
    public void Every_law_identifier_is_in_the_catalogue()
    {
        IEnumerable<string> constants = typeof(LawIds).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (string)field.GetRawConstantValue()!);
        Assert.Equal(constants.Order(), Catalogue.Laws.Select(law => law.Id).Order());
    }

    [Fact]
    public void Look_up_ignores_case_and_an_unknown_name_is_an_error()
    {
        Assert.Equal("IRQ0201", Catalogue.Rule("irq0201").Id);
        Assert.Equal(LawIds.StopOrder, Catalogue.Law("IPI.Stop-Order").Id);
        Assert.Throws<ArgumentException>(() => Catalogue.Rule("IRQ9999"));
        Assert.Throws<ArgumentException>(() => Catalogue.Law("no.such-law"));
        Assert.Null(Catalogue.FindRule("IRQ9999"));
    }

    [GeneratedRegex(@"\{([0-9])\}")]
    private static partial Regex Placeholder();
}
