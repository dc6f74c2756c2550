using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using Xunit;

namespace IrqSafety.Rules.Tests;

/// <summary>Links between the documents, and from them to the source, lead somewhere.</summary>
public partial class LinkTests
{
    public static TheoryData<string> EachDocument => [.. Repository.MarkdownFiles];

    [Theory]
    [MemberData(nameof(EachDocument))]
    public void Relative_links_resolve(string document)
    {
        string directory = Path.GetDirectoryName(Path.Combine(Repository.Root, document))!;
        Assert.All(Links(document).Where(link => !link.Contains("://") && !link.StartsWith("mailto:", System.StringComparison.Ordinal)), link =>
        {
            string[] parts = link.Split('#', 2);
            string target = parts[0].Length == 0 ? Path.Combine(Repository.Root, document) : Path.GetFullPath(Path.Combine(directory, parts[0]));
            Assert.True(File.Exists(target) || Directory.Exists(target), $"{document}: '{link}' leads nowhere");
            if (parts.Length == 2)
            {
                Assert.True(Anchors(target).Contains(parts[1]), $"{document}: '{link}': the page has no such heading");
            }
        });
    }

    // Paths of the repository that documents name in code font.
    [Theory]
    [MemberData(nameof(EachDocument))]
    public void Source_files_that_are_named_exist(string document) => Assert.All(
        SourcePath().Matches(WithoutBlocks(document)).Select(match => match.Groups[1].Value),
        path => Assert.True(
            File.Exists(Path.Combine(Repository.Root, path)) || Directory.Exists(Path.Combine(Repository.Root, path)),
            $"{document} names '{path}', which does not exist"));

    [Theory]
    [MemberData(nameof(EachDocument))]
    public void Web_links_use_https(string document) =>
        Assert.DoesNotContain(Links(document), link => link.StartsWith("http:", System.StringComparison.Ordinal));

    private static IEnumerable<string> Links(string document) => Link().Matches(WithoutBlocks(document)).Select(match => match.Groups[1].Value);

    private static string WithoutBlocks(string document) => Block().Replace(Repository.Read(document), "");

    // GitHub's rule: lower case, spaces become hyphens, other punctuation goes.
    private static HashSet<string> Anchors(string file) =>
    [
        .. Heading().Matches(File.ReadAllText(file))
            .Select(match => Punctuation().Replace(match.Groups[1].Value.Trim().ToLowerInvariant(), "").Replace(' ', '-')),
    ];

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^```.*?^```\s*$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex(@"`((?:src|tests|samples|docs|build|benchmarks)/[\w./-]+)`")]
    private static partial Regex SourcePath();

    [GeneratedRegex(@"^#+ (.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex Punctuation();
}
