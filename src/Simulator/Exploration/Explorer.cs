using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using IrqSafety.Rules;
using IrqSafety.Runtime;

namespace IrqSafety.Simulator;

/// <summary>Explores one scenario: executes it under one strategy after another, and confirms what goes wrong.</summary>
public sealed class Explorer
{
    // Learning who touches what before the tree search starts saves most of its restarts.
    private const int LearningExecutions = 20;
    private const int CoverageCaptures = 200;
    private const int PctDepth = 3;
    private static readonly TimeSpan SamplingTime = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromSeconds(0.5);

    private readonly ScenarioType _scenario;
    private readonly ExplorationOptions _options;
    private readonly MachineBuilder _declared;
    private readonly ScenarioRunner _runner;
    private readonly ExecutionOptions _execution;
    private readonly ViolationBook _book;
    private readonly OutcomeKeys _outcomes = new();
    private readonly SortedSet<string> _reached = new(StringComparer.Ordinal);
    private readonly HashSet<(string, string, Operation, int)> _coverage = [];
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private TimeSpan _lastProgress;
    private int _captures;
    private bool _newCoverage;
    private bool _choseOutcomes;
    private bool _isHanging;
    private string? _nonDeterminism;

    private Explorer(ScenarioType scenario, ExplorationOptions options)
    {
        _scenario = scenario;
        _options = options;
        _declared = scenario.Build();
        _runner = new ScenarioRunner(scenario, options.Profile);
        _execution = new ExecutionOptions(options.Bound, options.InjectEveryPoint, options.EarlyTimeouts);
        _book = new ViolationBook(options.Targets);
    }

    private long Executed { get; set; }

    private bool MayGoOn => !_isHanging && _nonDeterminism is null && Executed < (_options.Executions ?? long.MaxValue);

    /// <summary>Explores the scenario.</summary>
    /// <exception cref="ScenarioException">It cannot be built.</exception>
    public static ExplorationOutcome Explore(ScenarioType scenario, ExplorationOptions options)
    {
        ArgumentNullException.ThrowIfNull(scenario);
        ArgumentNullException.ThrowIfNull(options);
        return new Explorer(scenario, options).Run();
    }

    private ExplorationOutcome Run()
    {
        (string strategy, bool exhaustive, string missBound) = _options.Strategy switch
        {
            "exhaustive" => Exhaust(_options.Time),
            "pct" => Sample(new PctStrategy(_options.Seed, PctDepth), null, _options.Time ?? SamplingTime),
            "random" => Sample(null, new RandomStrategy(_options.Seed), _options.Time ?? SamplingTime),
            _ => Portfolio(),
        };

        IReadOnlyList<MinimisedViolation> violations = [.. _book.All.Select(Minimise)];
        var summary = new ExplorationMessage
        {
            Scenario = _scenario.Name,
            Strategy = strategy,
            Executions = Executed,
            Exhaustive = exhaustive,
            Bound = _declared.DescribeBound(_options.Bound ?? _declared.SwitchBound) + (_options.EarlyTimeouts ? ", deadlines may pass anywhere" : ""),
            MissBound = missBound,
            Milliseconds = _clock.ElapsedMilliseconds,
            Profile = (_options.Profile ?? _declared.DeclaredProfile).Name,
            Reached = [.. _reached],
        };
        return new ExplorationOutcome(violations, summary, _nonDeterminism, _isHanging);
    }

    private (string Strategy, bool Exhaustive, string MissBound) Portfolio()
    {
        TimeSpan whole = _options.Time ?? TimeSpan.FromSeconds(30);
        (string Strategy, bool Exhaustive, string MissBound) exhausted = Exhaust(whole * 0.6);
        return exhausted.Exhaustive || !MayGoOn
            ? exhausted
            : Sample(new PctStrategy(_options.Seed, PctDepth), new RandomStrategy(_options.Seed), whole);
    }

