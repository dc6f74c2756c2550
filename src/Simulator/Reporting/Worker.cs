using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Text.Json;
using System.Threading;
using IrqSafety.Runtime;

namespace IrqSafety.Simulator;

/// <summary>Does what one request asks, and speaks the worker protocol on the way.</summary>
internal sealed class Worker(Action<WorkerMessage> send)
{
    /// <summary>The version of this simulator.</summary>
    public static string Version { get; } =
        typeof(Worker).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0.0.0";

    /// <summary>Serves the request in this file. True when it could be served.</summary>
    public bool Serve(string requestPath)
    {
        WorkerRequest request;
        try
        {
            request = WorkerJson.ReadRequest(File.ReadAllText(requestPath));
        }
        catch (Exception exception) when (exception is JsonException or IOException or UnauthorizedAccessException)
        {
            return Refuse("bad-arguments", $"the request '{requestPath}' cannot be read: {exception.Message}");
        }

        if (request.EndsWithInput)
        {
            EndWithInput();
        }

        return Serve(request);
    }

    /// <summary>Serves a request. True when it could be served.</summary>
    public bool Serve(WorkerRequest request)
    {
        if (request.Protocol != WorkerRequest.CurrentProtocol)
        {
            return Refuse("bad-arguments", $"the tool speaks worker protocol {request.Protocol}, this simulator ({Version}) speaks {WorkerRequest.CurrentProtocol}: use a tool of the same version");
        }

        string path = Path.GetFullPath(request.Assembly);
        if (!File.Exists(path))
        {
            return Refuse("bad-arguments", $"there is no assembly '{path}': build the project first");
        }

        string hash = ProgramHash.Of(path);
        send(new HelloMessage(WorkerRequest.CurrentProtocol, Version, hash));
        try
        {
            IReadOnlyList<ScenarioType> scenarios = ScenarioType.In(new ScenarioLoadContext(path).Scenarios);
            return request.Mode switch
            {
                "list" => List(scenarios),
                "explore" => Explore(request, scenarios, hash),
                "replay" => Replay(request, scenarios, hash),
                "confirm" => Confirm(request, scenarios, hash),
                _ => Refuse("bad-arguments", $"mode '{request.Mode}' is not list, explore, replay or confirm"),
            };
        }
        catch (ScenarioException exception)
        {
            return Refuse("no-scenario", exception.Message);
        }
        catch (CheckpointException exception)
        {
            return Refuse("checkpoint", exception.Message);
        }
        catch (Exception exception) when (exception is BadImageFormatException or FileLoadException or FileNotFoundException or ReflectionTypeLoadException)
        {
            return Refuse("bad-arguments", $"the assembly '{path}' cannot be loaded: {exception.Message} Build the project again; start the worker with its .deps.json.");
        }
    }

    private bool List(IReadOnlyList<ScenarioType> scenarios)
    {
        foreach (ScenarioType scenario in scenarios)
        {
            send(new ScenarioMessage(scenario.Name, scenario.Summary));
        }

        return true;
    }

    private bool Explore(WorkerRequest request, IReadOnlyList<ScenarioType> scenarios, string hash)
    {
        if (Problem(request) is { } problem)
        {
            return Refuse("bad-arguments", problem);
        }

        IReadOnlyList<ScenarioType> wanted = scenarios;
        if (request.Scenarios is { } names)
        {
            string? unknown = names.FirstOrDefault(name => !scenarios.Any(scenario => scenario.Name == name));
            if (unknown is not null)
            {
                return Refuse("no-scenario", $"there is no scenario '{unknown}'; there are: {string.Join(", ", scenarios.Select(scenario => scenario.Name))}");
            }

            wanted = [.. scenarios.Where(scenario => names.Contains(scenario.Name))];
        }

        if (wanted.Count == 0)
        {
            return Refuse("no-scenario", "the assembly has no scenario: add a public class with [Scenario] that implements IScenario");
        }

        foreach (ScenarioType scenario in wanted)
        {
            if (!Explore(request, scenario, hash))
            {
                return false;
            }
        }

        return true;
    }

    private bool Explore(WorkerRequest request, ScenarioType scenario, string hash)
    {
        ExplorationOutcome outcome = Explorer.Explore(scenario, new ExplorationOptions
        {
            Strategy = request.Strategy,
            Seed = request.Seed,
            Time = request.Time is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            Bound = request.Bound,
            Executions = request.Executions,
            Depth = request.Depth,
            Part = request.Part,
            Parts = request.Parts,
            Checkpoint = PlaceOf(request, scenario, hash),
            InjectEveryPoint = request.InjectEveryPoint,
            EarlyTimeouts = request.EarlyTimeouts,
            Memory = MemoryModels.Find(request.Memory) ?? MemoryModel.Sc,
            Profile = request.Profile is { } name ? MachineProfile.Find(name) : null,
            Targets = request.Targets,
            OnProgress = send,
        });
        int number = 0;
        foreach (MinimisedViolation found in outcome.Violations)
        {
            send(Message(request, scenario, outcome.Summary, found, hash, ++number));
        }

        send(outcome.Summary);
        if (outcome.NonDeterminism is { } difference)
        {
            return Refuse(
                "non-determinism",
                $"scenario '{scenario.Name}' does not do the same twice: {difference}. Statics, time, randomness, hash order and real threads must not decide what a scenario does.");
        }

        return !outcome.IsHanging || Refuse(
            "no-progress",
            $"scenario '{scenario.Name}' made no progress outside the model for two seconds, so this worker ends: poll with model operations, and wait with them.");
    }

