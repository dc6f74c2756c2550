using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Threading;
using System.Threading.Tasks;

namespace IrqSafety.Cli.Processes;

/// <summary>A command to start: a program, its arguments and the changes to the environment.</summary>
/// <param name="Program">The program.</param>
/// <param name="Arguments">Its arguments.</param>
internal sealed record ChildCommand(string Program, IReadOnlyList<string> Arguments)
{
    /// <summary>Where it runs; null for the current directory.</summary>
    public string? Directory { get; init; }

    /// <summary>Changes to the inherited environment; null removes a variable.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();

    /// <summary>Its standard input ends when this process does, however that ends; otherwise it is empty.</summary>
    public bool HoldsInput { get; init; }
}

/// <summary>Runs a child process to its end, line by line; ends it and what it started when cancelled.</summary>
internal static class ChildProcess
{
    /// <summary>Runs the command and returns its exit code.</summary>
    /// <param name="command">What to start.</param>
    /// <param name="onOutput">Receives each line of standard output; never two at a time.</param>
    /// <param name="onError">Receives each line of standard error.</param>
    /// <param name="cancellation">Ends the process tree.</param>
    /// <exception cref="OperationCanceledException">Cancelled; the child is gone.</exception>
    public static async Task<int> RunAsync(ChildCommand command, Action<string> onOutput, Action<string> onError, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var start = new ProcessStartInfo(command.Program, command.Arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            UseShellExecute = false,
            WorkingDirectory = command.Directory ?? "",
        };
        foreach ((string name, string? value) in command.Environment)
        {
            if (value is null)
            {
                start.Environment.Remove(name);
            }
            else
            {
                start.Environment[name] = value;
            }
        }

        using Process process = Process.Start(start) ?? throw new InvalidOperationException($"'{command.Program}' did not start");
        if (!command.HoldsInput)
        {
            process.StandardInput.Close();
        }

        Task output = PumpAsync(process.StandardOutput, onOutput);
        Task errors = PumpAsync(process.StandardError, onError);
        try
        {
            await process.WaitForExitAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
            throw;
        }
        finally
        {
            // A grandchild may keep the pipes open after the child is gone; what the child wrote has arrived by then.
            await Task.WhenAny(Task.WhenAll(output, errors), Task.Delay(TimeSpan.FromSeconds(5), CancellationToken.None));
        }

        return process.ExitCode;
    }

    private static async Task PumpAsync(StreamReader from, Action<string> to)
    {
        while (await from.ReadLineAsync() is { } line)
        {
            to(line);
        }
    }
}
