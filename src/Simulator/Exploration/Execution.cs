using System;
using System.Collections.Generic;
using System.Linq;
using IrqSafety.Runtime;

namespace IrqSafety.Simulator;

/// <summary>Executes a scenario again and again, and keeps what that showed: violations, each run a second time with its sites, and the sites reached.</summary>
internal sealed class Execution : IDisposable
{
    private const int CoverageCaptures = 200;

    private readonly ExplorationOptions _options;
    private readonly bool _reduces;
    private readonly ScenarioRunner _runner;
    private readonly ViolationBook _book;
    private readonly OutcomeKeys _outcomes = new();
    private readonly SortedSet<string> _reached = new(StringComparer.Ordinal);
    private readonly HashSet<string> _targets;
    private readonly HashSet<(string, string, Operation, int)> _coverage = [];
    private readonly List<IReadOnlyList<RecordedDecision>> _found = [];
    private int _captures;
    private bool _newCoverage;
    private ExecutionResult? _confirming;
    private (long, long) _lastProgress;

    public Execution(ScenarioType scenario, ExplorationOptions options, bool reduces)
    {
        _reduces = reduces;
        _options = options;
        _runner = new ScenarioRunner(scenario, options.Profile);
        _book = new ViolationBook(options.Targets);
        _targets = [.. options.Targets.Select(target => target.Site)];
        Bounded = new ExecutionOptions(options.Bound, options.InjectEveryPoint, options.EarlyTimeouts, options.Memory, AccessPlace: options.AccessPlace, Depth: options.Depth);
        Sampling = Bounded with { Switches = options.Bound ?? Explorer.Unbounded };
    }

    /// <summary>What a tree search keeps to.</summary>
    public ExecutionOptions Bounded { get; }

    /// <summary>What sampling keeps to: switches are bounded only where that was asked for.</summary>
    public ExecutionOptions Sampling { get; }

    /// <summary>Complete executions.</summary>
    public long Executed { get; private set; }

    /// <summary>Nothing happened after which the search must end.</summary>
    public bool MayGoOn => !IsHanging && NonDeterminism is null;

    /// <summary>The program runs on outside the model.</summary>
    public bool IsHanging { get; private set; }

    /// <summary>Where the program behaved differently under one schedule, or null.</summary>
    public string? NonDeterminism { get; private set; }

    /// <summary>The environment had choices.</summary>
    public bool ChoseOutcomes { get; private set; }

    /// <summary>An execution was longer than asked for.</summary>
    public bool CutByDepth { get; private set; }

    /// <summary>The sites reached.</summary>
    public IReadOnlyList<string> Reached => [.. _reached];

    /// <summary>A schedule for each thing found.</summary>
    public IReadOnlyList<IReadOnlyList<RecordedDecision>> Found => _found;

    /// <summary>Who touches what.</summary>
    public SharedLocations Locations => _runner.Locations;

    /// <summary>True when every finding is settled with the strongest evidence its law allows.</summary>
    public bool SettlesAllTargets => _book.SettlesAllTargets;

    /// <summary>Called for the steps of findings: who makes it, and the operation.</summary>
    public Action<string, string>? OnTargetStep { get; set; }

    /// <summary>The search is over: the threads of the program end.</summary>
    public void Dispose() => _runner.Dispose();

    /// <summary>Executes once.</summary>
    public ExecutionResult Run(IStrategy strategy, ExecutionOptions options)
    {
        _newCoverage = false;
        ExecutionResult result = _runner.Run(strategy, options, _captures < CoverageCaptures && _options.ConfirmsViolations ? Cover : null);
        Judge(result);
        return result;
    }

    /// <summary>From now on the calling thread lends its stack to the program; another one watches (<see cref="IsLost"/>).</summary>
    public void LendStack() => _runner.LendStack();

    /// <summary>True when an execution under way has not come further since the last look.</summary>
    public bool IsLost()
    {
        (long, long) now = _runner.Progress;
        bool lost = _runner.IsRunning && now == _lastProgress;
        _lastProgress = now;
        return lost;
    }

    /// <summary>Takes over, on the watching thread, from one that the program did not give back.</summary>
    public void TakeOver()
    {
        ExecutionResult lost = _runner.Lose();
        if (_confirming is { } interrupted)
        {
            _confirming = null;
            IsHanging |= lost.IsHanging;
            if (MayGoOn)
            {
                Confirm(interrupted);
            }
        }
        else
        {
            Judge(lost);
        }
    }

