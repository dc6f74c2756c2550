using System.Collections.Generic;
using IrqSafety.Rules;
using Xunit;
using static IrqSafety.Runtime.Tests.Simulated;

namespace IrqSafety.Runtime.Tests;

public sealed class PlainExecutionTests
{
    [Fact]
    public void Tasks_run_in_order_and_what_they_start_follows()
    {
        var order = new List<string>();
        Run(() =>
        {
            KernelThread.Run("second", Cpu0, () => order.Add("second"));
            order.Add("first");
        });
        Assert.Equal(["first", "second"], order);
    }

    [Fact]
    public void A_sleeping_task_lets_others_run_and_time_passes_only_then()
    {
        var order = new List<string>();
        PlainExecution execution = Run(() =>
        {
            KernelThread.Run("other", Cpu0, () => order.Add("other"));
            KernelThread.Sleep(3);
            order.Add("slept");
        });
        Assert.Equal(["other", "slept"], order);
        Assert.Equal(3_000_000, execution.Now);
    }

    [Fact]
    public void A_breach_is_an_exception_that_names_operation_and_law()
    {
        ContractBreachException breach = Assert.Throws<ContractBreachException>(() => Run(() =>
        {
            LocalIrq.Disable();
            KernelThread.Sleep(1);
        }));
        Assert.Equal(LawIds.AtomicSleep, breach.Breach.Law);
        Assert.Equal("KernelThread.Sleep", breach.Operation.Name);
    }

    [Fact]
    public void A_poll_for_what_another_task_writes_ends_and_one_for_what_nobody_writes_is_reported()
    {
        var flag = new Shared<bool>(false);
        Run(() =>
        {
            KernelThread.Run("writer", Cpu1, () => flag.StoreRelease(true));
            Poll();
        });
        Assert.Throws<WaitNeverEndsException>(() => Run(() =>
        {
            flag.WriteOnce(false);
            Poll();
        }));

        void Poll()
        {
            while (!flag.LoadAcquire())
            {
                Processor.Relax();
            }
        }
    }

    [Fact]
    public void A_CPU_that_panics_stays_where_it_is_and_the_others_go_on()
    {
        bool other = false;
        Run(() =>
        {
            KernelThread.Run("other", Cpu1, () => other = true);
            Processor.Panic("test");
        });
        Assert.True(other);
    }

    [Fact]
    public void A_BUG_ends_the_run() => Assert.Throws<MachineBugException>(() => Run(() => Processor.BugOn(true, "must not be")));

    [Fact]
    public void Profiles_are_found_by_name()
    {
        Assert.All(MachineProfile.All, profile => Assert.Same(profile, MachineProfile.Find(profile.Name)));
        Assert.Null(MachineProfile.Find("nonexistent"));
    }
}
