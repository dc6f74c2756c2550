using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.Linq;
using System.Text;
using IrqSafety.Simulator;

namespace IrqSafety.Cli.Printing;

/// <summary>One line on the terminal that says what is going on; nothing where nobody is watching.</summary>
/// <param name="terminal">The terminal.</param>
/// <param name="wanted">False to stay silent even on a terminal.</param>
internal sealed class LiveProgress(Terminal terminal, bool wanted)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly SortedDictionary<string, SortedDictionary<int, ProgressMessage>> _running = new(StringComparer.Ordinal);
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
    public void Show(string project, int part, ProgressMessage message)
    {
        lock (_running)
        {
            string search = $"{project}/{message.Scenario}";
            if (!_running.TryGetValue(search, out SortedDictionary<int, ProgressMessage>? parts))
            {
                _running[search] = parts = [];
            }

            parts[part] = message;
            if (_sinceShown.Elapsed < Interval)
            {
                return;
            }

            _sinceShown.Restart();
            Draw(string.Join("   ", _running.Select(entry => $"{entry.Key}: {Describe(entry.Value.Values)}")));
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

    /// <summary>Executions, rate, share of the space and time left of the parts of a search, together.</summary>
    internal static string Describe(IReadOnlyCollection<ProgressMessage> parts)
    {
        var text = new StringBuilder();
        _ = text.Append(CultureInfo.InvariantCulture, $"{parts.Sum(part => part.Executions)} executions, {parts.Sum(part => part.Rate):0}/s");
        if (parts.All(part => part.Covered is not null))
        {
            _ = text.Append(CultureInfo.InvariantCulture, $", {100 * parts.Average(part => part.Covered!.Value):0} % of the space");
        }

        if (parts.Max(part => part.MillisecondsLeft) is { } left)
        {
            _ = text.Append(CultureInfo.InvariantCulture, $", {Math.Ceiling(left / 1000.0):0} s left");
        }

        return text.ToString();
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
