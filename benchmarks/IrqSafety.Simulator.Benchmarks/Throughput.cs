using System;
using System.Diagnostics;
using System.Linq;
using System.Threading;

namespace IrqSafety.Simulator.Benchmarks;

/// <summary>Complete executions in a second, with all checkers on, against a hand-written loop and against bare hand-offs of the turn.</summary>
internal static class Throughput
{
    private static readonly TimeSpan s_time = TimeSpan.FromSeconds(3);

    public static void Measure()
    {
        AssertSameWork();

        // The first of each is not counted: methods are compiled.
        _ = HandWritten(TimeSpan.FromSeconds(0.5));
        _ = Engine(ScenarioType.Of<TwoLatchedSources>(), traced: false, TimeSpan.FromSeconds(2));
        double loop = HandWritten(s_time);
        double engine = Engine(ScenarioType.Of<TwoLatchedSources>(), traced: false, s_time);
        loop = Math.Max(loop, HandWritten(s_time));
        engine = Math.Max(engine, Engine(ScenarioType.Of<TwoLatchedSources>(), traced: false, s_time));
        double traced = Engine(ScenarioType.Of<TwoLatchedSources>(), traced: true, s_time);
        Console.WriteLine($"one CPU, two latched sources: {engine:N0} executions/s (goal 1,000,000); hand-written loop {loop:N0}/s; ratio {loop / engine:N1} (at most 15)");
        Console.WriteLine($"the same, traced: {traced:N0} executions/s; ratio to untraced {engine / traced:N2} (at most 3)");

        _ = Engine(ScenarioType.Of<TwoCpus>(), traced: false, TimeSpan.FromSeconds(2));
        double handOffs = HandOffs(s_time);
        double switching = Engine(ScenarioType.Of<TwoCpus>(), traced: false, s_time, out double switches);
        double needed = handOffs / switches;
        Console.WriteLine($"two CPUs of 25 points: {switching:N0} executions/s (goal 20,000) with {switches:N1} hand-offs each; bare hand-offs {handOffs:N0}/s, enough for {needed:N0}/s; ratio {needed / switching:N1} (at most 3)");
    }

    private static double Engine(ScenarioType scenario, bool traced, TimeSpan time) => Engine(scenario, traced, time, out _);

    private static double Engine(ScenarioType scenario, bool traced, TimeSpan time, out double switches)
    {
        var runner = new ScenarioRunner(scenario, null);
        runner.LendStack();
        var strategy = new EveryTenth();
        var options = new ExecutionOptions(Switches: int.MaxValue, Trace: traced);
        var clock = Stopwatch.StartNew();
        long executions = 0;
        long before = strategy.Switched;
        while (clock.Elapsed < time)
        {
            for (int round = 0; round < 50; round++, executions++)
            {
                _ = strategy.Begin();
                _ = runner.Run(strategy, options);
            }
        }

        switches = Math.Max(1, (double)(strategy.Switched - before) / executions);
        return executions / clock.Elapsed.TotalSeconds;
    }

    // As many points and interrupts, execution by execution: otherwise the ratio says nothing.
    private static void AssertSameWork()
    {
        var program = new HandWrittenMachine();
        var runner = new ScenarioRunner(ScenarioType.Of<TwoLatchedSources>(), null);
        var strategy = new EveryTenth();
        for (int execution = 0; execution < 1000; execution++)
        {
            (long points, long taken) = (program.Points, program.Taken);
            program.Execute();
            ExecutionResult result = runner.Run(strategy, new ExecutionOptions(Switches: int.MaxValue));
            int arrived = result.Schedule.Count(decision => decision.Choice.StartsWith("arrive", StringComparison.Ordinal));
            if ((program.Points - points, program.Taken - taken) != (result.Steps, arrived))
            {
                throw new InvalidOperationException($"execution {execution}: {program.Points - points} points and {program.Taken - taken} interrupts by hand, {result.Steps} and {arrived} in the engine");
            }
        }
    }

    private static double HandWritten(TimeSpan time)
    {
        var program = new HandWrittenMachine();
        var clock = Stopwatch.StartNew();
        long executions = 0;
        while (clock.Elapsed < time)
        {
            for (int round = 0; round < 1000; round++, executions++)
            {
                program.Execute();
            }
        }

        return executions / clock.Elapsed.TotalSeconds;
    }

    private static double HandOffs(TimeSpan time)
    {
        using var ping = new SemaphoreSlim(0);
        using var pong = new SemaphoreSlim(0);
        bool over = false;
        var other = new Thread(() =>
        {
            while (!Volatile.Read(ref over))
            {
                ping.Wait();
                _ = pong.Release();
            }
        });
        other.Start();
        var clock = Stopwatch.StartNew();
        long handOffs = 0;
        while (clock.Elapsed < time)
        {
            for (int round = 0; round < 1000; round++, handOffs += 2)
            {
                _ = ping.Release();
                pong.Wait();
            }
        }

        double rate = handOffs / clock.Elapsed.TotalSeconds;
        Volatile.Write(ref over, true);
        _ = ping.Release();
        other.Join();
        return rate;
    }

    // One switch in ten decisions, and interrupts one time in four: the same work in every run.
    private sealed class EveryTenth : IStrategy
    {
        private int _step;

        public string Name => "every tenth";

        public bool Reduces => false;

        public long Switched { get; private set; }

        public bool Begin() => true;

        public int Choose(Decision decision)
        {
            bool tenth = ++_step % 10 == 0;
            for (int index = 1; index < decision.Alternatives.Count; index++)
            {
                if (decision.Alternatives[index].Kind == AlternativeKind.Switch && decision.Kind == PointKind.Step && tenth)
                {
                    Switched++;
                    return index;
                }

                if (decision.Alternatives[index].Kind == AlternativeKind.Arrive && _step % 4 == 0)
                {
                    return index;
                }
            }

            return 0;
        }
    }
}
