using System;
using System.Collections.Generic;
using System.Linq;
using IrqSafety.Contracts;
using IrqSafety.Rules;
using IrqSafety.Runtime;
using Xunit;

namespace IrqSafety.Simulator.Tests;

/// <summary>Data races: what is reported, and the legal neighbours of each, which are silent.</summary>
public class RaceTests
{
    private static readonly IntId s_timer = IntId.Ppi(3);

    // Two tasks on two CPUs.
    private static IReadOnlyList<Violation> TwoCpus(Action first, Action second, Action? boot = null) => Explore(b =>
        b.Cpus(2).Boot(boot ?? (static () => { })).Task(0, "first", first).Task(1, "second", second));

    // A task and a handler that may interrupt it.
    private static IReadOnlyList<Violation> OneCpu(Action task, Action handler, int arrivals = 1, bool nmi = false) => Explore(b => b.Cpus(1)
        .Boot(() =>
        {
            if (nmi)
            {
                Lines.NmiOnBootCpu([RunsIn(Context.PseudoNmi)] (_) => Handle(handler));
            }
            else
            {
                Lines.IrqOnBootCpu([RunsIn(Context.HardIrq)] (_) => Handle(handler));
            }
        })
        .Task(0, "task", task)
        .Source("watchdog", Lines.Watchdog, cpu: 0, arrivals));

    private static IrqReturn Handle(Action handler)
    {
        handler();
        return IrqReturn.Handled;
    }

    private static IReadOnlyList<Violation> Explore(Action<MachineBuilder> build)
    {
        ExplorationOutcome outcome = Explorer.Explore(ScenarioType.From("races", () => new Inline(build)), new ExplorationOptions { Strategy = "exhaustive" });
        Assert.Null(outcome.NonDeterminism);
        Assert.True(outcome.Summary.Exhaustive);
        return [.. outcome.Violations.Select(found => found.Violation)];
    }

    private static Violation OnlyRace(IReadOnlyList<Violation> violations)
    {
        Violation race = Assert.Single(violations);
        Assert.Equal((LawIds.DataRace, Evidence.Breach), (race.Law, race.Evidence));
        return race;
    }

    private readonly ref struct IrqsOff(IrqFlags flags)
    {
        public void Dispose() => LocalIrq.Restore(flags);
    }

    public class BetweenCpus
    {
        private readonly Shared<int> _data = new(0, "data");
        private readonly Shared<int> _flag = new(0, "flag");
        private readonly RawSpinLock _lock = new("lock");

        [Fact]
        public void A_plain_write_races_with_a_read_of_another_CPU()
        {
            Violation race = OnlyRace(TwoCpus(() => _data.Write(1), () => _data.ReadOnce()));
            Assert.Contains("M:IrqSafety.Runtime.Shared`1.Write(`0)|0", race.Site?.ToString(), StringComparison.Ordinal);
            Assert.StartsWith("Shared.Write writes 'data' plainly in task 'first', and nothing orders it with Shared.ReadOnce in task 'second':", race.Message, StringComparison.Ordinal);
            Assert.Equal(2, race.Detail.Count);
        }

        [Fact]
        public void Two_reads_never_race() => Assert.Empty(TwoCpus(() => _data.Read(), () => _data.Read()));

        [Fact]
        public void Marked_accesses_never_race() => Assert.Empty(TwoCpus(() => _data.WriteOnce(1), () => _data.AtomicUpdate(before => before + 1)));

        [Fact]
        public void A_lock_that_both_take_orders() => Assert.Empty(TwoCpus(Locked, Locked));

        [Fact]
        public void A_lock_that_one_side_never_takes_does_not() => OnlyRace(TwoCpus(Locked, () => _data.Read()));

        [Fact]
        public void Readers_of_a_lock_are_not_ordered_with_each_other()
        {
            var readers = new RwLock("readers");
            void Write()
            {
                using (readers.LockRead())
                {
                    _data.Write(1);
                }
            }

            // At one site: one defect.
            OnlyRace(TwoCpus(Write, Write));
        }

        [Fact]
        public void A_flag_stored_with_release_and_read_with_acquire_hands_over() => Assert.Empty(TwoCpus(
            () =>
            {
                _data.Write(1);
                _flag.StoreRelease(1);
            },
            () =>
            {
                if (_flag.LoadAcquire() == 1)
                {
                    _ = _data.Read();
                }
            }));

