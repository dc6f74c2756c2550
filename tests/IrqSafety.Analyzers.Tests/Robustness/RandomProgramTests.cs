using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using IrqSafety.Testing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Xunit;

namespace IrqSafety.Analyzers.Tests.Robustness;

/// <summary>Whatever the program, the analyzers end without throwing and say the same each time, in whatever order the files come.</summary>
public sealed class RandomProgramTests
{
    private const int Programs = 25;
    private static readonly Config s_fixed = Config.QuickThrowOnFailure.WithMaxTest(Programs).WithReplay(20260417, 3);

    [Fact]
    public void Nothing_throws_and_findings_depend_neither_on_the_run_nor_on_the_order_of_files() => Check.One(s_fixed, Prop.ForAll(RandomProgram.Arbitrary, program =>
    {
        string found = Found(program.Files);
        return found == Found(program.Files) && found == Found([.. program.Files.Reverse()]);
    }));

    // What says nothing about any program would pass the test above too.
    [Fact]
    public void Findings_of_many_rules_are_among_what_is_compared()
    {
        string[] rules = [.. RandomProgram.Arbitrary.Generator.Sample(Programs).SelectMany(program => Analyze(program.Files)).Select(one => one.Id).Distinct()];

        Assert.True(rules.Length >= 8, string.Join(", ", rules));
    }

    private static string Found(IReadOnlyList<string> files)
    {
        var text = new StringBuilder();
        foreach (Diagnostic one in Analyze(files))
        {
            text.Append(one).AppendJoin(", ", one.AdditionalLocations).AppendJoin(", ", one.Properties.OrderBy(pair => pair.Key, StringComparer.Ordinal)).Append('\n');
        }

        return text.ToString();
    }

    private static IReadOnlyList<Diagnostic> Analyze(IReadOnlyList<string> files)
    {
        // A file keeps its name wherever it stands in the list.
        Compilation compilation = TestCompilation.Of([]).AddSyntaxTrees(files.Select(file =>
            CSharpSyntaxTree.ParseText(file, TestCompilation.ParseOptions, file.Substring(file.IndexOf("class T", StringComparison.Ordinal) + 6, 2) + ".cs", Encoding.UTF8)));
        TestCompilation.MustCompile(compilation);
        return AnalyzerVerifier.Analyze(compilation, TestContext.Current.CancellationToken).GetAwaiter().GetResult();
    }
}
