using System;
using System.Collections.Generic;
using IrqSafety.Rules;
using Xunit;
using static IrqSafety.Runtime.Tests.Simulated;

namespace IrqSafety.Runtime.Tests;

public sealed class DeferredTests
{
    [Fact]
    public void Irq_work_queued_in_an_NMI_runs_in_interrupt_context_on_the_same_CPU()
    {
        string ranIn = "";
        Run(() =>
        {
            IpiLayer.SetSmpIpiRange(IntId.Sgi(0), IpiState.Count);
            var work = new IrqWork(() => ranIn = $"{ThisCpu.Context} on {Processor.Id}");
            InHandler(nmi: true, () =>
            {
                Assert.True(work.Queue());
                Assert.False(work.Queue());
                Assert.True(work.IsPending);
            });
            Processor.Relax();
            Assert.False(work.IsPending);
            Assert.False(work.IsBusy);
        });
        Assert.Equal("HardIrq on CPU0", ranIn);
    }

    [Fact]
    public void Irq_work_can_be_queued_again_from_its_own_function() => Run(() =>
    {
        IpiLayer.SetSmpIpiRange(IntId.Sgi(0), IpiState.Count);
        int runs = 0;
        IrqWork? work = null;
        work = new IrqWork(() => Assert.Equal(++runs == 1, runs == 1 && work!.Queue()));
        work.Queue();
        Processor.Relax();
        Assert.Equal(2, runs);
    });

    [Fact]
    public void Irq_work_of_an_owner_receives_the_owner() => Run(() =>
    {
        IpiLayer.SetSmpIpiRange(IntId.Sgi(0), IpiState.Count);
        string? received = null;
        var work = new IrqWork<string>(owner => received = owner);
        Assert.True(work.Queue("first"));
        Processor.Relax();
        Assert.Equal("first", received);
    });

    [Fact]
    public void Without_its_IPI_irq_work_waits_for_the_tick() => Run(() =>
    {
        bool ran = false;
        new IrqWork(() => ran = true).Queue();
        Processor.Relax();
        Assert.False(ran);
        InHandler(nmi: false, IrqWork.Run);
        Assert.True(ran);
    });

    [Fact]
    public void Irq_work_is_not_run_in_an_NMI() =>
        Assert.Equal([(LawIds.NmiUnsafeCall, "IrqWork.Run")], Breaches(() => InHandler(nmi: true, IrqWork.Run)));

    [Fact]
    public void Direct_printk_writes_at_once_and_in_an_NMI_breaks_the_law() =>
        Assert.Equal([(LawIds.NmiBlockingLock, "Printk.Direct")], Breaches(() =>
        {
            Printk.Direct("hello");
            Assert.Equal(["hello"], Machine.Current.Console.Lines);
            InHandler(nmi: true, () => Printk.Direct("from NMI"));
        }));

    [Fact]
    public void Direct_printk_in_an_NMI_that_interrupted_the_console_s_holder_waits_for_ever() =>
        Assert.Throws<WaitNeverEndsException>(() => Breaches(() =>
        {
            Install(IntId.Sgi(1), _ => { Printk.Direct("from NMI"); return IrqReturn.Handled; }, nmi: true);
            using IrqSaveLockGuard held = Machine.Current.Console.Lock.LockIrqSave();
            Raise(IntId.Sgi(1));
        }));

    [Fact]
    public void Deferred_printk_is_safe_in_an_NMI_and_comes_out_soon_after_in_order() =>
        Assert.Empty(Breaches(() =>
        {
            IpiLayer.SetSmpIpiRange(IntId.Sgi(0), IpiState.Count);
            InHandler(nmi: true, () =>
            {
                Printk.Deferred("one");
                Printk.Deferred("two");
                Assert.Empty(Machine.Current.Console.Lines);
            });
            Processor.Relax();
            Assert.Equal(["one", "two"], Machine.Current.Console.Lines);
        }));