        [Fact]
        public void A_flag_read_without_acquire_hands_nothing_over() => OnlyRace(TwoCpus(
            () =>
            {
                _data.Write(1);
                _flag.StoreRelease(1);
            },
            () =>
            {
                if (_flag.ReadOnce() == 1)
                {
                    _ = _data.Read();
                }
            }));

        [Fact]
        public void Barriers_around_marked_accesses_hand_over() => Assert.Empty(TwoCpus(
            () =>
            {
                _data.Write(1);
                Barrier.Dmb();
                _flag.WriteOnce(1);
            },
            () =>
            {
                if (_flag.ReadOnce() == 1)
                {
                    Barrier.Dmb();
                    _ = _data.Read();
                }
            }));

        [Fact]
        public void A_poll_that_waits_for_the_flag_is_legal() => Assert.Empty(TwoCpus(
            () =>
            {
                _data.Write(1);
                _flag.StoreRelease(1);
            },
            () =>
            {
                while (_flag.LoadAcquire() == 0)
                {
                    Processor.Relax();
                }

                _ = _data.Read();
            }));

        [Fact]
        public void A_completion_hands_over()
        {
            var done = new Completion();
            Assert.Empty(TwoCpus(
                () =>
                {
                    _data.Write(1);
                    done.Complete();
                },
                () =>
                {
                    done.Wait();
                    _ = _data.Read();
                }));
        }

        [Fact]
        public void A_reader_of_a_sequence_lock_that_checks_again_is_legal()
        {
            var sequence = new SeqLock("sequence");
            Assert.Empty(TwoCpus(
                () =>
                {
                    using (sequence.LockWrite())
                    {
                        _data.Write(1);
                    }
                },
                () =>
                {
                    uint seen;
                    do
                    {
                        seen = sequence.ReadBegin();
                        _ = _data.Read();
                    }
                    while (sequence.ReadRetry(seen));
                }));
        }

        [Fact]
        public void A_write_outside_the_sequence_lock_races_with_its_reader()
        {
            var sequence = new SeqLock("sequence");
            OnlyRace(TwoCpus(
                () => _data.Write(1),
                () =>
                {
                    uint seen = sequence.ReadBegin();
                    _ = _data.Read();
                    _ = sequence.ReadRetry(seen);
                }));
        }

        [Fact]
        public void What_was_written_before_the_tasks_began_is_known_to_them() =>
            Assert.Empty(TwoCpus(() => _data.Read(), () => _data.Read(), boot: () => _data.Write(1)));

        [Fact]
        public void A_thread_knows_what_its_maker_did_before_and_not_what_it_does_afterwards()
        {
            Assert.Empty(TwoCpus(
                () =>
                {
                    _data.Write(1);
                    _ = KernelThread.Run("made", new CpuId(1), () => _data.Read());
                },
                static () => { }));
            OnlyRace(TwoCpus(
                () =>
                {
                    _ = KernelThread.Run("made", new CpuId(1), () => _data.Read());
                    _data.Write(1);
                },
                static () => { }));
        }

        [Fact]
        public void Whoever_waits_for_a_grace_period_knows_what_the_readers_did() => Assert.Empty(TwoCpus(
            () =>
            {
                using (Rcu.Read())
                {
                    if (_flag.LoadAcquire() == 0)
                    {
                        _ = _data.Read();
                    }
                }
            },
            () =>
            {
                _flag.StoreRelease(1);
                Rcu.Synchronize();
                _data.Write(1);
            }));

        private void Locked()
        {
            using (_lock.Lock())
            {
                _data.Write(_data.Read() + 1);
            }
        }
    }

    public class WithHandlers
    {
        private readonly Shared<int> _data = new(0, "data");
        private readonly PerCpu<int> _counter = new(0, "counter");

        [Fact]
        public void A_handler_is_not_ordered_with_what_it_interrupts()
        {
            Violation race = OnlyRace(OneCpu(() => _data.Write(1), () => _data.ReadOnce()));
            Assert.Contains("task 'task'", race.Message, StringComparison.Ordinal);
            Assert.Contains("an interrupt (PPI7)", race.Message, StringComparison.Ordinal);
        }

        [Fact]
        public void Masked_code_is_ordered_with_the_handler() => Assert.Empty(OneCpu(
            () =>
            {
                using (new IrqsOff(LocalIrq.Save()))
                {
                    _data.Write(_data.Read() + 1);
                }
            },
            () => _data.Write(_data.Read() + 1),
            arrivals: 2));

