using System;
using System.Collections.Generic;
using System.Linq;
using IrqSafety.Runtime;
using IrqSafety.Simulator;

namespace IrqSafety.Conformance.Tests.RaceBench;

/// <summary>A program under one contract: every execution, and the triples seen in them.</summary>
internal sealed class RaceBenchRun
{
    private static readonly IReadOnlyList<Type> s_programs =
        [.. typeof(RaceProgram).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(RaceProgram))).OrderBy(type => type.Name, StringComparer.Ordinal)];

    private RaceProgram? _current;

    private RaceBenchRun()
    {
    }

    /// <summary>The numbers of the programs.</summary>
    public static IEnumerable<string> Programs => s_programs.Select(type => type.Name["Race".Length..]);

    public HashSet<(string First, string Between, string Second)> Triples { get; } = [];

    public ExplorationMessage? Explored { get; private set; }

    /// <summary>Explores the program exhaustively; reductions off unless said otherwise.</summary>
    public static RaceBenchRun Of(string program, RaceContract contract, bool reduced = false)
    {
        var run = new RaceBenchRun();
        run.Explore(s_programs.Single(type => type.Name == $"Race{program}"), contract, reduced);
        return run;
    }

    private void Explore(Type program, RaceContract contract, bool reduced)
    {
        ExplorationOutcome outcome = Explorer.Explore(
            ScenarioType.From(program.Name, () => new Scenario(_current = (RaceProgram)Activator.CreateInstance(program)!, contract)),
            new ExplorationOptions
            {
                Strategy = "exhaustive",
                InjectEveryPoint = !reduced,
                ConfirmsViolations = false,
                AccessPlace = () => _current!.Line,
                OnExecution = result => Triples.UnionWith(AccessTriple.In(result.Accesses, lastOnly: contract != RaceContract.AnyBetween).Select(Name)),
            });
        if (outcome.NonDeterminism is { } difference || !outcome.Summary.Exhaustive)
        {
            throw new InvalidOperationException($"{program.Name}: {outcome.NonDeterminism ?? "not exhaustive"}");
        }

        Explored = outcome.Summary;
    }

    private static (string First, string Between, string Second) Name(AccessTriple triple) => (Name(triple.First), Name(triple.Between), Name(triple.Second));

    private static string Name(MemoryAccess access) => (access.Writes ? "W" : "R") + access.Place;

    private sealed class Scenario(RaceProgram program, RaceContract contract) : IScenario
    {
        public void Build(MachineBuilder b)
        {
            _ = b.Profile(MachineProfile.Unlatched).Cpus(1);
            program.Declare(b);
            int arrivals = contract == RaceContract.TwoArrivals ? 2 : 1;
            Action[] handlers = [program.Isr1, program.Isr2, program.Isr3];
            for (int number = 1; number <= program.Interrupts; number++)
            {
                _ = b.UnlatchedSource($"isr{number}", number, handlers[number - 1], arrivals);
            }

            if (contract == RaceContract.OpenStart)
            {
                _ = b.Task(0, "task", () =>
                {
                    program.Start();
                    program.Task();
                });
            }
            else
            {
                _ = b.Boot(program.Start).Task(0, "task", program.Task);
            }
        }
    }
}
