using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Threading;

namespace IrqSafety.Simulator.Benchmarks;

/// <summary>Complete executions in a second, with all checkers on, against a hand-written loop and against bare hand-offs of the turn.</summary>
internal static class Throughput
{
    private const int Rounds = 4;
    private const int MovedLines = 64;
    private static readonly TimeSpan s_time = TimeSpan.FromSeconds(1.5);

    public static void Measure()
    {
        AssertSameWork();

        // The first of each is not counted: methods are compiled. Then in turn, since others use the machine too: what was best counts.
        _ = HandWritten(TimeSpan.FromSeconds(0.5));
        _ = Engine(ScenarioType.Of<TwoLatchedSources>(), traced: false, TimeSpan.FromSeconds(2));
        _ = Engine(ScenarioType.Of<TwoLatchedSources>(), traced: true, TimeSpan.FromSeconds(1));
        double loop = 0;
        double engine = 0;
        double traced = 0;
        for (int round = 0; round < Rounds; round++)
        {
            loop = Math.Max(loop, HandWritten(s_time));
            engine = Math.Max(engine, Engine(ScenarioType.Of<TwoLatchedSources>(), traced: false, s_time));
            traced = Math.Max(traced, Engine(ScenarioType.Of<TwoLatchedSources>(), traced: true, s_time));
        }

        Console.WriteLine($"one CPU, two latched sources: {engine:N0} executions/s (goal 1,000,000), {Bytes(ScenarioType.Of<TwoLatchedSources>()):N0} bytes each; hand-written loop {loop:N0}/s; ratio {loop / engine:N1} (at most 15)");
        Console.WriteLine($"the same, traced: {traced:N0} executions/s; ratio to untraced {engine / traced:N2} (at most 3)");

        _ = Engine(ScenarioType.Of<TwoCpus>(), traced: false, TimeSpan.FromSeconds(2));
        double handOffs = 0;
        double switching = 0;
        for (int round = 0; round < Rounds; round++)
        {
            handOffs = Math.Max(handOffs, HandOffs(s_time));
            switching = Math.Max(switching, Engine(ScenarioType.Of<TwoCpus>(), traced: false, s_time));
        }

        double moving = 0;
        for (int round = 0; round < Rounds; round++)
        {
            moving = Math.Max(moving, HandOffs(s_time, MovedLines));
        }

        (double switches, double changes) = StackChanges();
        double needed = handOffs / changes;
        Console.WriteLine($"two CPUs of 25 points: {switching:N0} executions/s (goal 20,000); {switches:N1} preemptive switches and {changes:N1} changes of stack each; bare hand-offs {handOffs:N0}/s, enough for {needed:N0}/s; ratio {needed / switching:N1} (at most 3), {handOffs / switches / switching:N1} if only the switches counted; {moving:N0} hand-offs/s that move {MovedLines} cache lines of state, ratio {moving / changes / switching:N1}");
    }

    /// <summary>The same in short windows, in turn, of which the best counts: what it takes while nobody else has the processor, also where somebody mostly has it.</summary>
    /// <param name="time">How long.</param>
    /// <param name="only">Only what is called so, for a profiler; null for all.</param>
    public static void MeasureWindows(TimeSpan time, string? only)
    {
        using var one = new ScenarioRunner(ScenarioType.Of<TwoLatchedSources>(), null);
        using var two = new ScenarioRunner(ScenarioType.Of<TwoCpus>(), null);
        Windows[] all =
        [
            new("loop", new HandWrittenMachine().Execute),
            new("model", new ModelAlone().Execute),
            new("one", Executing(one)),
            new("two", Executing(two)),
        ];
        Windows[] measured = [.. all.Where(windows => only is null || windows.Name == only)];
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < time)
        {
            foreach (Windows windows in measured)
            {
                windows.Run();
            }
        }

