using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Xunit;

namespace IrqSafety.Rules.Tests;

/// <summary>The layout in <c>docs/architecture.md</c> is the one on disk.</summary>
public class ArchitectureTests
{
    public static TheoryData<string> EachProject => [.. Directory.EnumerateDirectories(Path.Combine(Repository.Root, "src")).Select(path => Path.GetFileName(path)!)];

    [Theory]
    [MemberData(nameof(EachProject))]
    public void Each_project_and_its_folders_are_in_the_layout(string project)
    {
        string line = Repository.Read("docs/architecture.md").Split('\n').Single(line => line.StartsWith($"src/{project} ", StringComparison.Ordinal));
        IEnumerable<string> folders = Directory.EnumerateDirectories(Path.Combine(Repository.Root, "src", project))
            .Select(path => Path.GetFileName(path)!)
            .Where(folder => folder is not ("bin" or "obj"));
        string[] words = line.Split(' ', '(', ')', ';', ',', ':');
        Assert.All(folders, folder => Assert.Contains(folder, words));
    }

    [Fact]
    public void Every_protocol_table_is_spoken_of() => Assert.All(
        Protocols.All,
        table => Assert.Contains(
            Repository.MarkdownFiles.Where(file => file.StartsWith("docs", StringComparison.Ordinal)),
            file => Repository.Read(file).Contains($"`{table.Name}`", StringComparison.Ordinal)));
}
