using System;
using System.Diagnostics;

namespace IrqSafety.Simulator;

/// <summary>The clock of one search: what is reported of it about twice a second, and when to write down where it stands.</summary>
internal sealed class SearchProgress(string scenario, ExplorationOptions options)
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(0.5);
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private TimeSpan _reported;
    private TimeSpan _saved;
    private long _before;

    /// <summary>Time since the search began or went on.</summary>
    public TimeSpan Elapsed => _clock.Elapsed;

    /// <summary>The same, in milliseconds.</summary>
    public long Milliseconds => _clock.ElapsedMilliseconds;

    /// <summary>Reports, when it is time.</summary>
    public void Report(long executions, double? covered, TimeSpan? time)
    {
        TimeSpan now = _clock.Elapsed;
        if (options.OnProgress is not { } report || now - _reported < s_interval)
        {
            return;
        }

        double rate = (executions - _before) / (now - _reported).TotalSeconds;
        (_reported, _before) = (now, executions);
        TimeSpan? byTime = time - now;
        TimeSpan? bySpace = covered is > 0.01 and { } share ? now * ((1 - share) / share) : null;
        TimeSpan? left = byTime is null || bySpace < byTime ? bySpace ?? byTime : byTime;
        report(new ProgressMessage(scenario, executions, (long)now.TotalMilliseconds, covered)
        {
            Rate = rate,
            MillisecondsLeft = left is { } known ? (long)Math.Max(0, known.TotalMilliseconds) : null,
        });
    }

    /// <summary>True once in an interval.</summary>
    public bool IsTimeToSave(TimeSpan interval)
    {
        if (_clock.Elapsed - _saved < interval)
        {
            return false;
        }

        _saved = _clock.Elapsed;
        return true;
    }
}
