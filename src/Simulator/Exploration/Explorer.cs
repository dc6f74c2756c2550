using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.ExceptionServices;
using System.Threading;
using IrqSafety.Rules;
using IrqSafety.Runtime;

namespace IrqSafety.Simulator;

/// <summary>Explores one scenario: executes it under one strategy after another, and confirms what goes wrong.</summary>
public sealed class Explorer : IDisposable
{
    // Prefixes for each of several workers: subtrees differ in size.
    private const int PrefixesPerWorker = 8;

    // A portfolio samples first, and then gives the tree search three turns in four: what sampling finds it finds early.
    private const int SamplesFirst = 60;
    private const int DirectedExecutions = 300;
    private const int PctDepth = 3;
    private const int StackBytes = 4 << 20;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_samplingTime = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_portfolioTime = TimeSpan.FromSeconds(30);

    private readonly ScenarioType _scenario;
    private readonly ExplorationOptions _options;
    private readonly MachineBuilder _declared;
    private readonly Execution _execution;
    private readonly SearchProgress _progress;
    private readonly PctStrategy _pct;
    private readonly RandomStrategy _random;
    private readonly EngagedStrategy _engaged;
    private ITreeSearch? _tree;
    private int _prefix;
    private long _pctCounted;
    private int _pctReliesOn = -1;

    private Explorer(ScenarioType scenario, ExplorationOptions options)
    {
        _scenario = scenario;
        _options = options;
        _declared = scenario.Build();
        _execution = new Execution(scenario, options, Reduces);
        _progress = new SearchProgress(scenario.Name, options);
        ulong seed = options.Seed + ((ulong)options.Part * 0x9E3779B97F4A7C15);
        _pct = new PctStrategy(seed, PctDepth);
        _random = new RandomStrategy(seed);
        _engaged = new EngagedStrategy(seed);
    }

    private bool MayGoOn => _execution.MayGoOn && _execution.Executed < (_options.Executions ?? long.MaxValue);

    private bool Reduces => _options.Reduces(_declared.DeclaredProfile);

    private bool IsSplit => _options.Parts > 1;

    /// <summary>Explores the scenario.</summary>
    /// <exception cref="ScenarioException">It cannot be built.</exception>
    /// <exception cref="CheckpointException">The checkpoint to go on from is damaged, or belongs to another search.</exception>
    public static ExplorationOutcome Explore(ScenarioType scenario, ExplorationOptions options)
    {
        ArgumentNullException.ThrowIfNull(scenario);
        ArgumentNullException.ThrowIfNull(options);
        using var explorer = new Explorer(scenario, options);
        return explorer.RunWatched();
    }

    void IDisposable.Dispose() => _execution.Dispose();

    // The search runs on a thread of its own that lends its stack to the program. When the program keeps it, this one goes on with the search where it stood,
    // and lends no stack any more.
    private ExplorationOutcome RunWatched()
    {
        ExplorationOutcome? outcome = null;
        ExceptionDispatchInfo? failure = null;
        using var done = new ManualResetEventSlim();
        var search = new Thread(Search, StackBytes) { IsBackground = true, Name = "irqsafety search" };
        Restore();
        search.Start();
        while (!done.Wait(s_patience))
        {
            if (_execution.IsLost())
            {
                _execution.TakeOver();
                return Run();
            }
        }

        failure?.Throw();
        return outcome!;

        void Search()
        {
            try
            {
                _execution.LendStack();
                outcome = Run();
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                failure = ExceptionDispatchInfo.Capture(exception);
            }

            done.Set();
        }
    }

    private ExplorationOutcome Run()
    {
        if (_options.Targets.Count > 0 && _options.Part == 0 && _execution.Executed == 0)
        {
            Direct();
        }

        (string strategy, bool exhaustive) = _options.Strategy switch
        {
            "exhaustive" or "dpor" => SearchTree(_options.Time, sampling: false),
            "preemption" => RaiseBound(),
            "delay" => SearchWith(new DelayStrategy(), _options.Time),
            "pct" => Sample(_ => _pct),
            "random" => Sample(_ => _random),
            _ => Portfolio(),
        };
        Save(always: true);
        IReadOnlyList<MinimisedViolation> violations = _execution.Minimised();
        bool sampled = !exhaustive && _options.Strategy is "pct" or "random" or "portfolio";
        var summary = new ExplorationMessage
        {
            Scenario = _scenario.Name,
            Strategy = strategy,
            Executions = _execution.Executed,
            Exhaustive = exhaustive,
            Bound = DescribeBound(sampled),
            Memory = MemoryModels.NameOf(_options.Memory),
            MissBound = Miss()?.ToString() ?? MissBound.None,
            Miss = Miss(),
            Milliseconds = _progress.Milliseconds,
            Profile = (_options.Profile ?? _declared.DeclaredProfile).Name,
            Reached = _execution.Reached,
        };
        return new ExplorationOutcome(violations, summary, _execution.NonDeterminism, _execution.IsHanging);
    }

