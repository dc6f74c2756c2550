using System;
using System.Linq;
using Xunit;

namespace IrqSafety.Conformance.Tests;

/// <summary>Every row of the mask table, executed on the model.</summary>
public class PmrStateTests
{
    public static TheoryData<string> Rows => [.. PmrStateRow.All.Select(row => row.Id)];

    [Theory]
    [MemberData(nameof(Rows))]
    public void The_model_and_the_row_agree(string id)
    {
        Assert.Null(Disagreement(PmrStateRow.All.Single(row => row.Id == id)));
    }

    [Fact]
    public void Score()
    {
        (PmrStateRow Row, string Why)[] disagreements =
            [.. PmrStateRow.All.Select(row => (Row: row, Why: Disagreement(row))).Where(each => each.Why is not null).Select(each => (each.Row, each.Why!))];
        foreach ((PmrStateRow row, string why) in disagreements)
        {
            TestContext.Current.SendDiagnosticMessage("{0}: {1}", row, why);
        }

        OracleScores.Record(new OracleScore(PmrStateRow.Oracle, "dynamic", PmrStateRow.All.Count - disagreements.Length, PmrStateRow.All.Count));
        Assert.Empty(disagreements);
    }

    [Fact]
    public void The_data_are_complete()
    {
        Assert.Equal(136, PmrStateRow.All.Count);
        Assert.Distinct(PmrStateRow.All.Select(row => row.Id));
    }

    private static string? Disagreement(PmrStateRow row)
    {
        try
        {
            return PmrRowRunner.Run(row).DisagreementWith(row);
        }
        catch (NotSupportedException missing)
        {
            return missing.Message;
        }
    }
}
