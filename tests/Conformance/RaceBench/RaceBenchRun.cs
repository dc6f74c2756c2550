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

    /// <summary>A new instance of a program.</summary>
    public static RaceProgram Create(string program) => (RaceProgram)Activator.CreateInstance(s_programs.Single(type => type.Name == $"Race{program}"))!;

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
            ScenarioType.From(program.Name, () => new RaceScenario(_current = (RaceProgram)Activator.CreateInstance(program)!, contract)),
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

    /// <summary>A triple as the benchmark's annotations name it.</summary>
    public static (string First, string Between, string Second) Name(AccessTriple triple) => (Name(triple.First), Name(triple.Between), Name(triple.Second));

    private static string Name(MemoryAccess access) => (access.Writes ? "W" : "R") + access.Place;
}
