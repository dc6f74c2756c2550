using System;
using System.Collections.Generic;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using IrqSafety.Cli.Building;
using Xunit;

namespace IrqSafety.Cli.Tests;

/// <summary>What one run of the tool left behind.</summary>
internal sealed record ToolRun(ExitCode ExitCode, string Out, string Error);

/// <summary>Runs the tool in this process, with output captured and, where a test asks, without building.</summary>
internal static class Tool
{
    public static Task<ToolRun> RunAsync(params string[] args) => RunAsync(new NoBuild(), Environment.CurrentDirectory, args);

    public static async Task<ToolRun> RunAsync(IProjectBuilder builder, string directory, params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var terminal = new Terminal(output, error, directory);
        ExitCode exitCode = await new CommandLine(terminal, builder).RunAsync(args, TestContext.Current.CancellationToken);
        return new ToolRun(exitCode, output.ToString(), error.ToString());
    }

    /// <summary>For command lines that must be settled before anything is built.</summary>
    private sealed class NoBuild : IProjectBuilder
    {
        public Task<IReadOnlyList<BuiltProject>> BuildAsync(IReadOnlyList<string> projects, bool analyze, CancellationToken cancellation) =>
            throw new InvalidOperationException("nothing should have been built");
    }
}
