using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using Xunit;

namespace IrqSafety.Rules.Tests;

/// <summary>A rule without tests of its own, or a fix without, does not pass.</summary>
public partial class RuleTestsTests
{
    public static TheoryData<string> EachFix => [.. Catalogue.Rules.Where(rule => rule.Fix is not null).Select(rule => rule.Id)];

    [Theory]
    [MemberData(nameof(EachFix))]
    public void A_fix_has_a_test_class_with_its_ID(string id) => Assert.Contains(TestClasses("IrqSafety.CodeFixes.Tests"), name => name.Contains(id));

    private static IEnumerable<string> TestClasses(string project) =>
        from file in Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests", project), "*.cs", SearchOption.AllDirectories)
        let relative = Path.GetRelativePath(Repository.Root, file)
        where !relative.Split('/', '\\').Any(part => part is "bin" or "obj")
        from Match match in ClassName().Matches(File.ReadAllText(file))
        select match.Groups[1].Value;

    [GeneratedRegex(@"^public (?:sealed |static |partial )*class (\w+)", RegexOptions.Multiline)]
    private static partial Regex ClassName();
}
