using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Text.Json;
using System.Threading;
using Xunit;

namespace IrqSafety.Conformance.Tests;

/// <summary>How far one reader of the rules agrees with one oracle.</summary>
/// <param name="Oracle">The oracle.</param>
/// <param name="Mode">The reader, for example <c>validator</c> or <c>static</c>.</param>
/// <param name="Agree">Verdicts equal.</param>
/// <param name="Total">Verdicts in the oracle.</param>
public sealed record OracleScore(string Oracle, string Mode, int Agree, int Total)
{
    public override string ToString() => $"{Oracle} {Mode}: {Agree} of {Total}";
}

/// <summary>The scores, in <c>artifacts/oracle-scores.json</c> at the root of the repository.</summary>
internal static class OracleScores
{
    private static readonly JsonSerializerOptions Format = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase, WriteIndented = true };

    public static string RepositoryRoot { get; } = typeof(OracleScores).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(metadata => metadata.Key == nameof(RepositoryRoot)).Value!;

    public static string DefaultPath { get; } = Path.Combine(RepositoryRoot, "artifacts", "oracle-scores.json");

    /// <summary>Prints the score and puts it in the place of an older one of the same oracle and mode.</summary>
    public static void Record(OracleScore score)
    {
        TestContext.Current.SendDiagnosticMessage("{0}", score);
        Merge(DefaultPath, score);
    }

    public static void Merge(string path, OracleScore score)
    {
        _ = Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using FileStream file = OpenAlone(path);
        IReadOnlyList<OracleScore> known = file.Length == 0 ? [] : JsonSerializer.Deserialize<OracleScore[]>(file, Format)!;
        OracleScore[] merged =
        [
            .. known.Where(other => (other.Oracle, other.Mode) != (score.Oracle, score.Mode)).Append(score)
                .OrderBy(each => each.Oracle, StringComparer.Ordinal).ThenBy(each => each.Mode, StringComparer.Ordinal),
        ];
        file.SetLength(0);
        JsonSerializer.Serialize(file, merged, Format);
    }

    // Test projects run side by side, each in its own process.
    private static FileStream OpenAlone(string path)
    {
        for (int attempt = 0; ; attempt++)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (attempt < 100)
            {
                Thread.Sleep(20);
            }
        }
    }
}