        foreach (Windows windows in measured)
        {
            Console.WriteLine($"{windows.Name}: {windows.Best:N0} ns in the best window, {windows.Median:N0} in the median, {windows.Bytes:N0} bytes; {windows.Best / measured[0].Best:N1} and {windows.Median / measured[0].Median:N1} times {measured[0].Name}");
        }
    }

    private static Action Executing(ScenarioRunner runner, bool traced = false)
    {
        runner.LendStack();
        var strategy = new EveryTenth();
        var options = new ExecutionOptions(Switches: int.MaxValue, Trace: traced);
        return () =>
        {
            _ = strategy.Begin();
            _ = runner.Run(strategy, options);
        };
    }

    private static long Bytes(ScenarioType scenario)
    {
        const int Executions = 1000;
        using var runner = new ScenarioRunner(scenario, null);
        Action execute = Executing(runner);
        execute();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int execution = 0; execution < Executions; execution++)
        {
            execute();
        }

        return (GC.GetAllocatedBytesForCurrentThread() - before) / Executions;
    }

    // What the schedules need, from what they show, not from what the engine did: another task goes on, and the one before has not ended or the next has begun. Who does nothing
    // but wait for the end of a task needs no stack meanwhile, and lends it.
    private static (double Switches, double Changes) StackChanges()
    {
        const int Executions = 20;
        using var runner = new ScenarioRunner(ScenarioType.Of<TwoCpus>(), null);
        var strategy = new EveryTenth();
        int changes = 0;
        for (int execution = 0; execution < Executions; execution++)
        {
            var stackOf = new Dictionary<string, string>();
            var lent = new HashSet<string>();
            ReplayEvent? before = null;
            foreach (ReplayEvent happened in runner.Run(strategy, new ExecutionOptions(Switches: int.MaxValue, Trace: true)).Events)
            {
                if (!stackOf.ContainsKey(happened.Task))
                {
                    bool isLent = before is { Kind: ReplayEventKind.Sleep } && before.Location == happened.Task && lent.Add(happened.Task);
                    bool isFree = before is { Kind: ReplayEventKind.End } && !lent.Contains(before.Task);
                    stackOf[happened.Task] = isLent || isFree ? stackOf[before!.Task] : happened.Task;
                }

                changes += before is not null && stackOf[before.Task] != stackOf[happened.Task] ? 1 : 0;
                before = happened;
            }
        }

        return ((double)strategy.Switched / Executions, (double)changes / Executions);
    }

    private static double Engine(ScenarioType scenario, bool traced, TimeSpan time)
    {
        using var runner = new ScenarioRunner(scenario, null);
        Action execute = Executing(runner, traced);
        var clock = Stopwatch.StartNew();
        long executions = 0;
        while (clock.Elapsed < time)
        {
            for (int round = 0; round < 50; round++, executions++)
            {
                execute();
            }
        }

        return executions / clock.Elapsed.TotalSeconds;
    }

    // As many points and interrupts, execution by execution: otherwise the ratio says nothing.
    private static void AssertSameWork()
    {
        var program = new HandWrittenMachine();
        var model = new ModelAlone();
        using var runner = new ScenarioRunner(ScenarioType.Of<TwoLatchedSources>(), null);
        var strategy = new EveryTenth();
        for (int execution = 0; execution < 1000; execution++)
        {
            (long points, long taken) = (program.Points, program.Taken);
            (long modelled, long modelTaken) = (model.Points, model.Taken);
            program.Execute();
            model.Execute();
            ExecutionResult result = runner.Run(strategy, new ExecutionOptions(Switches: int.MaxValue));
            int arrived = result.Schedule.Count(decision => decision.Choice.StartsWith("arrive", StringComparison.Ordinal));
            if ((program.Points - points, program.Taken - taken) != (model.Points - modelled, model.Taken - modelTaken))
            {
                throw new InvalidOperationException($"execution {execution}: {program.Points - points} points and {program.Taken - taken} interrupts by hand, {model.Points - modelled} and {model.Taken - modelTaken} on the model alone");
            }

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

    // State of so many cache lines is written in each turn: it moves from one processor's cache to the other's.
    private static double HandOffs(TimeSpan time, int lines = 0)
    {
        const int Line = 64 / sizeof(int);
        int[] state = new int[lines * Line];
        using var ping = new SemaphoreSlim(0);
        using var pong = new SemaphoreSlim(0);
        bool over = false;
        var other = new Thread(() =>
        {
            while (!Volatile.Read(ref over))
            {
                ping.Wait();
                Turn();
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
                Turn();
                _ = ping.Release();
                pong.Wait();
            }
        }

        double rate = handOffs / clock.Elapsed.TotalSeconds;
        Volatile.Write(ref over, true);
        _ = ping.Release();
        other.Join();
        return rate;

        void Turn()
        {
            for (int line = 0; line < lines; line++)
            {
                state[line * Line]++;
            }
        }
    }

    private sealed class Windows(string name, Action execute)
    {
        private const int Executions = 200;
        private readonly List<double> _times = [];

        public string Name => name;

        public double Best => _times.Min();

        /// <summary>Memory that one execution of the last window allocated.</summary>
        public long Bytes { get; private set; }

        public double Median => _times.Order().ElementAt(_times.Count / 2);

        public void Run()
        {
            long bytes = GC.GetAllocatedBytesForCurrentThread();
            long begin = Stopwatch.GetTimestamp();
            for (int execution = 0; execution < Executions; execution++)
            {
                execute();
            }

            Bytes = (GC.GetAllocatedBytesForCurrentThread() - bytes) / Executions;

            _times.Add(Stopwatch.GetElapsedTime(begin).TotalNanoseconds / Executions);
        }
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
            // Who waits is asked too, and nobody arrives there.
            if (decision.Kind == PointKind.Wait)
            {
                return 0;
            }

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
