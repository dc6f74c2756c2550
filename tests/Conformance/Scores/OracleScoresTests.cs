using System;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using Xunit;

namespace IrqSafety.Conformance.Tests;

public sealed class OracleScoresTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("oracle-scores").FullName;

    [Fact]
    public void A_new_score_replaces_the_old_one_of_its_mode_and_leaves_the_others()
    {
        string path = Path.Combine(_directory, "sub", "scores.json");
        OracleScores.Merge(path, new OracleScore("one", "static", 1, 3));
        OracleScores.Merge(path, new OracleScore("one", "dynamic", 2, 3));
        OracleScores.Merge(path, new OracleScore("one", "static", 3, 3));

        using var json = JsonDocument.Parse(File.ReadAllText(path));
        Assert.Equal(
            ["one dynamic 2 3", "one static 3 3"],
            json.RootElement.EnumerateArray().Select(score => string.Join(' ', score.EnumerateObject().Select(field => field.Value.ToString()))));
        Assert.Equal(["oracle", "mode", "agree", "total"], json.RootElement[0].EnumerateObject().Select(field => field.Name));
    }

    [Fact]
    public void Scores_written_at_the_same_time_are_all_kept()
    {
        string path = Path.Combine(_directory, "scores.json");
        Parallel.For(0, 8, i => OracleScores.Merge(path, new OracleScore("one", $"mode {i}", i, 8)));
        using var json = JsonDocument.Parse(File.ReadAllText(path));
        Assert.Equal(8, json.RootElement.GetArrayLength());
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);
}
