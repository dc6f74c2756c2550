using System.Linq;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using IrqSafety.Cli.Building;
using Xunit;

namespace IrqSafety.Cli.Tests;

/// <summary>A small program with scenarios: real build, real simulator, no analyzers.</summary>
[Collection(Builds.Name)]
[Trait("Speed", "Slow")]
public sealed class SimulateTests
{
    private const string Scenarios = """
        using System.Threading;
        using IrqSafety.Contracts;
        using IrqSafety.Runtime;
        using IrqSafety.Simulator;

        [Scenario("Two CPUs take two locks in opposite orders")]
        public sealed class OppositeOrders : IScenario
        {
            private readonly RawSpinLock _first = new();
            private readonly RawSpinLock _second = new();

            public void Build(MachineBuilder b) => b
                .Cpus(2)
                .Task(0, "forward", () => Both(_first, _second))
                .Task(1, "backward", () => Both(_second, _first));

            private static void Both(RawSpinLock outer, RawSpinLock inner)
            {
                using (outer.Lock())
                using (inner.Lock())
                {
                }
            }
        }

        [Scenario("One CPU takes one lock")]
        public sealed class Alone : IScenario
        {
            private readonly RawSpinLock _lock = new();

            public void Build(MachineBuilder b) => b.Cpus(1).Task(0, "only", () => _lock.Lock().Dispose());
        }

        [Scenario("A loop that the model does not see")]
        public sealed class Spin : IScenario
        {
            private static bool _go;

            public void Build(MachineBuilder b) => b.Cpus(1).Task(0, "spinner", () => { while (!_go) { } });
        }

        [Scenario("The stack overflows")]
        public sealed class Overflow : IScenario
        {
            public void Build(MachineBuilder b) => b.Cpus(1).Task(0, "deep", () => Deep(0));

            private static int Deep(int n) => Deep(n + 1) + n;
        }
        """;

    [Fact]
    public async Task Deadlock_replay_edit_and_scenarios_that_break_their_worker()
    {
        using var folder = new ScratchFolder();
        folder.Write("Locks.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup><TargetFramework>net10.0</TargetFramework><LangVersion>latest</LangVersion><NuGetAudit>false</NuGetAudit></PropertyGroup>
              <ItemGroup><ProjectReference Include="{Repository.Root}/src/Simulator/IrqSafety.Simulator.csproj" /></ItemGroup>
            </Project>
            """);
        folder.Write("Locks.cs", Scenarios);

        ToolRun clean = await RunAsync("simulate", ".", "--scenario", "Alone");

        Assert.Equal("", clean.Error);
        Assert.Equal(ExitCode.Clean, clean.ExitCode);

        ToolRun all = await RunAsync("simulate", ".", "--format", "json", "--time", "20");

        Assert.Equal(ExitCode.Found, all.ExitCode);
        JsonNode report = JsonNode.Parse(all.Out)!;
        JsonNode deadlock = report["violations"]!.AsArray().First(violation => (string?)violation!["scenario"] == "OppositeOrders")!;
        Assert.Equal("harm", (string?)deadlock["evidence"]);
        string[] explored = [.. report["exploration"]!.AsArray().Where(run => (bool)run!["exhaustive"]!).Select(run => (string)run!["scenario"]!)];
        Assert.Equal(["Alone", "OppositeOrders"], explored);
        Assert.Equal(["Overflow", "Spin"], report["assumptions"]!["aborted"]!.AsArray().Select(aborted => (string?)aborted!["scenario"]));

        string file = (string)deadlock["replay"]!;
        ToolRun replay = await RunAsync("replay", file);
        Assert.Equal("", replay.Error);

        Assert.Equal(ExitCode.Clean, replay.ExitCode);
        Assert.Contains("waits for _second", replay.Out);
        Assert.Contains("Locks.cs:", replay.Out);

        folder.Write("Locks.cs", Scenarios.Replace("deep\", () => Deep(0)", "deep\", () => Deep(1)"));
        ToolRun edited = await RunAsync("replay", file);

        Assert.Equal(ExitCode.ProgramChanged, edited.ExitCode);

        Task<ToolRun> RunAsync(params string[] args) => Tool.RunAsync(new DotnetBuild(folder.Path), folder.Path, args);
    }
}
