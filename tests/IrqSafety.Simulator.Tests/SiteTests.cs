using System;
using System.Collections.Generic;
using System.Linq;
using IrqSafety.Contracts;
using IrqSafety.Rules;
using IrqSafety.Runtime;
using Xunit;

namespace IrqSafety.Simulator.Tests;

/// <summary>Sites seen on the stack are those of the source: member, operation, and its number in the body.</summary>
public class SiteTests
{
    private const string This = "M:IrqSafety.Simulator.Tests.SiteTests.";

    private static List<string> SitesOf(Action body)
    {
        var sites = new List<string>();
        var runner = new ScenarioRunner(ScenarioType.From("sites", () => new Inline(b => b.Cpus(1).Task(0, "task", body))), null);
        var strategy = new ReplayStrategy([]);
        _ = strategy.Begin();
        _ = runner.Run(strategy, new ExecutionOptions(CaptureSites: true), step =>
        {
            if (step.Task == "task" && step.Site is { } site)
            {
                sites.Add(site.ToString().Replace(This, "", StringComparison.Ordinal).Replace("M:IrqSafety.Runtime.", "", StringComparison.Ordinal));
            }
        });
        return sites;
    }

    [Fact]
    public void Equal_operations_are_numbered_in_the_order_of_the_body() => Assert.Equal(
        ["TwoOfAKind|Preemption.Disable|0", "TwoOfAKind|Preemption.Enable|0", "TwoOfAKind|Preemption.Disable|1", "TwoOfAKind|Preemption.Enable|1"],
        SitesOf(TwoOfAKind));

    private static void TwoOfAKind()
    {
        Preemption.Disable();
        Preemption.Enable();
        Preemption.Disable();
        Preemption.Enable();
    }

    [Fact]
    public void A_loop_has_one_site() => Assert.Equal(["Loop|Processor.Relax|0", "Loop|Processor.Relax|0"], SitesOf(Loop));

    private static void Loop()
    {
        for (int round = 0; round < 2; round++)
        {
            Processor.Relax();
        }
    }

    [Fact]
    public void The_innermost_user_code_is_the_member() => Assert.Equal(["Inner|Preemption.Disable|0", "Inner|Preemption.Enable|0"], SitesOf(Outer));

    private static void Outer() => Inner();

    private static void Inner()
    {
        Preemption.Disable();
        Preemption.Enable();
    }

    [Fact]
    public void Lambdas_and_local_functions_are_numbered_within_their_member() => Assert.Equal(
        ["Nested~0|Preemption.Disable|0", "Nested~1|Preemption.Enable|0"],
        SitesOf(Nested));

    private static void Nested()
    {
        Action disable = static () => Preemption.Disable();
        disable();
        Enable();

        static void Enable() => Preemption.Enable();
    }

    [Fact]
    public void Iterators_belong_to_their_method() => Assert.Equal(
        ["Numbers|Preemption.Disable|0", "Numbers|Preemption.Enable|0"],
        SitesOf(() => _ = Numbers().Sum()));

    private static IEnumerable<int> Numbers()
    {
        Preemption.Disable();
        yield return 1;
        Preemption.Enable();
    }

    [Fact]
    public void A_guard_has_a_site_where_it_begins_and_one_where_it_ends() => Assert.Equal(
        ["Guarded|RawSpinLock.Lock|0", "Guarded|LockGuard.Dispose|0"],
        SitesOf(Guarded));

    private static void Guarded()
    {
        using (new RawSpinLock("guarded").Lock())
        {
        }
    }

    [Fact]
    public void Overloads_of_a_nested_functions_member_are_told_apart()
    {
        string site = Assert.Single(SitesOf(() => Overloaded("x")));
        Assert.Equal("Overloaded(System.String)~0|Processor.Relax|0", site);
    }

    private static void Overloaded(int x)
    {
        Action relax = () => _ = x;
        relax();
    }

    private static void Overloaded(string x)
    {
        Overloaded(x.Length);
        Action relax = () => Processor.Relax();
        relax();
    }

    [Fact]
    public void A_handler_does_not_see_the_stack_it_interrupts()
    {
        ExplorationOutcome outcome = Explorer.Explore(ScenarioType.Of<NmiTakesTheTasksLock>(), new ExplorationOptions { Strategy = "exhaustive" });
        Assert.All(outcome.Violations, found => Assert.Contains("OnWatchdog", found.Violation.Site!.Member, StringComparison.Ordinal));
    }

    [Fact]
    public void A_finding_at_an_outer_call_is_settled_there()
    {
        string target = $"{This}OuterHandler(IrqSafety.Runtime.IntId)|{This}WakesUp(IrqSafety.Runtime.Completion)|0";
        ExplorationOutcome outcome = Explorer.Explore(
            ScenarioType.From("outer", () => new Inline(b => b.Cpus(1).Boot(() => Lines.NmiOnBootCpu(OuterHandler)).Source("watchdog", Lines.Watchdog, 0))),
            new ExplorationOptions { Strategy = "exhaustive", Targets = [new FindingTarget(LawIds.NmiUnsafeCall, target, target)] });
        Assert.Equal(target, Assert.Single(outcome.Violations).Violation.Site!.ToString());
    }

    [RunsIn(Context.PseudoNmi)]
    private static IrqReturn OuterHandler(IntId irq)
    {
        WakesUp(new Completion());
        return IrqReturn.Handled;
    }

    private static void WakesUp(Completion completion) => completion.Complete();
}