    private void Judge(ExecutionResult result)
    {
        Executed += result.IsPruned ? 0 : 1;
        ChoseOutcomes |= result.ChoseOutcomes;
        CutByDepth |= result.CutByDepth;
        _options.OnExecution?.Invoke(result);
        if (result.IsHanging)
        {
            IsHanging = true;
            _ = _book.Enter(result);
            return;
        }

        if (_options.ConfirmsViolations && ((result.IsViolation && _outcomes.IsNew(result)) || _newCoverage))
        {
            Confirm(result);
        }
    }

    /// <summary>Executes once to see how a search goes on; another execution of the same counts.</summary>
    public void Probe(IStrategy strategy)
    {
        IsHanging |= _runner.Run(strategy, Bounded).IsHanging;
    }

    /// <summary>A search met a decision that was not there before, or the reverse.</summary>
    public void Diverged(string? divergence) => NonDeterminism ??= divergence;

    /// <summary>Takes over what an earlier search found, by running its schedules again.</summary>
    public void Restore(SearchCheckpoint state)
    {
        foreach (IReadOnlyList<RecordedDecision> schedule in state.Found)
        {
            _captures++;
            var replay = new ReplayStrategy(schedule);
            ExecutionResult again = Replay(replay, Reach);
            NonDeterminism ??= replay.Divergence;
            _ = _outcomes.IsNew(again);
            _ = _book.Enter(again);
            _found.Add(schedule);
        }

        _reached.UnionWith(state.Reached);
        Executed = state.Executions;
        ChoseOutcomes = state.ChoseOutcomes;
    }

    /// <summary>The violations, each with the smallest schedule found.</summary>
    public IReadOnlyList<MinimisedViolation> Minimised() => [.. _book.All.Select(Minimise)];

    // A failing schedule is run again: with the sites this time, and to see that the program does the same again. One that was pruned goes on to its end this time, and may
    // end in what the other did not come to.
    private void Confirm(ExecutionResult result)
    {
        _captures++;
        _confirming = result;
        var replay = new ReplayStrategy(result.Schedule);
        ExecutionResult again = Replay(replay, Reach);
        _confirming = null;
        if (replay.Divergence is { } divergence)
        {
            NonDeterminism ??= divergence;
        }
        else if (!result.IsPruned && OutcomeKeys.Of(again) != OutcomeKeys.Of(result))
        {
            NonDeterminism ??= "the same schedule ended differently: " + (again.Harm?.Message ?? "without harm") + " instead of " + (result.Harm?.Message ?? "without harm");
        }
        else if (_book.Enter(again))
        {
            _found.Add(result.Schedule);
        }
    }

    private void Reach(StepOrigin step)
    {
        foreach (UserCall call in step.Calls)
        {
            string site = call.Site.ToString();
            _ = _reached.Add(site);
            if (_targets.Contains(site))
            {
                OnTargetStep?.Invoke(step.Task, step.Operation.Name);
            }
        }
    }

    private ExecutionResult Replay(ReplayStrategy strategy, Action<StepOrigin>? onStep)
    {
        _ = strategy.Begin();
        ExecutionResult result = _runner.Run(strategy, Bounded with { Switches = int.MaxValue, CaptureSites = true, CaptureSource = true }, onStep);
        strategy.End();
        return result;
    }

    private MinimisedViolation Minimise(Violation violation)
    {
        if (!MayGoOn)
        {
            return new MinimisedViolation(violation, "locally minimal");
        }

        return new Minimiser(Same, SearchBelow).Minimise(violation);

        Violation? Same(IReadOnlyList<RecordedDecision> schedule)
        {
            var replay = new ReplayStrategy(schedule);
            ExecutionResult result = Replay(replay, null);
            return replay.Divergence is null
                ? _book.Read(result).FirstOrDefault(found => found.Key == violation.Key && found.Evidence == violation.Evidence)
                : null;
        }

        // Every schedule within these bounds. Only those that end in what could be the violation are run again with their sites.
        BelowResult SearchBelow(int switches, int injections, int executions)
        {
            var search = new TreeSearch(_reduces, bounded: true);
            var seen = new OutcomeKeys();
            ExecutionOptions options = Bounded with { Switches = switches, Injections = injections };
            for (int execution = 0; search.Begin(); execution++)
            {
                if (execution == executions)
                {
                    return new BelowResult(null, IsComplete: false);
                }

                ExecutionResult result = _runner.Run(search, options);
                if (result.IsHanging)
                {
                    IsHanging = true;
                    return new BelowResult(null, IsComplete: false);
                }

                if (result.IsViolation && seen.IsNew(result) && Same(result.Schedule) is { } found)
                {
                    return new BelowResult(found, IsComplete: false);
                }
            }

            return new BelowResult(null, IsComplete: search.Divergence is null);
        }
    }

    private void Cover(StepOrigin step) =>
        _newCoverage |= _coverage.Add((step.Task, step.Frame.Parent is null ? "" : step.Frame.Path, step.Operation, step.Number));
}
