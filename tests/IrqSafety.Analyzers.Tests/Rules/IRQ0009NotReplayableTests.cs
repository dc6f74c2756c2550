using System.Threading.Tasks;
using IrqSafety.Testing;
using Xunit;

namespace IrqSafety.Analyzers.Tests.Rules;

/// <summary>IRQ0009, and IRQ0059 across types: what no schedule determines, in code that a scenario runs.</summary>
public sealed class IRQ0009NotReplayableTests
{
    // What the simulator's scenarios are to the rule: something whose contract says that it is run again.
    private const string Scenarios = """
        public sealed class Builder
        {
            public Builder Task(int cpu, string name, Action body) => this;
            public Builder Boot(Action initcall) => this;
            public T Input<T>(params T[] values) => values[0];
        }

        public interface IRunAgain
        {
            [Replayed] void Build(Builder b);
        }

        """;

    [Theory]
    [InlineData("_ = [|DateTime.UtcNow|].Ticks", "DateTime.UtcNow' reads the real clock")]
    [InlineData("_ = [|Environment.TickCount64|]", "Environment.TickCount64' reads the real clock")]
    [InlineData("[|System.Diagnostics.Stopwatch.StartNew()|]", "Stopwatch.StartNew' reads the real clock")]
    [InlineData("_ = [|new Random()|].Equals(null)", "new Random' is different in every run")]
    [InlineData("_ = [|Random.Shared|]", "Random.Shared' is different in every run")]
    [InlineData("[|Guid.NewGuid()|]", "Guid.NewGuid' is different in every run")]
    [InlineData("_ = [|\"x\".GetHashCode()|]", "String.GetHashCode' is different in every process")]
    [InlineData("System.Threading.Tasks.Task.FromResult(1).Equals([|System.Threading.Tasks.Task.Run(() => { })|])", "Task.Run' runs code on a thread that the simulator does not see")]
    [InlineData("[|System.Threading.ThreadPool.QueueUserWorkItem(_ => { })|]", "ThreadPool.QueueUserWorkItem' runs code on a thread that the simulator does not see")]
    [InlineData("[|System.Threading.Thread.Sleep(1)|]", "Thread.Sleep' waits for real time to pass")]
    [InlineData("lock ([|_gate|]) { }", "Monitor.Enter' waits where the simulator does not see it")]
    [InlineData("lock ([|_own|]) { }", "Lock.EnterScope' waits where the simulator does not see it")]
    public async Task Reported_where_the_scenario_itself_uses_it(string statement, string message)
    {
        var found = await Verify.Reported("IRQ0009", Scenarios + $$"""
            public sealed class Ticks : IRunAgain
            {
                private readonly object _gate = new();
                private readonly System.Threading.Lock _own = new();

                public void Build(Builder b) => b.Task(0, "reader", () => { {{statement}}; });

                public override string ToString() => $"{_gate} {_own}";
            }
            """);
        Assert.StartsWith($"'{message}, in code that is run by 'Ticks.Build', reached via Build → lambda in Build: no schedule of it can be run again.", Assert.Single(found).GetMessage(System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public Task Reported_in_what_it_calls_hands_out_and_creates() => Verify.Reported("IRQ0009", Scenarios + """
        public sealed class Ticks : IRunAgain
        {
            private readonly long _start = [|Environment.TickCount64|];
            private int _seed;

            public Ticks() => _seed = [|new Random()|].Next();

            public void Build(Builder b)
            {
                b.Boot(Probe);
                Prepare();
                _ = new Part();

                void Prepare() => _seed += [|Guid.NewGuid()|].GetHashCode();
            }

            private void Probe() => Later();

            private void Later() => _ = [|DateTime.Now|];

            private sealed class Part
            {
                private readonly object _id = [|Guid.NewGuid()|];

                public override string ToString() => $"{_id}";
            }

            public override string ToString() => $"{_start}{_seed}";
        }
        """);

    [Fact]
    public Task Reported_where_a_static_changes_once_however_often_it_is_written() => Verify.Reported("IRQ0009", Scenarios + """
        public sealed class Ticks : IRunAgain
        {
            private static int s_ticks;
            private static readonly int[] s_perCpu = new int[2];
            private static readonly Ticks s_one = new();
            [ThreadStatic] private static int s_depth;
            private int _seen;

            public static int Count { get; private set; }

            public void Build(Builder b) => b.Task(0, "a", First).Task(1, "b", Second);

            private void First()
            {
                [|s_ticks|]++;
                [|s_perCpu|][0] = 1;
                [|s_one._seen|] = 2;
                System.Threading.Interlocked.Increment(ref [|s_depth|]);
                [|Count|] += 1;
            }

            private void Second() => s_ticks = 0;
        }
        """,
        "'Ticks.s_ticks' is a static that changes, and the next execution begins with what this one leaves in it, in code that is run by 'Ticks.Build', reached via Build → First: no schedule of it can be run again. Keep it in an object that the scenario creates, keep it in a Shared<T>, or set it when the scenario is built.",
        "'Ticks.s_perCpu' is a static that changes, and the next execution begins with what this one leaves in it, in code that is run by 'Ticks.Build', reached via Build → First: no schedule of it can be run again. Keep it in an object that the scenario creates, keep it in a Shared<T>, or set it when the scenario is built.",
        "'Ticks.s_one' is a static that changes, and the next execution begins with what this one leaves in it, in code that is run by 'Ticks.Build', reached via Build → First: no schedule of it can be run again. Keep it in an object that the scenario creates, keep it in a Shared<T>, or set it when the scenario is built.",
        "'Ticks.s_depth' is a static that changes, and the next execution begins with what this one leaves in it, in code that is run by 'Ticks.Build', reached via Build → First: no schedule of it can be run again. Keep it in an object that the scenario creates, keep it in a Shared<T>, or set it when the scenario is built.",
        "'Ticks.Count' is a static that changes, and the next execution begins with what this one leaves in it, in code that is run by 'Ticks.Build', reached via Build → First: no schedule of it can be run again. Keep it in an object that the scenario creates, keep it in a Shared<T>, or set it when the scenario is built.");

    [Fact]
    public Task Silent_about_what_a_schedule_determines() => Verify.Valid(Scenarios + """
        public sealed class Ticks : IRunAgain
        {
            public static readonly IntId Line = IntId.Ppi(7);
            private const int Limit = 3;
            private static readonly Shared<int> s_shared = new(0);
            private static readonly SpinLock s_lock = new();
            private static int s_setAtOnce;
            private static int[]? s_table;
            private static readonly DateTime s_loaded = DateTime.Now;
            private readonly Random _random = new(42);
            private int _seen;

            public void Build(Builder b)
            {
                s_setAtOnce = 0;
                int wanted = b.Input(1, 2);
                b.Task(0, "reader", () =>
                {
                    using (s_lock.LockIrqSave())
                    {
                        s_shared.Write(s_shared.Read() + wanted);
                    }

                    s_setAtOnce++;
                    _seen += _random.Next(Limit) + (s_table ??= new int[4]).Length;
                    System.Threading.Interlocked.Increment(ref _seen);
                    System.Threading.Volatile.Write(ref _seen, 1);
                    System.Threading.Thread.MemoryBarrier();
                    _ = new DateTime(2025, 1, 1).Ticks;
                    _ = TimeSpan.FromSeconds(1);
                });
            }

            public override string ToString() => $"{s_loaded}";
        }
        """);

    [Fact]
    public Task Silent_in_code_that_no_scenario_reaches() => Verify.Valid(Scenarios + """
        public sealed class Ticks : IRunAgain
        {
            private static int s_runs;
            private readonly RawSpinLock _lock = new();

            public void Build(Builder b) => b.Task(0, "reader", Read);

            public static void Report()
            {
                s_runs++;
                Console.WriteLine($"{DateTime.Now}: {s_runs}");
            }

            [RunsIn(Context.HardIrq)]
            public IrqReturn NotRequested(IntId irq)
            {
                s_runs++;
                return IrqReturn.Handled;
            }

            private void Read()
            {
                using (_lock.LockIrqSave())
                {
                }
            }
        }
        """);

    [Fact]
    public Task Across_types_it_is_found_in_the_build() => Verify.Reported("IRQ0059", Scenarios + """
        public sealed class Ticks : IRunAgain
        {
            private readonly Counter _counter = new();

            public void Build(Builder b) => b.Boot(_counter.Probe).Task(0, "reader", () => _counter.Read());
        }

        public sealed class Counter
        {
            private static int s_ticks;
            private readonly DateTime _made = [|DateTime.UtcNow|];

            public void Probe() => _ = Irq.RequestPercpuIrq(IntId.Ppi(7), Tick, "tick");

            public int Read() => System.Threading.Volatile.Read(ref s_ticks);

            [RunsIn(Context.HardIrq)]
            private IrqReturn Tick(IntId irq)
            {
                System.Threading.Interlocked.Increment(ref [|s_ticks|]);
                return _made.Year > 0 ? IrqReturn.Handled : IrqReturn.None;
            }
        }
        """,
        "'DateTime.UtcNow' reads the real clock, in code that is run by 'Ticks._counter', reached via _counter → _made: no schedule of it can be run again. Take the time from a free input of the scenario.",
        "'Counter.s_ticks' is a static that changes, and the next execution begins with what this one leaves in it, in code that is run by 'Ticks.Build', reached via Build → Probe → Tick: no schedule of it can be run again. Keep it in an object that the scenario creates, keep it in a Shared<T>, or set it when the scenario is built.");

    [Fact]
    public Task A_library_says_it_of_its_own_members_and_a_contract_file_of_those_of_others() => AnalyzerVerifier.Verify(
        "IRQ0009",
        ["using System;\nusing IrqSafety.Contracts;\n" + Scenarios + """
        [NotReplayable("asks the hardware")]
        public static class Hardware
        {
            public static int Temperature => 20;
            public static int Of(int cpu) => cpu;
        }

        public sealed class Ticks : IRunAgain
        {
            public void Build(Builder b)
            {
                _ = {|IRQ0009:Hardware.Temperature|};
                _ = {|IRQ0009:Hardware.Of(1)|};
                _ = {|IRQ0009:Environment.MachineName|};
            }
        }
        """],
        contracts: ["version 1\nP:System.Environment.MachineName  [NotReplayable(\"differs from machine to machine\")]\n"],
        cancellation: TestContext.Current.CancellationToken);
}
