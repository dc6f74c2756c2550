using System;
using System.Collections.Generic;
using System.Linq;
using IrqSafety.Contracts;
using IrqSafety.Rules;
using IrqSafety.Runtime;
using Xunit;

namespace IrqSafety.Simulator.Tests;

/// <summary>What runs say about data that has a contract: the law and the site that the analyzer reports.</summary>
public class DataGuardTests
{
    private const string Prefix = "M:IrqSafety.Simulator.Tests.DataGuardTests.";
    private const string Write = "M:IrqSafety.Runtime.Shared`1.Write(`0)";

    [Fact]
    public void An_access_without_the_lock_breaks_the_contract_at_its_site()
    {
        var counter = new Counter();
        Violation violation = Assert.Single(Run(counter.Careless));
        Assert.Equal((LawIds.DataGuarded, Evidence.Breach), (violation.Law, violation.Evidence));
        Assert.Equal("Shared.Write writes Counter.count without countLock held.", violation.Message);
        Assert.Equal($"{Prefix}Counter.Careless|{Write}|0", violation.Site?.ToString());
    }

    [Fact]
    public void An_access_with_the_lock_is_legal() => Assert.Empty(Run(new Counter().Careful));

    [Fact]
    public void The_lock_of_another_object_does_not_count()
    {
        var one = new Counter();
        var other = new Counter();
        Violation violation = Assert.Single(Run(() => one.Move(other)));
        Assert.Equal($"{Prefix}Counter.Move(IrqSafety.Simulator.Tests.DataGuardTests.Counter)|{Write}|1", violation.Site?.ToString());
    }

