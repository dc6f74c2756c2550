using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;
using IrqSafety.Contracts;
using Xunit;

namespace IrqSafety.Rules.Tests;

/// <summary>The guide to contracts names every attribute there is, and none that is not.</summary>
public partial class WritingContractsTests
{
    private const string Page = "docs/writing-contracts.md";

    private static readonly string[] Attributes =
    [
        .. typeof(RunsInAttribute).Assembly.GetExportedTypes()
            .Where(type => type.IsSubclassOf(typeof(Attribute)))
            .Select(type => type.Name[..^"Attribute".Length]),
    ];

    public static TheoryData<string> EachAttribute => [.. Attributes];

    [Theory]
    [MemberData(nameof(EachAttribute))]
    public void Every_attribute_is_explained(string attribute) => Assert.Contains(attribute, Named());

    [Fact]
    public void Every_attribute_named_exists() => Assert.All(Named(), attribute => Assert.Contains(attribute, Attributes));

    [Fact]
    public void Every_mask_lock_kind_and_table_in_an_example_exists() =>
        Assert.All(TransitionExample().Matches(Repository.Read(Page)).Cast<Match>(), match =>
        {
            ProtocolTable? table = Protocols.Find(match.Groups[1].Value);
            Assert.True(match.Groups[1].Value == "table" || table?.FindEvent(match.Groups[2].Value) is not null, match.Value);
        });

    private static IEnumerable<string> Named() => TableAttribute().Matches(Repository.Read(Page)).Select(match => match.Groups[1].Value).Distinct();

    // `[Name(…)]`, `[return: Name…]`, `[assembly: Name…]` in code font.
    [GeneratedRegex(@"`\[(?:return: |assembly: )?([A-Z]\w+)[^`]*\]`")]
    private static partial Regex TableAttribute();

    [GeneratedRegex(@"\[Transition\(""([\w-]+)"", ""([\w-]+)""")]
    private static partial Regex TransitionExample();
}
