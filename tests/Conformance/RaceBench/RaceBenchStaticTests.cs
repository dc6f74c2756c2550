using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using System.Threading.Tasks;
using IrqSafety.Simulator;
using IrqSafety.Testing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Xunit;

namespace IrqSafety.Conformance.Tests.RaceBench;

/// <summary>The same programs before the analyzers, which run nothing.</summary>
/// <remarks>
/// A triple counts as reported when a race diagnostic points, with its own place and the places it adds, at the interrupting access and at one of the
/// victim's two. The programs hold no lock and declare no guard: rules about guarded data have nothing to say about them, which is right for traps.
/// </remarks>
public class RaceBenchStaticTests
{
    // The rules about data of two contexts, with their build twins.
    private static readonly string[] s_race = ["IRQ0010", "IRQ0060", "IRQ0111", "IRQ0161", "IRQ0112", "IRQ0162"];

    private static readonly string s_folder = Path.Combine(OracleScores.RepositoryRoot, "tests", "Conformance", "RaceBench");

    [Fact]
    public async Task Score()
    {
        int agree = 0;
        var falseAlarms = new List<string>();
        foreach (string program in RaceBenchRun.Programs)
        {
            IReadOnlyList<HashSet<int>> reports = await Reports(program);
            foreach (RaceBenchRow row in RaceBenchRow.All.Where(row => row.Program == program))
            {
                bool reported = reports.Any(lines => lines.Contains(LineOf(row.Triple.Between)) && (lines.Contains(LineOf(row.Triple.First)) || lines.Contains(LineOf(row.Triple.Second))));
                agree += reported == row.IsBug ? 1 : 0;
                if (reported && !row.IsBug)
                {
                    falseAlarms.Add(row.Id);
                }
            }
        }

        OracleScores.Record(new OracleScore("racebench", "static", agree, RaceBenchRow.All.Count));
        Assert.Empty(falseAlarms);
        Assert.InRange(agree, RaceBenchRow.All.Count(row => !row.IsBug), RaceBenchRow.All.Count);
    }

    // For each race diagnostic, the published lines it points at.
    private static async Task<IReadOnlyList<HashSet<int>>> Reports(string program)
    {
        string[] files = [Path.Combine(s_folder, "RaceProgram.cs"), Path.Combine(s_folder, "Programs", $"Race{program}.cs")];
        CSharpCompilation compilation = TestCompilation.Of(files.Select(File.ReadAllText))
            .AddReferences(MetadataReference.CreateFromFile(typeof(MachineBuilder).Assembly.Location));
        TestCompilation.MustCompile(compilation);
        IReadOnlyList<Diagnostic> found = await AnalyzerVerifier.Analyze(compilation, TestContext.Current.CancellationToken);
        return
        [
            .. found.Where(diagnostic => s_race.Contains(diagnostic.Id))
                .Select(diagnostic => diagnostic.AdditionalLocations.Append(diagnostic.Location).Select(PublishedLine).OfType<int>().ToHashSet()),
        ];
    }

    // The label that stands before the access: on its line, or on one above.
    private static int? PublishedLine(Location location)
    {
        if (location.SourceTree is not { } tree)
        {
            return null;
        }

        string before = tree.GetText().ToString(new Microsoft.CodeAnalysis.Text.TextSpan(0, location.SourceSpan.End));
        return Regex.Matches(before, @"At\((\d+)\)").LastOrDefault() is { } label ? int.Parse(label.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture) : null;
    }

    private static int LineOf(string access) => int.Parse(access.AsSpan(1), System.Globalization.CultureInfo.InvariantCulture);
}
