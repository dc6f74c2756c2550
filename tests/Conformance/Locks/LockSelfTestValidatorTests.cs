using System.Collections.Generic;
using System.Linq;
using Xunit;

namespace IrqSafety.Conformance.Tests;

/// <summary>The lock rules themselves, fed with the events of the lock self-test. What the analyzer makes of the same rows has a score of its own.</summary>
public class LockSelfTestValidatorTests
{
    public static TheoryData<string> Groups => [.. LockSelfTestRow.All.Select(row => row.Group).Distinct()];

    [Theory]
    [MemberData(nameof(Groups))]
    public void The_validator_agrees_with_every_row_of(string group) =>
        Assert.Empty(LockSelfTestRow.All.Where(row => row.Group == group).Select(Disagreement).OfType<string>());

    [Fact]
    public void Score()
    {
        int agree = LockSelfTestRow.All.Count(row => Disagreement(row) is null);
        OracleScores.Record(new OracleScore(LockSelfTestRow.Oracle, "validator", agree, LockSelfTestRow.All.Count));
        Assert.Equal(395, agree);
    }

    [Fact]
    public void The_data_are_complete()
    {
        Assert.Equal(395, LockSelfTestRow.All.Count);
        Assert.Equal(250, LockSelfTestRow.All.Count(row => row.MustReport));
        Assert.Distinct(LockSelfTestRow.All.Select(row => row.Id));
    }

    private static string? Disagreement(LockSelfTestRow row)
    {
        IReadOnlyList<string> reports = ScriptReplay.Reports(row.Events);
        return (row.MustReport, reports.Count > 0) switch
        {
            (true, false) => $"{row.Id}: must report ({row.Title}), but is silent",
            (false, true) => $"{row.Id}: must be silent ({row.Title}), but reports {reports[0]}",
            _ => null,
        };
    }
}
