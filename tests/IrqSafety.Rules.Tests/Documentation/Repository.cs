using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;

namespace IrqSafety.Rules.Tests;

/// <summary>The repository the tests were built from.</summary>
internal static class Repository
{
    /// <summary>Its root, written into this assembly by the build.</summary>
    public static string Root { get; } = typeof(Repository).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == "RepositoryRoot").Value!;

    /// <summary>The Markdown files that belong to it, relative to the root.</summary>
    public static IEnumerable<string> MarkdownFiles =>
        from directory in new[] { ".", "docs", "samples" }
        let path = Path.Combine(Root, directory)
        where Directory.Exists(path)
        from file in Directory.EnumerateFiles(path, "*.md", directory == "." ? SearchOption.TopDirectoryOnly : SearchOption.AllDirectories)
        let relative = Path.GetRelativePath(Root, file)
        where !relative.Split('/', '\\').Any(part => part is "bin" or "obj")
        orderby relative
        select relative;

    /// <summary>The text of a file.</summary>
    public static string Read(string relative) => File.ReadAllText(Path.Combine(Root, relative)).ReplaceLineEndings("\n");
}
