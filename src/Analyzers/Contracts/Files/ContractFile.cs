using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace IrqSafety.Analyzers.Contracts.Files;

/// <summary>One line of a contract file: what it says of one member, of what a member returns, or of one parameter.</summary>
/// <param name="Target">The documentation ID; <see cref="ContractFile.Assembly"/> for what is said of the program.</param>
/// <param name="Part">A parameter's name, <c>return</c>, or null for the member itself.</param>
/// <param name="Attributes">What is said.</param>
/// <param name="Content">The same in normal form: lines with equal content say the same.</param>
/// <param name="Location">The line.</param>
internal sealed record ContractLine(string Target, string? Part, ImmutableArray<ContractAttribute> Attributes, string Content, Location Location)
{
    /// <summary>What it speaks of, as one text.</summary>
    public string Key => ContractFile.KeyOf(Target, Part);
}

/// <summary>Something wrong in a contract file.</summary>
/// <param name="Text">What, as the end of a message.</param>
/// <param name="Location">Where.</param>
internal readonly record struct FileProblem(string Text, Location Location);

/// <summary>
/// A contract file: <c>version 1</c> in the first line, comments that begin with <c>#</c> in column 0, and lines
/// <c>DOC-ID['#' (return | parameter)]  [attribute-list]</c>. What is said of the whole program stands in a list for the assembly, without an ID.
/// A line that cannot be used is a problem, never an exception, and does not affect the others.
/// </summary>
internal sealed class ContractFile
{
    /// <summary>The file name extension.</summary>
    public const string Extension = ".irqcontracts";

    /// <summary>The target of lists for the assembly.</summary>
    public const string Assembly = "assembly";

    // The longest documentation IDs with a full contract have some hundred characters.
    private const int LongestLine = 4096;
    private const string Version = "version 1";

    private ContractFile(string path, IReadOnlyList<ContractLine> lines, IReadOnlyList<FileProblem> problems)
    {
        Path = path;
        Lines = lines;
        Problems = problems;
    }

    /// <summary>Its path.</summary>
    public string Path { get; }

    /// <summary>The lines that can be used.</summary>
    public IReadOnlyList<ContractLine> Lines { get; }

    /// <summary>What cannot be read. Whether members exist is another question.</summary>
    public IReadOnlyList<FileProblem> Problems { get; }

    /// <summary>The text by which lines and symbols meet.</summary>
    public static string KeyOf(string target, string? part) => part is null ? target : target + "#" + part;

    /// <summary>Reads a file; null for one whose text is not available.</summary>
    public static ContractFile Read(string path, SourceText? text)
    {
        var lines = new List<ContractLine>();
        var problems = new List<FileProblem>();
        if (text is null)
        {
            problems.Add(new FileProblem("the file cannot be read", At(path, default, default)));
            return new ContractFile(path, lines, problems);
        }

        string first = text.Lines[0].ToString();
        if (first.TrimEnd() != Version)
        {
            problems.Add(new FileProblem($"the first line is not '{Version}', so nothing in it is used", LocationOf(path, text.Lines[0])));
            return new ContractFile(path, lines, problems);
        }

        foreach (TextLine line in text.Lines.Skip(1))
        {
            if (line.Span.Length > LongestLine)
            {
                problems.Add(new FileProblem($"the line has more than {LongestLine} characters", LocationOf(path, line)));
                continue;
            }

            string content = line.ToString();
            if (string.IsNullOrWhiteSpace(content) || content[0] == '#')
            {
                continue;
            }

            Location location = LocationOf(path, line);
            if (Parse(content, location, out string problem) is { } parsed)
            {
                lines.Add(parsed);
            }
            else
            {
                problems.Add(new FileProblem(problem, location));
            }
        }

        return new ContractFile(path, lines, problems);
    }

    private static ContractLine? Parse(string line, Location location, out string problem)
    {
        if (line.IndexOfAny(['\0', '\uFFFD']) >= 0)
        {
            problem = "the line is not text in UTF-8";
            return null;
        }

        bool ofAssembly = line[0] == '[';
        int end = ofAssembly ? 0 : line.IndexOfAny([' ', '\t']);
        if (end < 0 || line.Substring(end).Trim() is not { Length: > 0 } list)
        {
            problem = "a line is a documentation ID, spaces and an attribute list";
            return null;
        }

        string target = Assembly;
        string? part = null;
        if (!ofAssembly && !TryReadTarget(line.Substring(0, end), out target, out part))
        {
            problem = $"'{line.Substring(0, end)}' is not a documentation ID such as 'M:Kernel.Mutex.Acquire'; one begins with 'M:', 'P:', 'T:' or 'F:'";
            return null;
        }

        if (AttributeList.Parse(list, ofAssembly, location, out problem) is not { } attributes)
        {
            return null;
        }

        if (attributes.FirstOrDefault(one => !MayStand(one.Name, target, part)) is { } misplaced)
        {
            problem = $"[{misplaced.Name}] does not belong on {Describe(target, part)}";
            return null;
        }

        return new ContractLine(target, part, [.. attributes.Select(one => one.Attribute)], string.Join(", ", attributes.Select(one => one.Content).OrderBy(one => one, StringComparer.Ordinal)), location);
    }

    // In an ID, '#' also stands in names (#ctor) and in explicit implementations. What is said of a parameter follows the list of parameters.
    private static bool TryReadTarget(string text, out string target, out string? part)
    {
        target = text;
        part = null;
        int hash = text.LastIndexOf('#');
        int close = text.LastIndexOf(')');
        if (hash > 0 && (close >= 0 ? hash > close : text.Substring(hash) == "#return" && text[hash - 1] != '.'))
        {
            target = text.Substring(0, hash);
            part = text.Substring(hash + 1);
        }

        return target.Length > 2 && target[1] == ':' && target[0] is 'M' or 'P' or 'T' or 'F' && part != "" && !target.Contains('"');
    }

    private static bool MayStand(string name, string target, string? part)
    {
        AttributeTargets targets = ContractVocabulary.All[name].Targets;
        AttributeTargets here = target == Assembly ? AttributeTargets.Assembly
            : part == "return" ? AttributeTargets.ReturnValue
            : part is not null ? AttributeTargets.Parameter
            : target[0] switch
            {
                'M' => AttributeTargets.Method | AttributeTargets.Constructor,
                'P' => AttributeTargets.Property,
                'F' => AttributeTargets.Field,
                _ => AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Interface | AttributeTargets.Delegate,
            };
        return (targets & here) != 0;
    }

    private static string Describe(string target, string? part) =>
        target == Assembly ? "an assembly"
        : part == "return" ? "what a method returns"
        : part is not null ? "a parameter"
        : target[0] switch { 'M' => "a method", 'P' => "a property", 'F' => "a field", _ => "a type" };

    private static Location LocationOf(string path, TextLine line) =>
        At(path, line.Span, new LinePositionSpan(new LinePosition(line.LineNumber, 0), new LinePosition(line.LineNumber, line.Span.Length)));

    private static Location At(string path, TextSpan span, LinePositionSpan lines) => Location.Create(path, span, lines);
}
