using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using Xunit;

namespace IrqSafety.Rules.Tests;

/// <summary>A rule without tests of its own, or a fix without, does not pass.</summary>
public partial class RuleTestsTests
{
    public static TheoryData<string> EachLiveRule => [.. Catalogue.Rules.Where(rule => rule.Tier != Tier.Build).Select(rule => rule.Id)];

    public static TheoryData<string> EachBuildRule => [.. Catalogue.Rules.Where(rule => rule.Tier == Tier.Build).Select(rule => rule.Id)];

    public static TheoryData<string> EachFix => [.. Catalogue.Rules.Where(rule => rule.Fix is not null).Select(rule => rule.Id)];

    [Theory]
    [MemberData(nameof(EachLiveRule))]
    public void A_rule_has_a_test_class_with_its_ID(string id) => Assert.Contains(TestClasses("IrqSafety.Analyzers.Tests"), name => name.Contains(id));

    // The build rules are one engine over another scope, and share a class.
    [Theory]
    [MemberData(nameof(EachBuildRule))]
    public void A_build_rule_is_expected_by_some_test(string id) => Assert.Contains(TestFiles("IrqSafety.Analyzers.Tests"), file => File.ReadAllText(file).Contains(id));

    [Theory]
    [MemberData(nameof(EachFix))]
    public void A_fix_has_a_test_class_with_its_ID(string id) => Assert.Contains(TestClasses("IrqSafety.CodeFixes.Tests"), name => name.Contains(id));

    private static IEnumerable<string> TestClasses(string project) =>
        from file in TestFiles(project)
        from Match match in ClassName().Matches(File.ReadAllText(file))
        select match.Groups[1].Value;

    private static IEnumerable<string> TestFiles(string project) => Directory
        .EnumerateFiles(Path.Combine(Repository.Root, "tests", project), "*.cs", SearchOption.AllDirectories)
        .Where(file => !Path.GetRelativePath(Repository.Root, file).Split('/', '\\').Any(part => part is "bin" or "obj"));

    [GeneratedRegex(@"^public (?:sealed |static |partial )*class (\w+)", RegexOptions.Multiline)]
    private static partial Regex ClassName();
}
