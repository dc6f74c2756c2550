using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using IrqSafety.Contracts;
using IrqSafety.Runtime;
using Xunit;

namespace IrqSafety.Simulator.Tests;

/// <summary>Executions share one machine and one engine. None sees what another left.</summary>
public class ResetTests
{
    private static readonly IntId s_device = IntId.Spi(3);
    private static readonly IntId s_reschedule = IntId.Sgi(5);

    // Programs that leave much behind: lines, messages, queues, hotplug states, locks that are held, stacks that were thrown out of.
    private static IEnumerable<(string Name, Func<IScenario> Create)> Programs()
    {
        yield return ("lines and messages", () => new Inline(b => b.Boot(() =>
        {
            _ = Irq.RequestIrq(s_device, _ => IrqReturn.Handled, IrqRequestFlags.None, "device");
            Gicd.SetPriority(s_device, Priority.Nmi);
            Gicd.RouteToAny(s_device);
            Gicd.SetActive(IntId.Spi(40));
            Gicd.EnableGroups(group0: false, group1: true);
            Lines.NmiOnBootCpu(_ => IrqReturn.Handled);
            Gits.Configure(IntId.Lpi(7), Priority.Irq, enabled: true);
            Gicr.EnableLpis(pendingTableIsZero: true);
            Gits.MapDevice(1);
            Gits.MapCollection(0, new CpuId(1));
            Gits.MapInterrupt(1, 2, IntId.Lpi(7), 0);
            Gits.Interrupt(1, 2);
        }).Source("device", s_device, 0).Source("watchdog", Lines.Watchdog, 0).Task(0, "task", () => Icc.WritePmr(Pmr.IrqOff))));
        yield return ("work for later", () => new Inline(b =>
        {
            var work = new IrqWork(() => Printk.Deferred("from work"));
            var done = new Completion();
            b.Boot(() =>
            {
                _ = Slab.Allocate(8);
                CpuPm.RegisterNotifier(_ => Errno.Ok);
                _ = CpuHotplug.SetupState("state", _ => { }, _ => { });
            }).Fault("kmalloc").Hotplug(1).Task(0, "task", () =>
            {
                _ = work.Queue();
                Printk.Direct("hello");
                Printk.Deferred("later");
                done.Complete();
            }).Task(1, "waiter", () => _ = done.WaitTimeout(10));
        }));
        yield return ("locks that are left held", () => new Inline(b =>
        {
            var @lock = new SpinLock("held");
            b.Task(0, "holder", () => @lock.AcquireIrq()).Task(1, "stuck", @lock.Acquire);
        }));
        yield return ("a task that throws", () => new Inline(b => b.Task(0, "thrower", () =>
        {
            Preemption.Disable();
            LocalIrq.Disable();
            throw new InvalidOperationException("on purpose");
        }).Task(1, "other", Processor.Relax)));
        yield return ("a handler that throws", () => new Inline(b => b
            .Boot(() => Lines.IrqOnBootCpu(_ => throw new InvalidOperationException("on purpose")))
            .Source("line", Lines.Watchdog, 0)
            .Task(0, "task", Processor.Relax)));
        yield return ("a CPU that stops", () => new Inline(b =>
        {
            var cell = new Shared<int>(0, "cell");
            b.Task(0, "task", () => cell.Add(1)).Task(1, "stops", () =>
            {
                cell.Add(1);
                LocalIrq.Disable();
                Processor.Park();
            });
        }));
        yield return ("a crash", () => new Inline(b => b.Task(0, "task", () => Processor.Panic("on purpose")).Task(1, "other", () => Sdei.MaskLocalCpu())));
        yield return ("a bug", () => new Inline(b => b.Task(0, "task", () => Processor.Bug("on purpose"))));
        yield return ("races on plain data", () => new Inline(b =>
        {
            var cell = new Shared<int>(0, "cell");
            var region = new AtomicRegion("region");
            b.Task(0, "first", () =>
            {
                using (region.Enter())
                {
                    cell.Add(1);
                }
            }).Task(1, "second", () => cell.Write(2));
        }));
        foreach (int seed in Enumerable.Range(1, 8))
        {
            var program = new GeneratedProgram(seed, GeneratedKind.Wide);
            yield return ($"generated {seed}", () => new GeneratedScenario(program, 2, new HashSet<string>()));
        }
    }

    public static TheoryData<MemoryModel, int> Ways => new()
    {
        { MemoryModel.Sc, 0 },
        { MemoryModel.Sc, 12 },
        { MemoryModel.Arm, 0 },
    };

