using System;
using System.IO;

namespace IrqSafety.Cli.Printing;

/// <summary>Where a report and its replay files go.</summary>
/// <param name="Terminal">The terminal.</param>
/// <param name="File">The report's file; null for the terminal.</param>
/// <param name="Replays">Folder of the replay files.</param>
internal sealed record ReportTarget(Terminal Terminal, string? File, string Replays)
{
    /// <summary>The folder that was asked for; the extension of the report's file follows from its format then. Null when a file was, or nothing.</summary>
    public string? Folder { get; init; }

    /// <summary>Finds out whether a report can be written, before it costs anybody anything.</summary>
    /// <exception cref="UserErrorException">Its file cannot be written.</exception>
    public void Check(ReportFormat format)
    {
        if (File is not null)
        {
            Write(FileOf(format), static path =>
            {
                bool existed = System.IO.File.Exists(path);
                using (System.IO.File.Open(path, FileMode.OpenOrCreate, FileAccess.Write))
                {
                }

                if (!existed)
                {
                    System.IO.File.Delete(path);
                }
            });
        }
    }

    /// <summary>Writes a report.</summary>
    /// <exception cref="UserErrorException">The file cannot be written.</exception>
    public void Write(ReportFormat format, Action<Terminal> write)
    {
        if (File is null)
        {
            write(Terminal);
            return;
        }

        Write(FileOf(format), path =>
        {
            using StreamWriter writer = System.IO.File.CreateText(path);
            write(Terminal with { Out = writer, Colors = false, Width = Terminal.Unlimited });
        });
    }

    private string FileOf(ReportFormat format) => Folder is not null ? File + Extension(format) : File!;

    private static void Write(string path, Action<string> write)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            write(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"the report cannot be written: {error.Message}", "Name another file with --output.");
        }
    }

    /// <summary>The extension of a file in this format.</summary>
    public static string Extension(ReportFormat format) => format switch
    {
        ReportFormat.Json => ".json",
        ReportFormat.Sarif => ".sarif",
        ReportFormat.Trace => ".trace.json",
        ReportFormat.Html => ".html",
        ReportFormat.Junit => ".junit.xml",
        ReportFormat.Trx => ".trx",
        _ => ".txt",
    };
}
