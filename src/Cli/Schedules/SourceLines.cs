using System;
using System.Collections.Generic;
using System.IO;
using IrqSafety.Cli.Findings;

namespace IrqSafety.Cli.Schedules;

/// <summary>The lines of source that events point to. A replay runs only when the program is unchanged, so they are the lines that ran.</summary>
internal sealed class SourceLines
{
    private readonly Dictionary<string, string[]> _files = [];

    /// <summary>The line at <c>file:line</c> without its indentation; null when the file is not there or shorter.</summary>
    public string? Read(string source)
    {
        if (SourcePosition.Parse(source) is not { } place)
        {
            return null;
        }

        string[] lines = Lines(place.File);
        return place.Line >= 1 && place.Line <= lines.Length ? lines[place.Line - 1].Trim() : null;
    }

    private string[] Lines(string file)
    {
        if (!_files.TryGetValue(file, out string[]? lines))
        {
            try
            {
                lines = File.ReadAllLines(file);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                lines = [];
            }

            _files[file] = lines;
        }

        return lines;
    }
}