    [Theory]
    [MemberData(nameof(Ways))]
    public void An_execution_is_the_same_whatever_was_executed_before(MemoryModel memory, int depth)
    {
        var options = new ExecutionOptions(Switches: 8, Memory: memory, Trace: true, Depth: depth == 0 ? null : depth, EveryPoint: true);
        (string Name, Func<IScenario> Create)[] programs = [.. Programs()];
        Func<IScenario> current = programs[0].Create;
        using var shared = new ScenarioRunner(ScenarioType.From("program", () => current()), null);
        for (ulong seed = 1; seed <= 6; seed++)
        {
            foreach ((string name, Func<IScenario> create) in programs)
            {
                current = create;
                using var fresh = new ScenarioRunner(ScenarioType.From("program", create), null);
                string alone = Show(fresh, seed, options);
                Assert.True(alone == Show(shared, seed, options), $"'{name}' with seed {seed} after others is not what it is alone");
            }
        }
    }

    [Fact]
    public void An_engine_that_begins_an_execution_is_as_a_new_one()
    {
        var used = new Engine();
        foreach ((string name, Func<IScenario> create) in Programs())
        {
            var strategy = new EveryAlternative(1);
            used.Run(create(), strategy);
            IScenario next = Programs().First().Create();
            var fresh = new Engine();
            fresh.Begin(next, strategy);

            // What the last execution left is there to be seen, and gone when the next begins.
            Assert.NotEmpty(SameState.Differences(used.Execution, fresh.Execution));
            used.Begin(next, strategy);
            IReadOnlyList<string> left = SameState.Differences(used.Execution, fresh.Execution);
            Assert.True(left.Count == 0, $"'{name}' leaves {string.Join("; ", left)}");
        }
    }

    [Fact]
    public void A_machine_that_is_reset_is_as_a_new_one()
    {
        var used = new Engine();
        foreach ((string _, Func<IScenario> create) in Programs())
        {
            used.Run(create(), new EveryAlternative(2));
            Machine machine = used.Execution.Machine;
            var fresh = new Machine(machine.Profile, machine.Cpus.Count, used.Execution, bootCpuOnly: true);
            machine.Reset();
            Assert.Empty(SameState.Differences(machine, fresh));

            // A task is one of those that were.
            Assert.Empty(SameState.Differences(machine.AddTask("task", new CpuId(0), static () => { }), fresh.AddTask("task", new CpuId(0), static () => { })));
        }
    }

    [Fact]
    public void Threads_end_with_the_search_that_made_them()
    {
        var threads = new TaskThread.Pool();
        TaskThread first = threads.Lease();
        TaskThread second = threads.Lease();
        threads.Return(first);
        threads.Return(second);
        Assert.True(first.IsAlive && second.IsAlive);
        threads.Close();
        Assert.True(System.Threading.SpinWait.SpinUntil(() => !first.IsAlive && !second.IsAlive, TimeSpan.FromSeconds(10)));
    }

    private static string Show(ScenarioRunner runner, ulong seed, ExecutionOptions options)
    {
        ExecutionResult result = runner.Run(new EveryAlternative(seed), options);
        return JsonSerializer.Serialize(new
        {
            result.Schedule,
            result.Events,
            Breaches = result.Breaches.Select(breach => $"{breach.Law} {breach.Origin.Key} {breach.Message}"),
            Harm = result.Harm is { } harm ? $"{harm.Kind} {harm.Message} {string.Join(", ", harm.Detail)} {string.Join(", ", harm.Chain.Select(cause => cause.Key))}" : "",
            result.Steps,
            result.CutByBound,
            result.ChoseOutcomes,
            result.CutByDepth,
        });
    }

    // Reduces nothing, so that what earlier executions taught does not change what is offered.
    private sealed class EveryAlternative(ulong seed) : IStrategy
    {
        private SplitMix _random = new(seed);

        public string Name => "every alternative";

        public bool Reduces => false;

        public bool Begin() => true;

        public int Choose(Decision decision) => _random.Below(decision.Alternatives.Count);
    }

    private sealed class Engine
    {
        private readonly TaskThread.Pool _threads = new();

        public Engine() => Execution = new SimulatedExecution(MachineProfile.GicV3PseudoNmi, 2, MemoryModel.Sc, new SharedLocations(), _threads);

        public SimulatedExecution Execution { get; }

        public MachineBuilder Begin(IScenario scenario, IStrategy strategy)
        {
            var builder = new MachineBuilder();
            scenario.Build(builder);
            Execution.Begin(builder, strategy, new ExecutionOptions(Switches: 8, EveryPoint: true), onStep: null);
            return builder;
        }

        public void Run(IScenario scenario, IStrategy strategy)
        {
            MachineBuilder builder = Begin(scenario, strategy);
            _ = Execution.Machine.AddTask("boot", new CpuId(0), () => BootSequence.Run(Execution, builder));
            Assert.True(Execution.Scheduler.Run(() => Execution.Steps, TimeSpan.FromSeconds(2)));
            Assert.False(Execution.Scheduler.LeftThreadBehind);
        }
    }
}
