using System;
using System.Threading;
using IrqSafety.Cli;
using IrqSafety.Cli.Building;

using var interrupted = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    // The first Ctrl+C ends the children and prints what is known so far; a second one ends the tool.
    pressed.Cancel = !interrupted.IsCancellationRequested;
    interrupted.Cancel();
};

Terminal terminal = Terminal.OfThisProcess();
return (int)await new CommandLine(terminal, new DotnetBuild(terminal.Directory)).RunAsync(args, interrupted.Token);
