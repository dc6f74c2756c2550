using System;
using System.Collections.Generic;
using System.CommandLine;
using System.IO;
using System.Linq;
using IrqSafety.Cli.Printing;
using IrqSafety.Cli.Schedules;

namespace IrqSafety.Cli.Verbs;

/// <summary>The options that every verb takes.</summary>
internal sealed class ReportOptions
{
    private readonly Option<string> _format = new("--format")
    {
        Description = "Form of the report: text, json, sarif, html, trace, junit or trx, as far as the verb has it.",
        HelpName = "text|json|sarif|html|trace|junit|trx",
        DefaultValueFactory = _ => "text",
        Recursive = true,
    };

    private readonly Option<string?> _output = new("--output", "-o")
    {
        Description = "Write the report to this file, or to this folder together with the replay files.",
        HelpName = "path",
        Recursive = true,
    };

    private readonly Option<bool> _quiet = new("--quiet", "-q")
    {
        Description = "No progress, and only the result of a text report.",
        Recursive = true,
    };

    /// <summary>The options.</summary>
    public IEnumerable<Option> All => [_format, _output, _quiet];

    /// <summary>Whether little is to be said.</summary>
    public bool Quiet(ParseResult parsed) => parsed.GetValue(_quiet);

    /// <summary>The form asked for.</summary>
    /// <exception cref="UserErrorException">This verb does not have it.</exception>
    public ReportFormat Format(ParseResult parsed, params IReadOnlyList<ReportFormat> available)
    {
        string asked = parsed.GetValue(_format) ?? "text";
        foreach (ReportFormat format in available)
        {
            if (string.Equals(asked, format.ToString(), StringComparison.OrdinalIgnoreCase))
            {
                return format;
            }
        }

        string names = string.Join(", ", available.Select(format => format.ToString().ToLowerInvariant()));
        throw new UserErrorException($"'{parsed.CommandResult.Command.Name}' has no format '{asked}'.", $"Available: {names}.");
    }

    /// <summary>Where the report goes, for a verb that reports any number of schedules.</summary>
    /// <exception cref="UserErrorException">The format shows one schedule, and there is no folder for several files; or the report cannot be written.</exception>
    public ReportTarget Target(ParseResult parsed, Terminal terminal, ReportFormat format)
    {
        ReportTarget target = Target(parsed, terminal);
        if (!format.IsView())
        {
            target.Check(format);
            return target;
        }

        return target.Folder is not null
            ? target
            : throw new UserErrorException(
                $"'{parsed.CommandResult.Command.Name} --format {format.ToString().ToLowerInvariant()}' writes a file for each violation.",
                "Name a folder: --output DIR/");
    }

    /// <summary>Where the report goes.</summary>
    public ReportTarget Target(ParseResult parsed, Terminal terminal)
    {
        string? output = parsed.GetValue(_output);
        if (output is null)
        {
            return new ReportTarget(terminal, null, terminal.Resolve("artifacts/replays"));
        }

        if (output.Length == 0)
        {
            throw new UserErrorException("--output is empty.", "Name a file or a folder.");
        }

        string path = terminal.Resolve(output);
        bool folder = Directory.Exists(path) || output.EndsWith('/') || output.EndsWith(Path.DirectorySeparatorChar);
        return folder
            ? new ReportTarget(terminal, Path.Combine(path, parsed.CommandResult.Command.Name), Path.Combine(path, "replays")) { Folder = path }
            : new ReportTarget(terminal, path, terminal.Resolve("artifacts/replays"));
    }
}