    private string DescribeBound(bool sampled)
    {
        int? switches = _options.Bound ?? (sampled ? null : _declared.SwitchBound);
        string bound = _declared.DescribeBound(switches);
        bound += _options.EarlyTimeouts ? ", deadlines may pass anywhere" : "";
        bound += _options.Memory == MemoryModel.Arm ? $", at most {LateEffects.Bound} effects late" : "";
        return _options.Depth is { } depth ? $"{bound}, {depth} steps" : bound;
    }

    // Fixed data and fault choices, and no switch that the bound forbade: otherwise the probability says nothing.
    private MissBound? Miss() => _pctCounted == 0 || _execution.ChoseOutcomes ? null : new MissBound(_pct.Processes, _pct.LongestRun, _pct.Depth, _pctCounted);

    private (string Strategy, bool Exhaustive) Portfolio() => SearchTree(_options.Time ?? s_portfolioTime, sampling: true);

    // Findings first: schedules that change course where they are, until each is settled with the strongest evidence its law allows.
    private void Direct()
    {
        var directed = new DirectedStrategy(_options.Seed);
        _execution.OnTargetStep = directed.AddStep;
        for (int execution = 0; execution < DirectedExecutions && MayGoOn && !_execution.SettlesAllTargets && !IsOver(_options.Time ?? s_portfolioTime); execution++)
        {
            _ = directed.Begin();
            Execute(directed, null, _execution.Sampling);
        }

        _execution.OnTargetStep = null;
    }

    private (string Strategy, bool Exhaustive) SearchTree(TimeSpan? until, bool sampling)
    {
        IReadOnlyList<IReadOnlyList<int>> prefixes = IsSplit ? Split() : [[]];
        bool exhausted = true;
        for (int turn = 0; _prefix < prefixes.Count; _prefix++, _tree = null)
        {
            _tree ??= NewTree(prefixes[_prefix]);
            while (MayGoOn && !IsOver(until))
            {
                if (sampling && (turn < SamplesFirst || turn % 4 == 0))
                {
                    SampleOnce(NextSampler());
                }
                else if (_tree.Begin())
                {
                    Execute(_tree, _tree, _execution.Bounded);
                    _execution.Diverged(_tree.Divergence);
                }
                else
                {
                    break;
                }

                turn++;
                Save(always: false);
            }

            _execution.Diverged(_tree.Divergence);
            exhausted = _tree.Exhausted && exhausted && _execution.MayGoOn;
            if (!exhausted)
            {
                break;
            }
        }

        bool complete = exhausted && !_execution.CutByDepth;
        string name = Reduces ? "dpor" : "exhaustive";
        return complete || !sampling ? (name, complete) : ("portfolio", false);
    }

    private TreeSearch NewTree(IReadOnlyList<int> prefix, TreeState? state = null) =>
        new(Reduces, bounded: (_options.Bound ?? _declared.SwitchBound) < Unbounded, prefix, state);

    /// <summary>A number of switches that no execution uses up.</summary>
    internal const int Unbounded = 1_000_000;

    // Schedules with few switches first, each bound to its end.
    private (string Strategy, bool Exhaustive) RaiseBound()
    {
        int last = _options.Bound ?? _declared.SwitchBound;
        bool exhausted = false;
        for (int bound = 0; bound <= last && MayGoOn && !IsOver(_options.Time); bound++)
        {
            var tree = new TreeSearch(Reduces, bounded: true);
            exhausted = Work(tree, _execution.Bounded with { Switches = bound }, _options.Time) && !_execution.CutByDepth;
        }

        return ("preemption", exhausted);
    }

    private (string Strategy, bool Exhaustive) SearchWith(ITreeSearch search, TimeSpan? until) =>
        (search.Name, Work(search, _execution.Bounded, until) && !_execution.CutByDepth);

    private bool Work(ITreeSearch search, ExecutionOptions options, TimeSpan? until)
    {
        while (MayGoOn && !IsOver(until) && search.Begin())
        {
            Execute(search, search, options);
            _execution.Diverged(search.Divergence);
        }

        return search.Exhausted && _execution.MayGoOn;
    }

