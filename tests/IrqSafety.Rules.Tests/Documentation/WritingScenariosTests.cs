using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using System.Text.RegularExpressions;
using IrqSafety.Simulator;
using Xunit;

namespace IrqSafety.Rules.Tests;

/// <summary>The guide to scenarios explains every declaration there is, with its parameters, and none that is not.</summary>
public partial class WritingScenariosTests
{
    [Fact]
    public void Every_declaration_is_explained_and_every_one_explained_exists()
    {
        IEnumerable<string> declared = typeof(MachineBuilder).GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
            .Select(method => method.Name)
            .Distinct();
        IEnumerable<string> explained = Row().Matches(Repository.Read("docs/writing-scenarios.md")).Select(match => match.Groups[1].Value);
        Assert.Equal(declared.Order(), explained.Order());
    }

    [Theory]
    [InlineData("confirmed")]
    [InlineData("not-reproduced")]
    [InlineData("not-covered")]
    public void The_words_of_verdicts_are_explained(string verdict) => Assert.Contains($"`{verdict}`", Repository.Read("docs/writing-scenarios.md"));

    [GeneratedRegex(@"^\| `(\w+)\([^`]*\)` \|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
