using System.Collections.Generic;
using System.Linq;
using IrqSafety.Cli.Processes;
using IrqSafety.Cli.Simulation;
using IrqSafety.Simulator;

namespace IrqSafety.Cli.Tests;

/// <summary>A worker process that says what a test prepared: a shell script that answers by the mode and scenario of its request.</summary>
internal sealed class FakeWorker(ScratchFolder folder)
{
    private static readonly HelloMessage Hello = new(WorkerRequest.CurrentProtocol, VersionSkew.Own, "hash");

    private readonly List<string> _cases = [];

    /// <summary>What it says when asked for its scenarios.</summary>
    public FakeWorker Lists(params string[] scenarios) =>
        Answers("*'\"mode\":\"list\"'*", [Hello, .. scenarios.Select(name => new ScenarioMessage(name, "for a test"))]);

    /// <summary>What it says when asked to explore a scenario, and what it does afterwards.</summary>
    public FakeWorker Explores(string scenario, IEnumerable<WorkerMessage> messages, string afterwards = "") =>
        Answers($"*'\"scenarios\":[\"{scenario}\"]'*", [Hello, .. messages], afterwards);

    /// <summary>What it says when asked to explore anything on a profile.</summary>
    public FakeWorker ExploresOn(string profile, params WorkerMessage[] messages) => Answers($"*'\"profile\":\"{profile}\"'*", [Hello, .. messages]);

    /// <summary>What it says when asked to replay.</summary>
    public FakeWorker Replays(params WorkerMessage[] messages) => Answers("*'\"mode\":\"replay\"'*", [Hello, .. messages]);

    /// <summary>What it says when it cannot do anything with the assembly.</summary>
    public FakeWorker Refuses(string kind, string message) => Answers("*", [Hello, new ErrorMessage(kind, message)], "exit 5");

    /// <summary>What it says when it is of another version, whatever it is asked.</summary>
    public FakeWorker Speaks(int protocol, string version) => Answers("*", [new HelloMessage(protocol, version, "hash")], "sleep 60");

    /// <summary>The program that the worker runs.</summary>
    public SimulatedProgram Program()
    {
        string script = folder.Write("worker.sh", $"case \"$(cat \"$1\")\" in\n{string.Join('\n', _cases)}\n*) echo unexpected request >&2; exit 9;;\nesac\n");
        return new SimulatedProgram("/nowhere/Program.dll", "/nowhere/IrqSafety.Simulator.dll") { Custom = new ChildCommand("/bin/sh", [script]) };
    }

    private FakeWorker Answers(string pattern, IEnumerable<WorkerMessage> messages, string afterwards = "")
    {
        string said = folder.Write($"said-{_cases.Count}.jsonl", string.Concat(messages.Select(message => WorkerJson.Write(message) + "\n")));
        _cases.Add($"{pattern}) cat '{said}'; {(afterwards.Length == 0 ? ":" : afterwards)};;");
        return this;
    }
}
