using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using IrqSafety.Cli.Building;
using IrqSafety.Cli.Printing;
using IrqSafety.Cli.Schedules;
using IrqSafety.Simulator;

namespace IrqSafety.Cli.Simulation;

/// <summary>
/// Where recorded schedules are kept: <c>&lt;root&gt;/&lt;project&gt;/&lt;law&gt;-&lt;n&gt;.json</c>. Workers write to folders of their own; the files get their
/// names here, in one order, so that the same run names them alike.
/// </summary>
/// <param name="target">Says the folder, and where schedules are shown.</param>
internal sealed class ReplayStore(ReportTarget target)
{
    /// <summary>Property of a replay file: the project to build, relative to the file.</summary>
    public const string ProjectProperty = "project";

    private static readonly JsonSerializerOptions Layout = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>
    /// Moves the files of what was explored here, in the place of those that an earlier run left of the same with whatever shows them, and returns the result with their new places. Files of what was
    /// not explored stay; so does everything when one of the new files cannot be written.
    /// </summary>
    /// <param name="project">The project.</param>
    /// <param name="result">What its scenarios showed.</param>
    /// <exception cref="UserErrorException">The files cannot be written.</exception>
    public SimulationResult Keep(BuiltProject project, SimulationResult result)
    {
        string folder = Path.Combine(target.Replays, project.Name);
        try
        {
            string[] earlier = [.. EarlierOf(folder, result)];
            var kept = new List<ViolationMessage>();
            var written = new List<(string Written, string Target)>();
            try
            {
                foreach (ViolationMessage violation in result.Violations)
                {
                    if (violation.Replay is not { } source || !File.Exists(source))
                    {
                        kept.Add(violation with { Replay = null });
                        continue;
                    }

                    string file = FreeName(folder, violation.Law, earlier, written);
                    Directory.CreateDirectory(folder);
                    written.Add((file + ".new", file));
                    Write(source, file + ".new", project.Path);
                    kept.Add(violation with { Replay = file });
                }
            }
            catch
            {
                foreach ((string begun, _) in written.Where(file => File.Exists(file.Written)))
                {
                    File.Delete(begun);
                }

                throw;
            }

            written.ForEach(file => File.Move(file.Written, file.Target, overwrite: true));
            foreach (string file in earlier.Except(written.Select(file => file.Target)))
            {
                File.Delete(file);
            }

            // What showed an earlier schedule goes with it; this run writes its own when it is asked to.
            foreach (string shown in earlier.Union(written.Select(file => file.Target)).SelectMany(file => ScheduleViews.FilesOf(file, target)).Where(File.Exists))
            {
                File.Delete(shown);
            }

            return result with { Violations = kept };
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"the replay files cannot be written: {error.Message}", "Name another folder with --output DIR/.");
        }
    }

    /// <summary>The project that a replay file belongs to.</summary>
    /// <exception cref="UserErrorException">The file cannot be read, or its project is gone.</exception>
    public static string ProjectOf(string file)
    {
        if (!File.Exists(file))
        {
            throw new UserErrorException(Directory.Exists(file) ? $"'{file}' is a folder." : $"'{file}' does not exist.", "Name a file that 'verify' or 'simulate' printed.");
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

    // The same run names its files alike.
    private static string FreeName(string folder, string law, string[] earlier, List<(string Written, string Target)> taken)
    {
        for (int number = 1; ; number++)
        {
            string name = Path.Combine(folder, $"{law}-{number}.json");
            if (!taken.Exists(file => file.Target == name) && (earlier.Contains(name) || !Path.Exists(name)))
            {
                return name;
            }
        }
    }

    // Schedules of an earlier run are of an earlier program: a list that mixes both misleads. What was not explored now has no other.
    private static IEnumerable<string> EarlierOf(string folder, SimulationResult result)
    {
        if (!Directory.Exists(folder))
        {
            yield break;
        }

        HashSet<Subject?> explored =
        [
            .. result.Explorations.Select(exploration => new Subject(exploration.Scenario, exploration.Profile, exploration.Memory)),
            .. result.Violations.Select(violation => new Subject(violation.Scenario, violation.Profile, violation.Memory)),
        ];
        foreach (string file in Directory.EnumerateFiles(folder, "*-*.json").Where(IsOurs))
        {
            if (SubjectOf(file) is { } subject && explored.Contains(subject))
            {
                yield return file;
            }
        }

        static bool IsOurs(string file)
        {
            string name = Path.GetFileNameWithoutExtension(file);
            return int.TryParse(name[(name.LastIndexOf('-') + 1)..], out _);
        }
    }

    private static Subject? SubjectOf(string file)
    {
        try
        {
            return JsonNode.Parse(File.ReadAllText(file)) is JsonObject recorded && (string?)recorded["scenario"] is { } scenario && (string?)recorded["profile"] is { } profile
                ? new Subject(scenario, profile, (string?)recorded["memory"] ?? "sc")
                : null;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    /// <summary>What a schedule was recorded of.</summary>
    private sealed record Subject(string Scenario, string Profile, string Memory);
}
