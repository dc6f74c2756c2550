using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using IrqSafety.Cli.Building;
using IrqSafety.Simulator;

namespace IrqSafety.Cli.Simulation;

/// <summary>
/// Where recorded schedules are kept: <c>&lt;root&gt;/&lt;project&gt;/&lt;law&gt;-&lt;n&gt;.json</c>. Workers write to folders of their own; the files get their
/// names here, in one order, so that the same run names them alike.
/// </summary>
/// <param name="root">The folder.</param>
internal sealed class ReplayStore(string root)
{
    /// <summary>Property of a replay file: the project to build, relative to the file.</summary>
    public const string ProjectProperty = "project";

    private static readonly JsonSerializerOptions Layout = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Moves the files of a project here and returns its violations with their new places.</summary>
    public IReadOnlyList<ViolationMessage> Keep(BuiltProject project, IReadOnlyList<ViolationMessage> violations)
    {
        string folder = Path.Combine(root, project.Name);
        RemoveEarlier(folder);
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        var kept = new List<ViolationMessage>();
        foreach (ViolationMessage violation in violations)
        {
            if (violation.Replay is not { } source || !File.Exists(source))
            {
                kept.Add(violation with { Replay = null });
                continue;
            }

            int number = numbers[violation.Law] = numbers.GetValueOrDefault(violation.Law) + 1;
            string target = Path.Combine(folder, $"{violation.Law}-{number}.json");
            Directory.CreateDirectory(folder);
            Write(source, target, project.Path);
            kept.Add(violation with { Replay = target });
        }

        return kept;
    }

    /// <summary>The project that a replay file belongs to.</summary>
    /// <exception cref="UserErrorException">The file cannot be read, or its project is gone.</exception>
    public static string ProjectOf(string file)
    {
        if (!File.Exists(file))
        {
            throw new UserErrorException($"'{file}' does not exist.", "Name a file that 'verify' or 'simulate' printed.");
        }

        string? project;
        try
        {
            project = JsonNode.Parse(File.ReadAllText(file)) is JsonObject root ? (string?)root[ProjectProperty] : null;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException)
        {
            throw new UserErrorException($"'{file}' is not a replay file: {error.Message}", "Name a file that 'verify' or 'simulate' printed.");
        }

        if (string.IsNullOrEmpty(project))
        {
            throw new UserErrorException($"'{file}' is not a replay file: it names no project.", "Name a file that 'verify' or 'simulate' printed.");
        }

        string path = Path.GetFullPath(project.Replace('\\', Path.DirectorySeparatorChar), Path.GetDirectoryName(file)!);
        return File.Exists(path) ? path : throw new UserErrorException($"the project of '{file}' is gone: '{path}'.", "Restore it, or record the schedule again with 'verify'.");
    }

    private static void Write(string source, string target, string project)
    {
        JsonNode? content = JsonNode.Parse(File.ReadAllText(source));
        if (content is JsonObject recorded)
        {
            recorded[ProjectProperty] = Path.GetRelativePath(Path.GetDirectoryName(target)!, project).Replace('\\', '/');
        }

        File.WriteAllText(target, content?.ToJsonString(Layout) + "\n");
    }

    /// <summary>Schedules of an earlier run are of an earlier program: a list that mixes both misleads.</summary>
    private static void RemoveEarlier(string folder)
    {
        if (!Directory.Exists(folder))
        {
            return;
        }

        foreach (string file in Directory.EnumerateFiles(folder, "*-*.json").Where(IsOurs).ToArray())
        {
            File.Delete(file);
        }

        static bool IsOurs(string file)
        {
            string name = Path.GetFileNameWithoutExtension(file);
            return int.TryParse(name[(name.LastIndexOf('-') + 1)..], out _);
        }
    }
}