    private static CheckpointPlace? PlaceOf(WorkerRequest request, ScenarioType scenario, string hash)
    {
        if (request.Checkpoint is not { } folder)
        {
            return null;
        }

        try
        {
            _ = Directory.CreateDirectory(folder);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CheckpointException($"checkpoints cannot be written to '{folder}': {exception.Message}");
        }

        string name = $"{scenario.Name}-{request.Profile ?? "own"}-{request.Part + 1}of{request.Parts}.checkpoint.json";
        return new CheckpointPlace(Path.Combine(folder, name), hash, TimeSpan.FromSeconds(request.CheckpointInterval));
    }

    private static ViolationMessage Message(WorkerRequest request, ScenarioType scenario, ExplorationMessage summary, MinimisedViolation found, string hash, int number)
    {
        Violation violation = found.Violation;
        string evidence = violation.Evidence.ToString().ToLowerInvariant();
        string? replay = null;
        if (request.OutputDirectory is { } directory)
        {
            _ = Directory.CreateDirectory(directory);
            replay = Path.Combine(directory, $"{scenario.Name}-{violation.Law}-{number}.replay.json");
            new ReplayFile
            {
                Schema = ReplayFile.CurrentSchema,
                ToolVersion = Version,
                ProgramHash = hash,
                Assembly = Path.GetFileName(request.Assembly),
                Scenario = scenario.Name,
                Profile = summary.Profile,
                Seed = request.Seed,
                Bound = summary.Bound,
                EveryPoint = request.InjectEveryPoint,
                EarlyTimeouts = request.EarlyTimeouts,
                Memory = request.Memory,
                Law = violation.Law,
                Site = violation.Site?.ToString(),
                Condition = violation.Condition,
                Evidence = evidence,
                Description = violation.Message,
                Decisions = violation.Schedule,
            }.Write(replay);
        }

        return new ViolationMessage
        {
            Law = violation.Law,
            Scenario = scenario.Name,
            Evidence = evidence,
            Site = violation.Site?.ToString(),
            Condition = violation.Condition,
            Subjects = violation.Subjects,
            Message = violation.Message,
            Detail = violation.Detail.Count > 0 ? violation.Detail : [.. violation.Schedule.Select(decision => decision.ToString())],
            Replay = replay,
            Profile = summary.Profile,
            Memory = summary.Memory,
            Source = violation.Source,
            Minimality = found.Minimality,
        };
    }

    private bool Replay(WorkerRequest request, IReadOnlyList<ScenarioType> scenarios, string hash)
    {
        if (request.ReplayFile is not { } path)
        {
            return Refuse("bad-arguments", "a replay needs the file: set replayFile");
        }

        send(ReplayFile.Read(path, out string? problem) is { } file
            ? Replayer.Replay(file, scenarios, hash)
            : ReplayMessage.Refused("unreadable", problem!));
        return true;
    }

    private bool Confirm(WorkerRequest request, IReadOnlyList<ScenarioType> scenarios, string hash)
    {
        foreach (string path in request.ReplayFiles)
        {
            ReplayMessage outcome = ReplayFile.Read(path, out string? problem) is { } file
                ? Replayer.Replay(file, scenarios, hash)
                : ReplayMessage.Refused("unreadable", problem!);
            send(outcome with { Events = [] });
        }

        return true;
    }

    private static string? Problem(WorkerRequest request)
    {
        if (!ExplorationOptions.Strategies.Contains(request.Strategy))
        {
            return $"there is no strategy '{request.Strategy}'; there are: {string.Join(", ", ExplorationOptions.Strategies)}";
        }

        if (MemoryModels.Find(request.Memory) is null)
        {
            return $"there is no memory model '{request.Memory}'; there are: {string.Join(", ", MemoryModels.Names)}";
        }

        return request.Profile is { } profile && MachineProfile.Find(profile) is null
            ? $"there is no profile '{profile}'; there are: {string.Join(", ", MachineProfile.All)}"
            : null;
    }

    private static void EndWithInput()
    {
        new Thread(static () =>
        {
            using Stream input = Console.OpenStandardInput();
            while (input.ReadByte() >= 0)
            {
            }

            Environment.Exit(1);
        })
        {
            IsBackground = true,
            Name = "input",
        }.Start();
    }

    private bool Refuse(string kind, string message)
    {
        send(new ErrorMessage(kind, message));
        return false;
    }
}
