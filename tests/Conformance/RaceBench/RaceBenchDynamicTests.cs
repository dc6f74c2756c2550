using System.Collections.Generic;
using System.Linq;
using IrqSafety.Simulator;
using Xunit;

namespace IrqSafety.Conformance.Tests.RaceBench;

/// <summary>The benchmark of interrupt races: the triples of accesses that executions show, over the whole space of each program.</summary>
public class RaceBenchDynamicTests
{
    private const string Contract =
        "contract: one CPU, one task, nested interrupts by rising number, spontaneous and unlatched; one arrival for each source; atomic start; points before every access and mask call, inside compound updates and at the end; last-writer triples; loops of 3";

    public static TheoryData<string> Programs => [.. RaceBenchRun.Programs];

    [Fact]
    public void Every_row_has_a_program()
    {
        Assert.Equal(18, RaceBenchRow.All.Count(row => row.IsBug));
        Assert.Equal(22, RaceBenchRow.All.Count(row => !row.IsBug));
        Assert.Equal(RaceBenchRun.Programs, RaceBenchRow.All.Select(row => row.Program).Distinct());
        Assert.All(RaceBenchRow.All, row => Assert.Equal(row.IsBug, row.Realised[RaceContract.Stated]));
    }

    [Fact]
    public void Score()
    {
        var disagreements = new List<string>();
        foreach (string program in RaceBenchRun.Programs)
        {
            var run = RaceBenchRun.Of(program, RaceContract.Stated);
            TestContext.Current.SendDiagnosticMessage("{0}: {1} executions", program, run.Explored!.Executions);
            disagreements.AddRange(Disagreements(program, RaceContract.Stated, run));
        }

        TestContext.Current.SendDiagnosticMessage("{0}", Contract);
        OracleScores.Record(new OracleScore("racebench", "dynamic", RaceBenchRow.All.Count - disagreements.Count, RaceBenchRow.All.Count));
        Assert.Empty(disagreements);
    }

    [Theory]
    [MemberData(nameof(Programs))]
    public void An_open_start_realises_what_the_data_says(string program) =>
        Assert.Empty(Disagreements(program, RaceContract.OpenStart, RaceBenchRun.Of(program, RaceContract.OpenStart)));

    [Theory]
    [MemberData(nameof(Programs))]
    public void Two_arrivals_realise_what_the_data_says(string program) =>
        Assert.Empty(Disagreements(program, RaceContract.TwoArrivals, RaceBenchRun.Of(program, RaceContract.TwoArrivals)));

    [Theory]
    [MemberData(nameof(Programs))]
    public void Counting_any_interrupting_access_realises_what_the_data_says(string program) =>
        Assert.Empty(Disagreements(program, RaceContract.AnyBetween, RaceBenchRun.Of(program, RaceContract.AnyBetween)));

    [Theory]
    [MemberData(nameof(Programs))]
    public void Reductions_lose_no_row_and_add_none(string program) =>
        Assert.Empty(Disagreements(program, RaceContract.Stated, RaceBenchRun.Of(program, RaceContract.Stated, reduced: true)));

    private static IEnumerable<string> Disagreements(string program, RaceContract contract, RaceBenchRun run) =>
        from row in RaceBenchRow.All
        where row.Program == program && run.Triples.Contains(row.Triple) != row.Realised[contract]
        select $"{row.Id}: {row.Triple} {(row.Realised[contract] ? "is not realised" : "is realised")}";
}
