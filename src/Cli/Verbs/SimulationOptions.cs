using System;
using System.Collections.Generic;
using System.CommandLine;
using System.IO;
using System.Linq;
using IrqSafety.Cli.Printing;
using IrqSafety.Cli.Simulation;
using IrqSafety.Runtime;
using IrqSafety.Simulator;

namespace IrqSafety.Cli.Verbs;

/// <summary>The options of the verbs that explore scenarios.</summary>
internal sealed class SimulationOptions
{
    /// <summary>The formats these verbs can report in.</summary>
    public static readonly IReadOnlyList<ReportFormat> Formats =
    [
        ReportFormat.Text, ReportFormat.Json, ReportFormat.Sarif, ReportFormat.Html, ReportFormat.Trace, ReportFormat.Junit, ReportFormat.Trx,
    ];

    private readonly Option<string[]> _scenario = new("--scenario")
    {
        Description = "Only this scenario; may be repeated.",
        HelpName = "name",
        AllowMultipleArgumentsPerToken = false,
    };

    private readonly Option<string> _strategy = Choice("--strategy", 
        "How the schedules are searched: portfolio (samples, then works through the space), dpor or exhaustive (the space within the bound), preemption (few switches first), delay (few delays first), pct, random.",
        [.. ExplorationOptions.Strategies]);

    private readonly Option<ulong> _seed = new("--seed")
    {
        Description = "Seed of the random strategies.",
        HelpName = "number",
        DefaultValueFactory = _ => 1,
    };

    private readonly Option<double> _time = new("--time")
    {
        Description = "Seconds for each scenario.",
        HelpName = "seconds",
        DefaultValueFactory = _ => 30,
    };

    private readonly Option<long?> _executions = new("--executions")
    {
        Description = "Executions of each scenario at most.",
        HelpName = "number",
    };

    private readonly Option<int?> _depth = new("--depth")
    {
        Description = "Steps of an execution at most: longer ones are left, and the search is not exhaustive.",
        HelpName = "steps",
    };

    private readonly Option<string?> _checkpoint = new("--checkpoint")
    {
        Description = "Folder in which searches are written down while they run. A search that is there already goes on where it stood.",
        HelpName = "folder",
    };

    private readonly Option<double> _checkpointInterval = new("--checkpoint-interval")
    {
        Description = "Seconds between two writings: a run that is killed loses no more.",
        HelpName = "seconds",
        DefaultValueFactory = _ => 5,
    };

    private readonly Option<int?> _bound = new("--bound")
    {
        Description = "Cross-CPU switches; without it, the scenario's own bound.",
        HelpName = "switches",
    };

    private readonly Option<string> _inject = Choice("--inject", "every-point: no reductions, every source may arrive at every point, up to its count.", "reduced", "every-point");

    private readonly Option<string> _memory = Choice("--memory", "Memory model: sc, or arm for store buffers and late system-register effects.", "sc", "arm");

    private readonly Option<string?> _profile = new("--profile")
    {
        Description = "Machine profile; without it, the scenario's own.",
        HelpName = "name",
    };

    private readonly Option<string?> _profiles = new("--profiles")
    {
        Description = "all: explore each scenario on every machine profile.",
        HelpName = "all",
    };

    private readonly Option<bool> _earlyTimeouts = new("--early-timeouts")
    {
        Description = "Deadlines may pass anywhere, not only when nothing else can happen.",
    };

    private readonly Option<int> _workers = new("--workers")
    {
        Description = "Processes that explore at the same time: scenarios, and parts of one where there are fewer scenarios.",
        HelpName = "number",
        DefaultValueFactory = _ => Environment.ProcessorCount,
    };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (Option option in new Option[] { _scenario, _strategy, _seed, _time, _executions, _depth, _bound, _checkpoint, _checkpointInterval, _inject, _memory, _profile, _profiles, _earlyTimeouts, _workers })
        {
            command.Options.Add(option);
        }
    }

    /// <summary>The settings asked for.</summary>
    /// <exception cref="UserErrorException">A number makes no sense.</exception>
    public SimulationSettings Read(ParseResult parsed)
    {
        double time = parsed.GetValue(_time);
        int? bound = parsed.GetValue(_bound);
        int workers = parsed.GetValue(_workers);
        Require(time > 0 && double.IsFinite(time), "--time", "a number of seconds above 0");
        long? executions = parsed.GetValue(_executions);
        int? depth = parsed.GetValue(_depth);
        double interval = parsed.GetValue(_checkpointInterval);
        Require(executions is null or > 0, "--executions", "a number above 0");
        Require(depth is null or > 0, "--depth", "a number of steps above 0");
        Require(interval > 0 && double.IsFinite(interval), "--checkpoint-interval", "a number of seconds above 0");
        Require(bound is null or >= 0, "--bound", "0 or more switches");
        string? profile = parsed.GetValue(_profile);
        string? profiles = parsed.GetValue(_profiles);
        Require(profiles is null or "all", "--profiles", "the word all; for one profile use --profile");
        Require(profile is null || profiles is null, "--profiles", "no --profile beside it");
        Require(workers > 0, "--workers", "at least 1");
        return new SimulationSettings
        {
            Scenarios = parsed.GetValue(_scenario) ?? [],
            Strategy = parsed.GetValue(_strategy)!,
            Seed = parsed.GetValue(_seed),
            Time = time,
            Executions = executions,
            Depth = depth,
            Checkpoint = parsed.GetValue(_checkpoint) is { } folder ? Path.GetFullPath(folder) : null,
            CheckpointInterval = interval,
            Bound = bound,
            InjectEveryPoint = parsed.GetValue(_inject) == "every-point",
            EarlyTimeouts = parsed.GetValue(_earlyTimeouts),
            Memory = parsed.GetValue(_memory)!,
            Profiles = profiles is null ? [profile] : [.. MachineProfile.All.Select(known => known.Name)],
            Workers = workers,
        };
    }

    private static Option<string> Choice(string name, string description, params string[] values)
    {
        var option = new Option<string>(name) { Description = description, DefaultValueFactory = _ => values[0] };
        option.AcceptOnlyFromAmong(values);
        return option;
    }

    private static void Require(bool holds, string option, string expected)
    {
        if (!holds)
        {
            throw new UserErrorException($"{option} takes {expected}.", "See --help.");
        }
    }
}
