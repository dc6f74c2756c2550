using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace IrqSafety.Cli.Building;

/// <summary>Names projects so that no two of one run have the same name.</summary>
internal static class ProjectNames
{
    /// <summary>The name of each project: that of its file, preceded by its folders as far as needed to tell it from another.</summary>
    public static IReadOnlyDictionary<string, string> Of(IReadOnlyList<string> projects)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (IGrouping<string, string> alike in projects.GroupBy(Path.GetFileNameWithoutExtension, StringComparer.OrdinalIgnoreCase)!)
        {
            string[] same = [.. alike];
            foreach (string project in same)
            {
                names[project] = same.Length == 1 ? alike.Key : Qualified(project, same);
            }
        }

        return names;
    }

    private static string Qualified(string project, string[] same)
    {
        for (int folders = 1; ; folders++)
        {
            string name = WithFolders(project, folders);
            if (name == WithFolders(project, folders + 1) || same.Count(other => WithFolders(other, folders) == name) == 1)
            {
                return name;
            }
        }
    }

    private static string WithFolders(string project, int count)
    {
        string[] parts = project.Split(['/', '\\'], StringSplitOptions.RemoveEmptyEntries);
        parts[^1] = Path.GetFileNameWithoutExtension(parts[^1]);
        return string.Join('.', parts.TakeLast(count + 1));
    }
}