    [Fact]
    public void A_marked_read_is_legal_and_a_marked_write_is_not()
    {
        var counter = new Counter();
        Violation violation = Assert.Single(Run(counter.Marked));
        Assert.Contains("StoreRelease", violation.Site?.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_reader_may_read_and_not_write()
    {
        var table = new Table();
        Violation violation = Assert.Single(Run(table.Reader, table.Writer));
        Assert.Equal("Shared.Write writes Table.rows with tableLock held as a reader only.", violation.Message);
    }

    [Fact]
    public void Writing_needs_all_locks_and_reading_any() =>
        Assert.Equal([$"{Prefix}Pair.OneLock|{Write}|0"], Run(new Pair().OneLock).Select(violation => violation.Site?.ToString()));

    [Fact]
    public void Every_copy_of_per_CPU_data_and_every_element_of_an_array_is_guarded()
    {
        var many = new Many();
        Assert.Equal(2, Run(many.Careless).Count);
        Assert.Empty(Run(many.Careful));
    }

    [Fact]
    public void Static_data_is_guarded_by_the_static_lock()
    {
        Assert.Single(Run(Statics.Careless));
        Assert.Empty(Run(Statics.Careful));
    }

    [Fact]
    public void What_an_interface_needs_of_the_lock_of_its_argument_is_the_callers_to_hold()
    {
        var line = new GuardedLine();
        Violation violation = Assert.Single(Run(() => Driver.Careless(new Controller(), line)));
        Assert.Equal(LawIds.LockRequired, violation.Law);
        Assert.StartsWith($"{Prefix}Driver.Careless(", violation.Site?.ToString(), StringComparison.Ordinal);
        Assert.Empty(Run(() => Driver.Careful(new Controller(), line)));
    }

    [Fact]
    public void A_lock_that_the_interrupted_code_holds_does_not_count_in_a_handler()
    {
        var counter = new Counter();
        IReadOnlyList<Violation> violations = Explore(b => b
            .Cpus(1)
            .Boot(() => Lines.IrqOnBootCpu(_ =>
            {
                counter.Careless();
                return IrqReturn.Handled;
            }))
            .Task(0, "holder", () => counter.Locked(() => Processor.Relax()))
            .Source("watchdog", Lines.Watchdog, cpu: 0));
        Violation violation = Assert.Single(violations);
        Assert.Equal(LawIds.DataGuarded, violation.Law);
    }

    [Fact]
    public void Where_a_method_says_that_it_is_called_with_the_lock_the_caller_is_to_blame()
    {
        var counter = new Counter();
        Violation violation = Assert.Single(Run(counter.Forgetful));
        Assert.Equal(LawIds.LockRequired, violation.Law);
        Assert.Equal($"{Prefix}Counter.Forgetful|{Prefix}Counter.Declared|0", violation.Site?.ToString());
    }

    [Fact]
    public void Data_of_a_context_is_touched_there_only()
    {
        var owned = new Owned();
        Violation violation = Assert.Single(Explore(b => b
            .Cpus(1)
            .Boot(() => Lines.IrqOnBootCpu(_ =>
            {
                owned.FromIrq();
                return IrqReturn.Handled;
            }))
            .Task(0, "task", owned.FromTask)
            .Source("watchdog", Lines.Watchdog, cpu: 0)));
        Assert.Equal($"{Prefix}Owned.FromTask|{Write}|0", violation.Site?.ToString());
    }

    [Fact]
    public void Data_that_is_written_once_is_not_written_after_its_phase()
    {
        var table = new Sizes();
        Violation violation = Assert.Single(Run(table.Late));
        Assert.Equal((LawIds.DataGuarded, Evidence.Breach), (violation.Law, violation.Evidence));
        Assert.Equal("Shared.Write writes Sizes.size after the phase 'boot' in which it may be written.", violation.Message);
        Assert.Equal($"{Prefix}Sizes.Late|{Write}|0", violation.Site?.ToString());
    }

    [Fact]
    public void In_its_phase_it_is_written_also_by_what_a_method_of_the_phase_calls() => Assert.Empty(Run(new Sizes().Boot, new Sizes().Read));

    [Fact]
    public void An_interrupt_is_not_in_the_phase_of_what_it_interrupts()
    {
        var table = new Sizes();
        Violation violation = Assert.Single(Explore(b => b
            .Cpus(1)
            .Boot(() => Lines.IrqOnBootCpu(_ =>
            {
                table.Late();
                return IrqReturn.Handled;
            }))
            .Task(0, "boot", table.Boot)
            .Source("watchdog", Lines.Watchdog, cpu: 0)));
        Assert.Equal($"{Prefix}Sizes.Late|{Write}|0", violation.Site?.ToString());
    }

    private static IReadOnlyList<Violation> Run(params Action[] tasks) => Explore(b =>
    {
        b.Cpus(tasks.Length);
        for (int i = 0; i < tasks.Length; i++)
        {
            b.Task(i, $"task {i}", tasks[i]);
        }
    });

    private static IReadOnlyList<Violation> Explore(Action<MachineBuilder> build)
    {
        ExplorationOutcome outcome = Explorer.Explore(ScenarioType.From("data", () => new Declared(build)), new ExplorationOptions { Strategy = "exhaustive" });
        Assert.Null(outcome.NonDeterminism);
        Assert.True(outcome.Summary.Exhaustive);
        return [.. outcome.Violations.Select(found => found.Violation)];
    }

    private sealed class Declared(Action<MachineBuilder> build) : IScenario
    {
        public void Build(MachineBuilder b) => build(b);
    }

    private sealed class Sizes
    {
        [WriteOnce("boot")] private readonly Shared<int> size = new(0);

        [InPhase("boot")]
        public void Boot()
        {
            size.Write(4);
            Store(5);
        }

        public void Late() => size.Write(6);

        public void Read() => _ = size.Read();

        private void Store(int value) => size.Write(value);
    }

    private sealed class Counter
    {
        private readonly RawSpinLock countLock = new();
        [GuardedBy("countLock")] private readonly Shared<int> count = new(0);

        public void Careless() => count.Write(1);

        public void Careful()
        {
            using (countLock.Lock())
            {
                count.Write(count.Read() + 1);
            }

            if (countLock.TryAcquire())
            {
                count.Write(2);
                countLock.Release();
            }
        }

        public void Move(Counter other)
        {
            using (countLock.Lock())
            {
                count.Write(0);
                other.count.Write(1);
            }
        }

        public void Marked()
        {
            if (count.ReadOnce() == 0 && count.LoadAcquire() == 0)
            {
                count.StoreRelease(1);
            }
        }

        public void Locked(Action inside)
        {
            using (countLock.Lock())
            {
                inside();
            }
        }

        public void Forgetful() => Declared();

        [RequiresHeld("this.countLock")]
        public void Declared() => count.Write(3);
    }

    private interface IController
    {
        [RequiresHeld("line.LineLock")]
        void Enable(GuardedLine line);
    }

    private sealed class GuardedLine
    {
        public readonly RawSpinLock LineLock = new();
        [GuardedBy("LineLock")] public readonly Shared<bool> Enabled = new(false);
    }

    private sealed class Controller : IController
    {
        public void Enable(GuardedLine line) => line.Enabled.Write(true);
    }

    private static class Driver
    {
        public static void Careless(IController controller, GuardedLine line) => controller.Enable(line);

        public static void Careful(IController controller, GuardedLine line)
        {
            using (line.LineLock.Lock())
            {
                controller.Enable(line);
            }
        }
    }

    private sealed class Table
    {
        private readonly RwLock tableLock = new();
        [GuardedBy("tableLock")] private readonly Shared<int> rows = new(0);

        public void Reader()
        {
            using (tableLock.LockRead())
            {
                rows.Write(rows.Read() + 1);
            }
        }

        public void Writer()
        {
            using (tableLock.LockWrite())
            {
                rows.Write(rows.Read() + 1);
            }
        }
    }

    private sealed class Pair
    {
        private readonly RawSpinLock first = new();
        private readonly RawSpinLock second = new();
        [GuardedBy(All = ["first", "second"])] private readonly Shared<int> both = new(0);

        public void OneLock()
        {
            using (first.Lock())
            {
                both.Write(both.Read() + 1);
                using (second.Lock())
                {
                    both.Write(2);
                }
            }
        }
    }

    private sealed class Many
    {
        private readonly RawSpinLock manyLock = new();
        [GuardedBy("manyLock")] private readonly Shared<int>[] slots = [new(0, "slot 0"), new(0, "slot 1")];
        [GuardedBy("this.manyLock")] private readonly PerCpu<int> counts = new(0);

        public void Careless()
        {
            slots[1].Write(1);
            counts.On(new CpuId(0)).Write(1);
        }

        public void Careful()
        {
            using (manyLock.Lock())
            {
                slots[1].Write(1);
                counts.This.Write(1);
            }
        }
    }

    private static class Statics
    {
        private static readonly RawSpinLock s_lock = new();
        [GuardedBy("s_lock")] private static readonly Shared<int> s_count = new(0);

        public static void Careless() => s_count.Write(1);

        public static void Careful()
        {
            using (s_lock.Lock())
            {
                s_count.Write(1);
            }
        }
    }

    private sealed class Owned
    {
        [OwnedBy(Context.HardIrq)] private readonly Shared<int> events = new(0);

        public void FromIrq() => events.Write(1);

        public void FromTask() => events.Write(0);
    }
}
