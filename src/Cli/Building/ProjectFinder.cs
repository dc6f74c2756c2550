using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;

namespace IrqSafety.Cli.Building;

/// <summary>Finds the C# projects that an argument names: a project, a solution, or a folder with any number of them.</summary>
internal static partial class ProjectFinder
{
    private static readonly HashSet<string> SkippedFolders = new(StringComparer.OrdinalIgnoreCase) { "bin", "obj", "artifacts", "node_modules" };

    /// <summary>Full paths of the projects, in ordinal order, so that every run lists them alike.</summary>
    /// <exception cref="UserErrorException">There is none, or the argument is something else.</exception>
    public static IReadOnlyList<string> Find(string path)
    {
        if (Directory.Exists(path))
        {
            string[] found = [.. InFolder(new DirectoryInfo(path)).Order(StringComparer.Ordinal)];
            return found.Length > 0
                ? found
                : throw new UserErrorException($"there is no C# project in '{path}'.", "Name a .csproj, a .sln, a .slnx, or a folder that contains one.");
        }

        if (!File.Exists(path))
        {
            throw new UserErrorException($"'{path}' does not exist.", "Name a .csproj, a .sln, a .slnx, or a folder that contains one.");
        }

        return Path.GetExtension(path).ToLowerInvariant() switch
        {
            ".csproj" => [path],
            ".sln" => InSolution(path, ClassicSolution(path)),
            ".slnx" => InSolution(path, XmlSolution(path)),
            ".fsproj" or ".vbproj" => throw new UserErrorException($"'{path}' is not a C# project.", "IrqSafety analyzes C# only."),
            _ => throw new UserErrorException($"'{path}' is not a project.", "Name a .csproj, a .sln, a .slnx, or a folder that contains one."),
        };
    }

    private static IEnumerable<string> InFolder(DirectoryInfo folder)
    {
        foreach (FileInfo file in folder.EnumerateFiles("*.csproj"))
        {
            yield return file.FullName;
        }

        foreach (DirectoryInfo inner in folder.EnumerateDirectories())
        {
            // Links are not followed: they may lead back up.
            bool skipped = SkippedFolders.Contains(inner.Name) || inner.Name.StartsWith('.') || inner.LinkTarget is not null;
            foreach (string project in skipped ? [] : InFolder(inner))
            {
                yield return project;
            }
        }
    }

    private static IReadOnlyList<string> InSolution(string solution, IEnumerable<string> entries)
    {
        string folder = Path.GetDirectoryName(solution)!;
        string[] projects =
        [
            .. entries
                .Where(entry => entry.EndsWith(".csproj", StringComparison.OrdinalIgnoreCase))
                .Select(entry => Path.GetFullPath(entry.Replace('\\', Path.DirectorySeparatorChar), folder))
                .Distinct(StringComparer.Ordinal)
                .Order(StringComparer.Ordinal),
        ];
        if (projects.FirstOrDefault(project => !File.Exists(project)) is { } missing)
        {
            throw new UserErrorException($"'{solution}' lists '{missing}', which does not exist.", "Remove it from the solution or restore the file.");
        }

        return projects.Length > 0 ? projects : throw new UserErrorException($"there is no C# project in '{solution}'.", "Add one, or name a .csproj.");
    }

    private static IEnumerable<string> ClassicSolution(string path) =>
        from Match line in ClassicEntry().Matches(File.ReadAllText(path)) select line.Groups["path"].Value;

    private static IEnumerable<string> XmlSolution(string path)
    {
        try
        {
            return [.. XDocument.Load(path).Descendants("Project").Select(project => (string?)project.Attribute("Path")).OfType<string>()];
        }
        catch (XmlException error)
        {
            throw new UserErrorException($"'{path}' cannot be read: {error.Message}", "Correct the solution file.");
        }
    }

    // Project("{kind}") = "Name", "relative\path.csproj", "{id}"
    [GeneratedRegex("""^Project\("[^"]*"\)\s*=\s*"[^"]*",\s*"(?<path>[^"]+)",""", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex ClassicEntry();
}
