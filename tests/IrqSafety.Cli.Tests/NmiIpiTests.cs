using System.IO;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using IrqSafety.Rules;
using Xunit;

namespace IrqSafety.Cli.Tests;

/// <summary>The whole chain on the debug IPI: real build, real analyzers, real simulator.</summary>
[Collection(Builds.Name)]
[Trait("Speed", "Slow")]
public sealed class NmiIpiTests(NmiIpiSample sample) : IClassFixture<NmiIpiSample>
{
    [Fact]
    public void Every_finding_in_the_buggy_sample_is_confirmed()
    {
        Assert.Equal("", sample.Buggy.Error);
        Assert.Equal(ExitCode.Found, sample.Buggy.ExitCode);
        JsonArray findings = sample.BuggyReport["findings"]!.AsArray();
        Assert.True(findings.Count >= 7, $"only {findings.Count} findings");
        Assert.All(findings, finding => Assert.Equal("confirmed", (string?)finding!["verdict"]));
    }

    [Fact]
    public void The_findings_are_those_the_sample_lists()
    {
        string[] expected =
        [
            .. File.ReadLines(Path.Combine(Repository.Root, "samples/NmiIpi/Buggy/expected-findings.txt"))
                .Where(line => line.Length > 0 && !line.StartsWith('#')),
        ];

        string[] found =
        [
            .. sample.BuggyReport["findings"]!.AsArray()
                .Select(finding => $"{finding!["rule"]} {Path.GetRelativePath("samples/NmiIpi/Buggy", (string)finding["file"]!)}:{finding["line"]}")
                .Distinct()
                .Order(System.StringComparer.Ordinal),
        ];

        Assert.Equal(expected.Order(System.StringComparer.Ordinal), found);
    }

    [Theory]
    [InlineData(LawIds.NmiBlockingLock)]
    [InlineData(LawIds.StopOrder)]
    [InlineData(LawIds.NmiUnsafeCall)]
    public void Console_lock_nmi_first_stop_and_wake_up_do_harm(string law)
    {
        Assert.Contains(sample.BuggyReport["findings"]!.AsArray(), finding => (string?)finding!["law"] == law && (string?)finding["evidence"] == "harm");
    }

    [Fact]
    public void What_a_run_shows_of_the_buggy_sample_is_what_was_found()
    {
        Assert.All(sample.BuggyReport["violations"]!.AsArray(), violation => Assert.True((bool)violation!["predicted"]!, (string?)violation["message"]));
    }

    [Fact]
    public void Findings_that_need_a_path_show_it()
    {
        Assert.Contains(sample.BuggyReport["findings"]!.AsArray(), finding => finding!["path"]!.AsArray().Count >= 3);
    }

    [Fact]
    public void The_fixed_sample_is_clean_in_an_exhaustive_search()
    {
        Assert.Equal("", sample.Fixed.Error);
        Assert.Equal(ExitCode.Clean, sample.Fixed.ExitCode);
        Assert.Empty(sample.FixedReport["findings"]!.AsArray());
        Assert.Empty(sample.FixedReport["violations"]!.AsArray());
        Assert.NotEmpty(sample.FixedReport["exploration"]!.AsArray());
        Assert.All(sample.FixedReport["exploration"]!.AsArray(), run => Assert.True((bool)run!["exhaustive"]!));
    }

    [Fact]
    public async Task A_replay_reproduces_the_failure_and_is_refused_after_an_edit()
    {
        Assert.NotEmpty(sample.Replays);
        string file = sample.Replays[0];

        ToolRun asRecorded = await sample.RunAsync("replay", file);

        Assert.Equal("", asRecorded.Error);
        Assert.Equal(ExitCode.Clean, asRecorded.ExitCode);
        Assert.Contains("reproduced: ", asRecorded.Out);

        const string Source = "samples/NmiIpi/Buggy/NmiBacktrace.cs";
        string before = sample.Read(Source);
        sample.Write(Source, before + "\npublic static class Edit\n{\n    public static int Answer() => 42;\n}\n");
        try
        {
            ToolRun edited = await sample.RunAsync("replay", file);

            Assert.Equal(ExitCode.ProgramChanged, edited.ExitCode);
            Assert.StartsWith("program-changed: ", edited.Out);
        }
        finally
        {
            sample.Write(Source, before);
        }
    }
}
