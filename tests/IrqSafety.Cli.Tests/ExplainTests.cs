using System;
using System.Linq;
using System.Threading.Tasks;
using IrqSafety.Rules;
using Xunit;

namespace IrqSafety.Cli.Tests;

public sealed class ExplainTests
{
    public static TheoryData<string> RuleIds => [.. Catalogue.Rules.Select(rule => rule.Id)];

    public static TheoryData<string> Laws => [.. Catalogue.Laws.Select(law => law.Id)];

    [Theory]
    [MemberData(nameof(RuleIds))]
    public async Task A_rule_is_explained_by_its_page(string id)
    {
        ToolRun run = await Tool.RunAsync("explain", id);

        Assert.Equal(ExitCode.Clean, run.ExitCode);
        Assert.StartsWith(id, run.Out);
        Assert.Contains("Why it matters", run.Out);
        Assert.Contains(Catalogue.Rule(id).Law, run.Out);
    }

    [Theory]
    [MemberData(nameof(Laws))]
    public async Task A_law_is_explained_with_the_rules_that_report_it(string id)
    {
        ToolRun run = await Tool.RunAsync("explain", id);

        Assert.Equal(ExitCode.Clean, run.ExitCode);
        Assert.Contains(Catalogue.Law(id).Text, run.Out);
        Assert.All(Catalogue.RulesOf(id), rule => Assert.Contains($"{rule.Id} {rule.Title}", run.Out));
    }

    [Fact]
    public async Task Case_does_not_matter()
    {
        ToolRun run = await Tool.RunAsync("explain", "irq0201");

        Assert.Equal(ExitCode.Clean, run.ExitCode);
        Assert.StartsWith("IRQ0201", run.Out);
    }

    [Theory]
    [InlineData("IRQ0202x", "IRQ0202")]
    [InlineData("nmi.blocking-lok", "nmi.blocking-lock")]
    public async Task An_unknown_name_draws_the_nearest(string name, string nearest)
    {
        ToolRun run = await Tool.RunAsync("explain", name);

        Assert.Equal(ExitCode.BadArguments, run.ExitCode);
        Assert.Empty(run.Out);
        Assert.Contains($"Did you mean {nearest}", run.Error);
    }

    [Fact]
    public async Task Marks_of_emphasis_and_code_fences_are_not_printed()
    {
        ToolRun run = await Tool.RunAsync("explain", "IRQ0201");

        Assert.DoesNotContain("```", run.Out);
        Assert.DoesNotContain("**", run.Out);
        Assert.DoesNotContain("\u001b", run.Out, System.StringComparison.Ordinal);
    }

    [Fact]
    public async Task Other_formats_than_text_are_refused_by_name()
    {
        ToolRun run = await Tool.RunAsync("explain", "IRQ0201", "--format", "json");

        Assert.Equal(ExitCode.BadArguments, run.ExitCode);
        Assert.Contains("Available: text.", run.Error);
    }
}