    private (string Strategy, bool Exhaustive, string MissBound) Exhaust(TimeSpan? until)
    {
        var random = new RandomStrategy(_options.Seed);
        for (int execution = 0; execution < LearningExecutions && MayGoOn && !_options.InjectEveryPoint; execution++)
        {
            _ = random.Begin();
            _ = Execute(random, null);
        }

        var search = new ExhaustiveStrategy(reduces: !_options.InjectEveryPoint);
        int relied = _runner.Locations.Version;
        while (MayGoOn && (until is null || _clock.Elapsed < until) && search.Begin())
        {
            _ = Execute(search, search);
            if (search.Divergence is { } divergence)
            {
                _nonDeterminism ??= divergence;
            }

            if (_runner.Locations.Version != relied && search.Reduces)
            {
                relied = _runner.Locations.Version;
                search.Restart();
            }
        }

        _nonDeterminism ??= search.Divergence;
        return (search.Name, search.Exhausted && !_isHanging && _nonDeterminism is null, MissBound.None);
    }

    private (string Strategy, bool Exhaustive, string MissBound) Sample(PctStrategy? pct, RandomStrategy? random, TimeSpan until)
    {
        long pctExecutions = 0;
        for (bool turn = true; MayGoOn && _clock.Elapsed < until; turn = !turn)
        {
            IStrategy strategy = (turn || random is null) && pct is not null ? pct : random!;
            _ = strategy.Begin();
            _ = Execute(strategy, null);
            pctExecutions += strategy == pct ? 1 : 0;
        }

        string name = pct is null ? "random" : random is null ? "pct" : "portfolio";
        return (name, false, pct is null ? MissBound.None : MissBound.Of(pct, pctExecutions, !_choseOutcomes));
    }

    private ExecutionResult Execute(IStrategy strategy, ExhaustiveStrategy? search)
    {
        _newCoverage = false;
        ExecutionResult result = _runner.Run(strategy, _execution, _captures < CoverageCaptures && _options.ConfirmsViolations ? Cover : null);
        Executed += result.IsPruned ? 0 : 1;
        _choseOutcomes |= result.ChoseOutcomes;
        _options.OnExecution?.Invoke(result);
        if (result.IsHanging)
        {
            _isHanging = true;
            _ = _book.Enter(result);
            return result;
        }

        if (!_options.ConfirmsViolations)
        {
            return result;
        }

        if ((result.IsViolation && _outcomes.IsNew(result)) || _newCoverage)
        {
            Confirm(result);
        }

        ReportProgress(search);
        return result;
    }

    // A failing schedule is run again: with the sites this time, and to see that the program does the same again.
    private void Confirm(ExecutionResult result)
    {
        _captures++;
        var replay = new ReplayStrategy(result.Schedule);
        ExecutionResult again = Replay(replay, step =>
        {
            foreach (UserCall call in step.Calls)
            {
                _ = _reached.Add(call.Site.ToString());
            }
        });
        if (replay.Divergence is { } divergence)
        {
            _nonDeterminism ??= divergence;
        }
        else if (OutcomeKeys.Of(again) != OutcomeKeys.Of(result))
        {
            _nonDeterminism ??= "the same schedule ended differently: " + (again.Harm?.Message ?? "without harm") + " instead of " + (result.Harm?.Message ?? "without harm");
        }
        else
        {
            _ = _book.Enter(again);
        }
    }

    private ExecutionResult Replay(ReplayStrategy strategy, Action<StepOrigin>? onStep)
    {
        _ = strategy.Begin();
        ExecutionResult result = _runner.Run(strategy, _execution with { Switches = int.MaxValue, CaptureSites = true, CaptureSource = true }, onStep);
        strategy.End();
        return result;
    }

    private MinimisedViolation Minimise(Violation violation)
    {
        if (_isHanging || _nonDeterminism is not null)
        {
            return new MinimisedViolation(violation, "locally minimal");
        }

        return Minimiser.Minimise(violation, schedule =>
        {
            var replay = new ReplayStrategy(schedule);
            ExecutionResult result = Replay(replay, null);
            return replay.Divergence is null
                ? _book.Read(result).FirstOrDefault(found => found.Key == violation.Key && found.Evidence == violation.Evidence)
                : null;
        });
    }

    private void Cover(StepOrigin step) =>
        _newCoverage |= _coverage.Add((step.Task, step.Frame.Parent is null ? "" : step.Frame.Path, step.Operation, step.Number));

    private void ReportProgress(ExhaustiveStrategy? search)
    {
        if (_options.OnProgress is { } report && _clock.Elapsed - _lastProgress > ProgressInterval)
        {
            _lastProgress = _clock.Elapsed;
            report(new ProgressMessage(_scenario.Name, Executed, _clock.ElapsedMilliseconds, search?.Covered));
        }
    }
}
