using System;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using IrqSafety.Cli.Building;
using IrqSafety.Cli.Verbs;

namespace IrqSafety.Cli;

/// <summary>Parses the arguments, runs the verb, and maps what happened to an exit code.</summary>
internal sealed class CommandLine(Terminal terminal, IProjectBuilder builder)
{
    /// <summary>Runs one command line.</summary>
    public async Task<ExitCode> RunAsync(string[] args, CancellationToken cancellation)
    {
        ParseResult parsed = Root().Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0)
        {
            return Refuse(parsed);
        }

        try
        {
            var invocation = new InvocationConfiguration
            {
                Output = terminal.Out,
                Error = terminal.Error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            };
            return (ExitCode)await parsed.InvokeAsync(invocation, cancellation);
        }
        catch (UserErrorException error)
        {
            terminal.Error.WriteLine($"irqsafety: {error.Problem}");
            foreach (string detail in error.Details)
            {
                terminal.Error.WriteLine($"  {detail}");
            }

            terminal.Error.WriteLine(error.Remedy);
            return ExitCode.BadArguments;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            terminal.Error.WriteLine("irqsafety: cancelled.");
            return ExitCode.Aborted;
        }
        catch (Exception error)
        {
            terminal.Error.WriteLine($"irqsafety: internal error: {error}");
            return ExitCode.InternalError;
        }
    }

    private RootCommand Root()
    {
        var report = new ReportOptions();
        var root = new RootCommand("Finds mistakes in ARM interrupt code, and confirms them by running it.")
        {
            CheckVerb.Create(terminal, builder, report),
            SimulateVerb.Create(terminal, builder, report),
            VerifyVerb.Create(terminal, builder, report),
            ReplayVerb.Create(terminal, builder, report),
            ExplainVerb.Create(terminal, report),
        };
        foreach (Option option in report.All)
        {
            root.Options.Add(option);
        }

        return root;
    }

    private ExitCode Refuse(ParseResult parsed)
    {
        foreach (ParseError error in parsed.Errors)
        {
            terminal.Error.WriteLine($"irqsafety: {error.Message.ReplaceLineEndings(" ")}");
        }

        string verb = string.Join(' ', parsed.CommandResult.Command is RootCommand ? [] : new[] { parsed.CommandResult.Command.Name });
        terminal.Error.WriteLine($"Try 'irqsafety {(verb.Length > 0 ? verb + " " : "")}--help'.");
        return ExitCode.BadArguments;
    }
}
