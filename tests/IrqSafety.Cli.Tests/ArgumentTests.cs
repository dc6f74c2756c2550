using System.Threading.Tasks;
using Xunit;

namespace IrqSafety.Cli.Tests;

public sealed class ArgumentTests
{
    [Theory]
    [InlineData()]
    [InlineData("chekc", "x")]
    [InlineData("check")]
    [InlineData("check", ".", "--bogus")]
    [InlineData("simulate", ".", "--strategy", "luck")]
    [InlineData("simulate", ".", "--memory", "tso")]
    [InlineData("simulate", ".", "--seed", "many")]
    [InlineData("simulate", ".", "--time", "0")]
    [InlineData("simulate", ".", "--bound", "-1")]
    [InlineData("verify", ".", "--workers", "0")]
    [InlineData("verify", ".", "--profiles", "some")]
    [InlineData("verify", ".", "--profiles", "all", "--profile", "gicv3-pnmi")]
    [InlineData("verify", ".", "--inject", "sometimes")]
    [InlineData("replay")]
    [InlineData("explain")]
    public async Task Bad_arguments_are_refused_with_a_message(params string[] args)
    {
        ToolRun run = await Tool.RunAsync(args);

        Assert.Equal(ExitCode.BadArguments, run.ExitCode);
        Assert.Empty(run.Out);
        Assert.StartsWith("irqsafety: ", run.Error);
    }

    [Theory]
    [InlineData("check", "html", "text, json, sarif")]
    [InlineData("simulate", "pdf", "text, json, sarif, html, trace, junit, trx")]
    [InlineData("verify", "xml", "text, json, sarif, html, trace, junit, trx")]
    [InlineData("replay", "junit", "text, json, sarif, html, trace")]
    public async Task A_format_the_verb_does_not_have_is_refused_by_naming_those_it_has(string verb, string format, string available)
    {
        ToolRun run = await Tool.RunAsync(verb, ".", "--format", format);

        Assert.Equal(ExitCode.BadArguments, run.ExitCode);
        Assert.Contains($"Available: {available}.", run.Error);
    }

    [Theory]
    [InlineData("simulate", "trace")]
    [InlineData("verify", "trace")]
    [InlineData("verify", "html")]
    public async Task A_format_that_shows_one_schedule_needs_a_folder_where_there_may_be_several(string verb, string format)
    {
        ToolRun run = await Tool.RunAsync(verb, ".", "--format", format, "--output", "all.out");

        Assert.Equal(ExitCode.BadArguments, run.ExitCode);
        Assert.Contains("a file for each violation", run.Error);
        Assert.Contains("--output DIR/", run.Error);
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("verify", "--help")]
    [InlineData("--version")]
    public async Task Help_and_version_are_no_errors(params string[] args)
    {
        ToolRun run = await Tool.RunAsync(args);

        Assert.Equal(ExitCode.Clean, run.ExitCode);
        Assert.NotEmpty(run.Out);
    }

    [Theory]
    [InlineData("check")]
    [InlineData("simulate")]
    [InlineData("verify")]
    [InlineData("replay")]
    public async Task A_missing_path_is_named(string verb)
    {
        ToolRun run = await Tool.RunAsync(verb, "/nowhere/at-all.csproj");

        Assert.Equal(ExitCode.BadArguments, run.ExitCode);
        Assert.Contains("'/nowhere/at-all.csproj' does not exist", run.Error);
    }
}
