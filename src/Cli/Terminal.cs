using System;
using System.IO;
using System.Text;

namespace IrqSafety.Cli;

/// <summary>Where the tool writes, and how.</summary>
/// <param name="Out">Reports.</param>
/// <param name="Error">Errors and progress.</param>
/// <param name="Directory">The current directory, to which printed paths are relative.</param>
internal sealed record Terminal(TextWriter Out, TextWriter Error, string Directory)
{
    /// <summary>Width used where nobody looks at a screen: rows are not broken.</summary>
    public const int Unlimited = 10_000;

    /// <summary>True when a person is watching: progress is shown.</summary>
    public bool Interactive { get; init; }

    /// <summary>True when reports may be coloured.</summary>
    public bool Colors { get; init; }

    /// <summary>Columns.</summary>
    public int Width { get; init; } = Unlimited;

    /// <summary>The terminal of this process. <c>NO_COLOR</c> and <c>TERM=dumb</c> are respected.</summary>
    public static Terminal OfThisProcess()
    {
        bool dumb = Environment.GetEnvironmentVariable("TERM") == "dumb";
        bool screen = !Console.IsOutputRedirected && !dumb;
        var utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        Console.OutputEncoding = utf8;
        return new Terminal(Console.Out, Console.Error, Environment.CurrentDirectory)
        {
            Interactive = screen && !Console.IsErrorRedirected,
            Colors = screen && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")),
            Width = screen && Console.WindowWidth > 0 ? Console.WindowWidth : Unlimited,
        };
    }

    /// <summary>A path as it is printed: relative to the current directory when it lies within, with forward slashes.</summary>
    public string Display(string path)
    {
        string relative = Path.GetRelativePath(Directory, path);
        bool outside = relative.StartsWith("..", StringComparison.Ordinal) || Path.IsPathRooted(relative);
        return (outside ? path : relative).Replace('\\', '/');
    }

    /// <summary>A text in which the full paths under the current directory are printed as <see cref="Display"/> prints them.</summary>
    public string Shorten(string text) => text.Replace(Path.TrimEndingDirectorySeparator(Directory) + Path.DirectorySeparatorChar, "", StringComparison.Ordinal);

    /// <summary>A path argument, made absolute.</summary>
    public string Resolve(string path) => Path.GetFullPath(path, Directory);
}
