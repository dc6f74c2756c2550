using System;
using System.IO;
using System.Linq;
using IrqSafety.Rules;
using Xunit;

namespace IrqSafety.Conformance.Tests.History;

/// <summary><c>docs/real-bugs.md</c> lists the corpus as it is.</summary>
public class RealBugPageTests
{
    [Fact]
    public void The_page_has_a_row_for_each_entry()
    {
        string[] rows = [.. File.ReadLines(Path.Combine(OracleScores.RepositoryRoot, "docs", "real-bugs.md")).Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Skip(1)];
        Assert.Equal(string.Join('\n', RealBugEntry.All.Select(Row)), string.Join('\n', rows));
    }

    private static string Row(RealBugEntry entry)
    {
        RealBug? bug = entry.Pair.Length > 0 ? RealBug.Of(entry.Pair) : null;
        string rule = bug?.Rule is null ? "–" : $"[{bug.Rule}](rules/{bug.Rule}.md)";
        string test = bug is null ? entry.Missing : $"`{bug.Name}`";
        string shown = bug?.Evidence switch
        {
            Evidence.Harm => "harm",
            Evidence.Breach => "breach",
            _ => "–",
        };
        return $"| {entry.Id} | {entry.Commit}: {entry.Subject} | {entry.Wrong} | {rule} | {test} | {shown} |";
    }
}