        [Fact]
        public void Code_after_a_masked_section_is_not() => OnlyRace(OneCpu(
            () =>
            {
                using (new IrqsOff(LocalIrq.Save()))
                {
                    _data.Write(1);
                }

                _ = _data.Read();
            },
            () => _data.Write(2)));

        [Fact]
        public void Masking_interrupts_does_not_order_with_a_pseudo_NMI() => OnlyRace(OneCpu(
            () =>
            {
                using (new IrqsOff(LocalIrq.Save()))
                {
                    _data.Write(1);
                }
            },
            () => _data.ReadOnce(),
            nmi: true));

        [Fact]
        public void Masking_everything_does() => Assert.Empty(OneCpu(
            () =>
            {
                DaifFlags flags = LocalDaif.Save();
                _data.Write(1);
                LocalDaif.Restore(flags);
            },
            () => _data.ReadOnce(),
            nmi: true));

        [Fact]
        public void Turning_preemption_off_does_not_order_with_a_handler() => OnlyRace(OneCpu(
            () =>
            {
                using (Preemption.Off())
                {
                    _data.Write(1);
                }
            },
            () => _data.ReadOnce()));

        [Fact]
        public void A_handler_knows_what_was_done_before_its_line_was_enabled()
        {
            Assert.Empty(Explore(b => b.Cpus(1)
                .Task(0, "task", () =>
                {
                    _data.Write(1);
                    Lines.IrqOnBootCpu([RunsIn(Context.HardIrq)] (_) => Handle(() => _data.Read()));
                })
                .Source("watchdog", Lines.Watchdog, 0)));
        }

        [Fact]
        public void The_handler_of_an_IPI_knows_what_its_sender_did() => Assert.Empty(Explore(b => b.Cpus(2)
            .Boot(() =>
            {
                Irq.RequestPercpuIrq(IntId.Sgi(9), [RunsIn(Context.HardIrq)] (_) => Handle(() => _data.Read()), "ipi");
                using (Preemption.Off())
                {
                    Irq.EnablePercpuIrq(IntId.Sgi(9));
                }
            })
            .Task(1, "sender", () =>
            {
                _data.Write(1);
                Machine.Current.Gic.SendSgi(IntId.Sgi(9), CpuMask.Of(new CpuId(0)));
            })));

        [Fact]
        public void Handlers_of_one_interrupt_on_two_CPUs_are_not_ordered()
        {
            IReadOnlyList<Violation> violations = Explore(b => b.Cpus(2)
                .Boot(() => Irq.RequestPercpuIrq(s_timer, [RunsIn(Context.HardIrq)] (_) => Handle(() => _data.Add(1)), "timer"))
                .Task(0, "first", Enable)
                .Task(1, "second", Enable)
                .Source("timer 0", s_timer, 0)
                .Source("timer 1", s_timer, 1));
            OnlyRace(violations);
        }

        [Fact]
        public void Counters_of_each_CPU_are_legal() => Assert.Empty(Explore(b => b.Cpus(2)
            .Boot(() => Irq.RequestPercpuIrq(s_timer, [RunsIn(Context.HardIrq)] (_) => Handle(() => _counter.This.Add(1)), "timer"))
            .Task(0, "first", Enable)
            .Task(1, "second", Enable)
            .Source("timer 0", s_timer, 0)
            .Source("timer 1", s_timer, 1)));

        [Fact]
        public void Tasks_of_one_CPU_are_ordered_where_both_turn_preemption_off()
        {
            void Count()
            {
                using (Preemption.Off())
                {
                    _counter.This.Add(1);
                }
            }

            Assert.Empty(Explore(b => b.Cpus(1).Task(0, "first", Count).Task(0, "second", Count)));
            OnlyRace(Explore(b => b.Cpus(1).Task(0, "first", () => _data.Add(1)).Task(0, "second", () => _data.ReadOnce())));
        }

        [Fact]
        public void Two_handlers_of_one_priority_do_not_race() => Assert.Empty(Explore(b => b.Cpus(1)
            .Boot(() =>
            {
                Lines.IrqOnBootCpu([RunsIn(Context.HardIrq)] (_) => Handle(() => _data.Add(1)));
                Irq.RequestPercpuIrq(s_timer, [RunsIn(Context.HardIrq)] (_) => Handle(() => _data.Add(1)), "timer");
                Enable();
            })
            .Source("watchdog", Lines.Watchdog, 0)
            .Source("timer", s_timer, 0)));