    private (string Strategy, bool Exhaustive) Sample(Func<int, IStrategy> strategy)
    {
        TimeSpan until = _options.Time ?? s_samplingTime;
        for (int turn = 0; MayGoOn && !IsOver(until); turn++)
        {
            SampleOnce(strategy(turn));
            Save(always: false);
        }

        return (_options.Strategy, false);
    }

    // Half of the samples come between what is under way; the others do not share its view of what matters.
    private IStrategy NextSampler() => ((_engaged.Begun + _pct.Begun + _random.Begun) % 4) switch
    {
        1 => _random,
        3 => _pct,
        _ => _engaged,
    };

    private void SampleOnce(IStrategy strategy)
    {
        _ = strategy.Begin();
        Execute(strategy, null, _execution.Sampling);
        if (strategy != _pct)
        {
            return;
        }

        // When more is known to matter, the executions before were of a smaller space.
        _pctCounted = _pctReliesOn == _execution.Locations.Version ? _pctCounted : 0;
        _pctReliesOn = _execution.Locations.Version;
        _pctCounted += _pct.WasCut ? 0 : 1;
    }

    // The prefixes of this worker: every decision on the way to them has all its alternatives in some prefix.
    private List<IReadOnlyList<int>> Split()
    {
        var open = new Queue<IReadOnlyList<int>>([[]]);
        var ended = new List<IReadOnlyList<int>>();
        while (open.Count > 0 && open.Count + ended.Count < _options.Parts * PrefixesPerWorker && _execution.MayGoOn)
        {
            IReadOnlyList<int> prefix = open.Dequeue();
            TreeSearch probe = NewTree(prefix);
            _ = probe.Begin();
            _execution.Probe(probe);
            int width = probe.WidthAfterPrefix;
            if (width == 0)
            {
                ended.Add(prefix);
            }

            for (int choice = 0; choice < width; choice++)
            {
                open.Enqueue([.. prefix, choice]);
            }
        }

        return [.. ended.Concat(open).Where((_, number) => number % _options.Parts == _options.Part)];
    }

    private void Execute(IStrategy strategy, ITreeSearch? search, ExecutionOptions options)
    {
        _ = _execution.Run(strategy, options);
        _progress.Report(_execution.Executed, search is null ? null : search.Covered, _options.Time);
    }

    private bool IsOver(TimeSpan? until) => until is { } limit && _progress.Elapsed >= limit;

    private void Restore()
    {
        if (_options.Checkpoint is not { } checkpoint || SearchCheckpoint.Read(checkpoint.Path, checkpoint.ProgramHash, Identity()) is not { } state)
        {
            return;
        }

        (_random.Begun, _pct.Begun, _pctCounted) = (state.Samplers.Random, state.Samplers.Pct, state.Samplers.PctCounted);
        _engaged.Begun = state.Samplers.Engaged;
        (_pct.LongestRun, _pct.Processes) = (state.Samplers.LongestRun, state.Samplers.Processes);
        _prefix = state.Prefix;
        if (state.Tree is { } tree)
        {
            IReadOnlyList<IReadOnlyList<int>> prefixes = IsSplit ? Split() : [[]];
            _tree = _prefix < prefixes.Count ? NewTree(prefixes[_prefix], tree) : null;
        }

        _execution.Restore(state);
    }

    private void Save(bool always)
    {
        if (_options.Checkpoint is not { } checkpoint || !_execution.MayGoOn || (!always && !_progress.IsTimeToSave(checkpoint.Interval)))
        {
            return;
        }

        new SearchCheckpoint
        {
            Schema = SearchCheckpoint.CurrentSchema,
            ProgramHash = checkpoint.ProgramHash,
            Search = Identity(),
            Executions = _execution.Executed,
            Milliseconds = _progress.Milliseconds,
            Prefix = _prefix,
            Tree = _tree?.Save(),
            Samplers = new SamplerState(_random.Begun, _pct.Begun, _pctCounted, _pct.LongestRun, _pct.Processes, _engaged.Begun),
            ChoseOutcomes = _execution.ChoseOutcomes,
            Found = _execution.Found,
            Reached = _execution.Reached,
        }.Write(checkpoint.Path);
    }

    private string Identity() => string.Join(
        ", ",
        _scenario.Name,
        (_options.Profile ?? _declared.DeclaredProfile).Name,
        _options.Strategy,
        $"seed {_options.Seed}",
        $"bound {_options.Bound ?? _declared.SwitchBound}",
        $"depth {_options.Depth}",
        _options.InjectEveryPoint ? "every point" : "reduced",
        MemoryModels.NameOf(_options.Memory),
        _options.EarlyTimeouts ? "early timeouts" : "deadlines at rest",
        $"part {_options.Part} of {_options.Parts}");
}