    [Fact]
    public void A_completion_lets_its_waiter_go_and_is_used_up()
    {
        var execution = new PlainExecution();
        var machine = new Machine(MachineProfile.GicV3PseudoNmi, 2, execution);
        var done = new Completion();
        var order = new List<string>();
        machine.AddTask("waiter", Cpu0, () =>
        {
            order.Add("waits");
            done.Wait();
            order.Add("goes on");
            Assert.False(done.TryWait());
            Assert.False(done.WaitTimeout(5));
        });
        machine.AddTask("completer", Cpu1, () =>
        {
            order.Add("completes");
            done.Complete();
        });
        execution.Run(machine);
        Assert.Equal(["waits", "completes", "goes on"], order);
        Assert.Equal(5_000_000, execution.Now);
        Assert.Contains(execution.Events, happened => happened.Kind == MachineEventKind.LockAcquired && happened.Subject == machine.Cpus[0].RunQueue.Lock);
    }

    [Fact]
    public void Complete_all_stays_done() => Run(() =>
    {
        var done = new Completion();
        done.CompleteAll();
        done.Wait();
        done.Wait();
        Assert.True(done.TryWait());
    });

    [Fact]
    public void A_wait_queue_asks_its_condition_before_and_after_sleeping()
    {
        var execution = new PlainExecution();
        var machine = new Machine(MachineProfile.GicV3PseudoNmi, 2, execution);
        var queue = new WaitQueue();
        var flag = new Shared<int>(0);
        int asked = 0;
        machine.AddTask("waiter", Cpu0, () => queue.Wait(() => { asked++; return flag.ReadOnce() == 2; }));
        machine.AddTask("waker", Cpu1, () =>
        {
            flag.WriteOnce(1);
            queue.WakeUp();
            flag.WriteOnce(2);
            queue.WakeUpAll();
        });
        execution.Run(machine);
        Assert.InRange(asked, 2, 3);
        Assert.All(machine.Tasks, task => Assert.Equal(TaskState.Dead, task.State));
    }

    [Theory]
    [InlineData("complete", "Completion.Complete")]
    [InlineData("wake", "WaitQueue.WakeUp")]
    [InlineData("kmalloc", "Slab.Allocate")]
    public void Waking_and_allocating_in_an_NMI_break_the_law(string what, string operation)
    {
        var done = new Completion();
        var queue = new WaitQueue();
        Assert.Equal([(LawIds.NmiUnsafeCall, operation)], Breaches(() => InHandler(nmi: true, () =>
        {
            switch (what)
            {
                case "complete":
                    done.Complete();
                    break;
                case "wake":
                    queue.WakeUp();
                    break;
                default:
                    Slab.Allocate(64);
                    break;
            }
        })));
    }

    [Fact]
    public void Sleeping_with_preemption_off_breaks_the_law()
    {
        var done = new Completion();
        Assert.Equal([(LawIds.AtomicSleep, "Completion.Wait"), (LawIds.AtomicSleep, "Slab.Allocate")], Breaches(() =>
        {
            done.Complete();
            using PreemptOffGuard off = Preemption.Off();
            done.Wait();
            Slab.Allocate(8, mayWait: true);
            Slab.Allocate(8);
        }));
    }

    [Fact]
    public void A_declared_allocation_failure_returns_null_and_a_double_free_is_a_bug()
    {
        var execution = new PlainExecution { Chooser = _ => 1 };
        var machine = new Machine(MachineProfile.GicV3PseudoNmi, 1, execution);
        machine.Faults.Declare("kmalloc", 1);
        machine.AddTask("main", Cpu0, () =>
        {
            Assert.Null(Slab.Allocate(64));
            SlabObject? memory = Slab.Allocate(64);
            Assert.Equal(64, memory?.Bytes);
            Slab.Free(memory);
            Slab.Free(memory);
        });
        Assert.Throws<MachineBugException>(() => execution.Run(machine));
    }

    [Fact]
    public void The_console_and_its_lock_belong_to_the_machine()
    {
        PlainExecution first = Run(() => Printk.Direct("one"));
        PlainExecution second = Run(() => Assert.Empty(Machine.Current.Console.Lines));
        Assert.Contains("one", first.Texts(MachineEventKind.Note));
        Assert.DoesNotContain("one", second.Texts(MachineEventKind.Note));
        Assert.Null(KernelTask.CurrentOrNull);
        Assert.Throws<InvalidOperationException>(() => Printk.Direct("outside"));
    }
}
