using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.Linq;
using IrqSafety.Simulator;

namespace IrqSafety.Cli.Printing;

/// <summary>One line on the terminal that says what is going on; nothing where nobody is watching.</summary>
/// <param name="terminal">The terminal.</param>
/// <param name="wanted">False to stay silent even on a terminal.</param>
internal sealed class LiveProgress(Terminal terminal, bool wanted)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly SortedDictionary<string, string> _running = new(StringComparer.Ordinal);
    private readonly Stopwatch _sinceShown = Stopwatch.StartNew();
    private readonly bool _visible = wanted && terminal.Interactive;

    /// <summary>Says what is being done.</summary>
    public void Show(string what)
    {
        lock (_running)
        {
            Draw(what);
        }
    }

    /// <summary>Says how far a search is.</summary>
    public void Show(string project, ProgressMessage message)
    {
        lock (_running)
        {
            string covered = message.Covered is { } share ? string.Create(CultureInfo.InvariantCulture, $", {share:P0} of the space") : "";
            _running[$"{project}/{message.Scenario}"] = $"{message.Executions} executions{covered}";
            if (_sinceShown.Elapsed < Interval)
            {
                return;
            }

            _sinceShown.Restart();
            Draw(string.Join("   ", _running.Select(entry => $"{entry.Key}: {entry.Value}")));
        }
    }

    /// <summary>Removes the line.</summary>
    public void Clear()
    {
        lock (_running)
        {
            _running.Clear();
            Draw("");
        }
    }

    private void Draw(string text)
    {
        if (_visible)
        {
            // Carriage return, the text as far as it fits, erase to end of line (ECMA-48 EL).
            terminal.Error.Write($"\r{(text.Length < terminal.Width ? text : text[..(terminal.Width - 1)])}\u001b[K");
        }
    }
}
