using System.Linq;
using System.Text.RegularExpressions;
using Xunit;

namespace IrqSafety.Rules.Tests;

/// <summary>Every C# block of the documents compiles.</summary>
public partial class ExampleTests
{
    public static TheoryData<string> EachRule => [.. Catalogue.Rules.Select(rule => rule.Id)];

    // The samples are compiled by building them.
    public static TheoryData<string> EachGuide =>
    [
        .. Repository.MarkdownFiles.Where(path =>
            !path.Contains("rules") && !path.StartsWith("samples", System.StringComparison.Ordinal) && Block().IsMatch(Repository.Read(path))),
    ];

    [Theory]
    [MemberData(nameof(EachRule))]
    public void The_violation_compiles(string id) => Assert.All(
        RulePage.Of(id).Code("Violation"),
        code => Assert.DoesNotContain(ExampleCompilation.Problems(code), problem => !IsExplainedBy(id, problem)));

    // IRQ0015 says why there is no implementation part, which the compiler misses.
    private static bool IsExplainedBy(string id, string problem) => id == "IRQ0015" && problem.Contains("CS9248", System.StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(EachRule))]
    public void The_fix_compiles(string id) => Assert.All(RulePage.Of(id).Code("Fix"), code => Assert.Empty(ExampleCompilation.Problems(code)));

    [Theory]
    [MemberData(nameof(EachGuide))]
    public void Guides_compile(string guide) => Assert.All(
        Block().Matches(Repository.Read(guide)).Select(match => match.Groups[1].Value),
        code => Assert.Empty(ExampleCompilation.Problems(code)));

    [GeneratedRegex(@"^```csharp\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();
}
