using System.Collections.Generic;
using System.Text.RegularExpressions;
using Spectre.Console;

namespace IrqSafety.Cli.Printing;

/// <summary>
/// Prints a page written in Markdown so that it reads well on a terminal: headings stand out, code is indented, and marks of emphasis are
/// removed. Tables and lists read well as they are.
/// </summary>
internal static partial class Page
{
    private static readonly Style Heading = new(decoration: Decoration.Bold | Decoration.Underline);
    private static readonly Style Code = new(Color.Green);

    /// <summary>Prints the page.</summary>
    public static void Write(IReadOnlyList<string> lines, Terminal terminal)
    {
        IAnsiConsole console = TextConsole.Create(terminal);
        bool inCode = false;
        foreach (string line in lines)
        {
            if (line.TrimStart().StartsWith("```", System.StringComparison.Ordinal))
            {
                inCode = !inCode;
            }
            else if (inCode)
            {
                console.Write(new Text($"    {line}\n", Code));
            }
            else if (TableRule().IsMatch(line))
            {
                continue;
            }
            else if (HeadingMark().Match(line) is { Success: true } mark)
            {
                console.Write(new Text(Plain(line[mark.Length..]) + "\n", Heading));
            }
            else
            {
                console.Write(new Text(Plain(line) + "\n"));
            }
        }
    }

    /// <summary>The line without marks: emphasis and code marks go, a link shows its address.</summary>
    private static string Plain(string line) => Mark().Replace(Link().Replace(line, "${text} (${address})"), "${inner}");

    // The line under a table's header, and a header without text.
    [GeneratedRegex(@"^\|[\s|:-]*\|$", RegexOptions.CultureInvariant)]
    private static partial Regex TableRule();

    [GeneratedRegex(@"^#{1,6}\s+", RegexOptions.CultureInvariant)]
    private static partial Regex HeadingMark();

    [GeneratedRegex(@"\[(?<text>[^\]]+)\]\((?<address>[^)]+)\)", RegexOptions.CultureInvariant)]
    private static partial Regex Link();

    [GeneratedRegex(@"\*\*(?<inner>[^*]+)\*\*|`(?<inner>[^`]+)`", RegexOptions.CultureInvariant)]
    private static partial Regex Mark();
}