        [Fact]
        public void A_handler_and_an_NMI_that_interrupts_it_do() => Assert.Contains(
            Explore(b => b.Cpus(1)
                .Boot(() =>
                {
                    Lines.NmiOnBootCpu([RunsIn(Context.PseudoNmi)] (_) => Handle(() => _data.ReadOnce()));
                    Irq.RequestPercpuIrq(s_timer, [RunsIn(Context.HardIrq)] (_) => Handle(() => _data.Add(1)), "timer");
                    Enable();
                })
                .Source("watchdog", Lines.Watchdog, 0)
                .Source("timer", s_timer, 0)),
            violation => violation.Law == LawIds.DataRace);

        private static void Enable()
        {
            using (Preemption.Off())
            {
                Irq.EnablePercpuIrq(s_timer);
            }
        }
    }

    public class AtomicRegions
    {
        private readonly AtomicRegion _region = new("transfer");
        private readonly RawSpinLock _lock = new("lock");
        private readonly Shared<int> _from = new(5, "from");
        private readonly Shared<int> _to = new(0, "to");

        [Fact]
        public void A_check_that_another_CPU_makes_stale_before_the_act_is_reported()
        {
            Violation fault = Assert.Single(TwoCpus(Transfer, () => _from.WriteOnce(0)));
            Assert.Equal((LawIds.DataAtomic, Evidence.Breach), (fault.Law, fault.Evidence));
            Assert.Equal("Shared.WriteOnce of 'from' in transfer, which is declared to be one step: Shared.WriteOnce of 'from' in task 'second'", fault.Message.Split(" (")[0]);
        }

        [Fact]
        public void Who_sees_one_cell_changed_and_the_other_not_is_reported() =>
            Assert.Contains(TwoCpus(Transfer, () => _ = _from.ReadOnce() + _to.ReadOnce()), violation => violation.Law == LawIds.DataAtomic);

        [Fact]
        public void Under_a_lock_that_all_take_it_is_one_step() => Assert.Empty(TwoCpus(() => Locked(Transfer), () => Locked(() => _from.WriteOnce(0))));

        [Fact]
        public void A_reader_of_one_cell_comes_before_or_after() => Assert.Empty(TwoCpus(Transfer, () => _to.ReadOnce()));

        [Fact]
        public void The_same_accesses_in_no_region_are_nobodys_business() => Assert.Empty(TwoCpus(TransferUndeclared, () => _from.WriteOnce(0)));

        [Fact]
        public void An_interrupting_handler_comes_between_too()
        {
            Assert.Equal(LawIds.DataAtomic, Assert.Single(OneCpu(Transfer, () => _from.WriteOnce(0))).Law);
            Assert.Empty(OneCpu(
                () =>
                {
                    using (new IrqsOff(LocalIrq.Save()))
                    {
                        Transfer();
                    }
                },
                () => _from.WriteOnce(0)));
        }

        private void Transfer()
        {
            using (_region.Enter())
            {
                TransferUndeclared();
            }
        }

        private void TransferUndeclared()
        {
            _from.WriteOnce(_from.ReadOnce() - 1);
            _to.WriteOnce(1);
        }

        private void Locked(Action body)
        {
            using (_lock.LockIrqSave())
            {
                body();
            }
        }
    }

    public class InterruptCounts
    {
        private static readonly IntId s_device = IntId.Spi(40);

        private static IReadOnlyList<Violation> Device(Action lower) => Explore(b => b.Cpus(1)
            .Boot(() => Irq.RequestIrq(s_device, [RunsIn(Context.HardIrq)] (_) => Handle(lower), IrqRequestFlags.None, "device"))
            .Source("device", s_device, cpu: 0, trigger: Trigger.Level));

        [Fact]
        public void A_level_line_that_is_lowered_one_interrupt_late_doubles_it()
        {
            int handled = 0;
            Violation doubled = Assert.Single(Explore(b =>
            {
                handled = 0;
                b.Cpus(1)
                    .Boot(() => Irq.RequestIrq(s_device, [RunsIn(Context.HardIrq)] (_) => Handle(() =>
                    {
                        if (++handled == 2)
                        {
                            Machine.Current.Gic.Deassert(s_device, Processor.Id);
                        }
                    }), IrqRequestFlags.None, "device"))
                    .Source("device", s_device, cpu: 0, trigger: Trigger.Level);
            }));
            Assert.Equal((Harms.DoubledInterrupt, Evidence.Harm), (doubled.Law, doubled.Evidence));
            Assert.Equal("Doubled interrupt: SPI40 was raised once and is taken 2 times; when it was ended, its line was still high.", doubled.Message);
        }

        [Fact]
        public void A_level_line_that_is_lowered_in_time_does_not() => Assert.Empty(Device(() => Machine.Current.Gic.Deassert(s_device, Processor.Id)));

        [Fact]
        public void A_line_that_is_dropped_and_not_deactivated_loses_the_next_one()
        {
            Violation lost = Assert.Single(Explore(b => Dropped(b, deactivates: false, arrivals: 2)));
            Assert.Equal((Harms.LostInterrupt, Evidence.Harm), (lost.Law, lost.Evidence));
            Assert.Equal("Lost interrupt: SPI40 is pending and is never taken, because it is active for ever: who acknowledged it did not deactivate it.", lost.Message);
            Assert.Contains("Icc.ReadIar1", lost.Site!.ToString(), StringComparison.Ordinal);
        }

        [Fact]
        public void One_that_is_deactivated_does_not() => Assert.Empty(Explore(b => Dropped(b, deactivates: true, arrivals: 2)));

        [Fact]
        public void Without_a_next_one_nothing_is_lost() => Assert.Empty(Explore(b => Dropped(b, deactivates: false, arrivals: 1)));

        private static void Dropped(MachineBuilder b, bool deactivates, int arrivals) => b.Cpus(1)
            .Boot(() =>
            {
                Irq.RequestIrq(s_device, static _ => IrqReturn.Handled, IrqRequestFlags.None, "device");
                Irq.SetHandleIrq([RunsIn(Context.HardIrq)] () =>
                {
                    IntId irq = Icc.ReadIar1();
                    Barrier.Isb();
                    if (irq.IsSpecial)
                    {
                        return;
                    }

                    Icc.WriteEoir1(irq);
                    if (deactivates)
                    {
                        Icc.WriteDir(irq);
                    }
                });
            })
            .Source("device", s_device, cpu: 0, arrivals);

        [Fact]
        public void Edges_that_coalesce_are_legal() => Assert.Empty(OneCpu(
            () =>
            {
                using (new IrqsOff(LocalIrq.Save()))
                {
                    Processor.Relax();
                }
            },
            static () => { },
            arrivals: 3));
    }

    public class GuardedData
    {
        private readonly Account _account = new();

        [Fact]
        public void An_update_without_the_lock_that_writes_over_another_one_is_harm()
        {
            IReadOnlyList<Violation> violations = TwoCpus(_account.Deposit, _account.Careless);
            Assert.Equal(["Read", "Write(`0)"], violations.Select(violation => violation.Site?.ToString().Split("Shared`1.")[1].Split('|')[0]).Order());
            Assert.All(violations, violation => Assert.Equal((LawIds.DataGuarded, Evidence.Harm), (violation.Law, violation.Evidence)));
            Assert.All(violations, violation => Assert.Contains("that write is lost", violation.Message, StringComparison.Ordinal));
        }

        [Fact]
        public void A_read_without_the_lock_between_two_writes_of_the_holder_sees_it_half_changed()
        {
            Violation torn = Assert.Single(TwoCpus(_account.TwoSteps, _account.Peeks));
            Assert.Equal((LawIds.DataGuarded, Evidence.Harm), (torn.Law, torn.Evidence));
            Assert.Contains("half changed", torn.Message, StringComparison.Ordinal);
        }

        [Fact]
        public void With_the_lock_on_both_sides_there_is_nothing_to_say() => Assert.Empty(TwoCpus(_account.Deposit, _account.TwoSteps));

        [Fact]
        public void What_happens_between_two_sections_is_no_harm_of_this_kind() => Assert.Empty(TwoCpus(
            () =>
            {
                _account.Deposit();
                _account.Deposit();
            },
            _account.Deposit));

        private sealed class Account
        {
            private readonly RawSpinLock accountLock = new();
            [GuardedBy(nameof(accountLock))]
            private readonly Shared<int> balance = new(0);

            public void Deposit()
            {
                using (accountLock.Lock())
                {
                    balance.Write(balance.Read() + 1);
                }
            }

            public void TwoSteps()
            {
                using (accountLock.Lock())
                {
                    balance.Write(1);
                    balance.Write(2);
                }
            }

#pragma warning disable IRQ0111 // What is tested.
            public void Careless() => balance.Write(balance.Read() + 1);

            public void Peeks() => balance.Read();
#pragma warning restore IRQ0111
        }
    }
}
