using System.Linq;
using IrqSafety.Cli.Findings;
using IrqSafety.Cli.Simulation;
using IrqSafety.Cli.Verdicts;
using IrqSafety.Rules;
using IrqSafety.Simulator;
using Xunit;

namespace IrqSafety.Cli.Tests;

/// <summary>The table of verdicts.</summary>
public sealed class SettlementTests
{
    [Theory]
    [InlineData("harm")]
    [InlineData("breach")]
    [InlineData("predicted")]
    public void A_violation_of_the_law_at_the_site_confirms(string evidence)
    {
        SettledFinding settled = Settle(Some.Finding("IRQ0201", Some.Site), Some.Violation(LawIds.NmiBlockingLock, Some.Site, evidence));

        Assert.Equal(Verdict.Confirmed, settled.Verdict);
        Assert.Equal(evidence, settled.Evidence.Name());
        Assert.Null(settled.Bound);
    }

    [Fact]
    public void The_strongest_evidence_counts()
    {
        SettledFinding settled = Settle(
            Some.Finding("IRQ0201", Some.Site),
            Some.Violation(LawIds.NmiBlockingLock, Some.Site, "breach"),
            Some.Violation(LawIds.NmiBlockingLock, Some.Site, "harm"),
            Some.Violation(LawIds.NmiBlockingLock, Some.Site, "predicted"));

        Assert.Equal(Evidence.Harm, settled.Evidence);
    }

    [Fact]
    public void A_violation_of_the_law_elsewhere_confirms_nothing()
    {
        SettledFinding settled = Settle(Some.Finding("IRQ0201", Some.Site), Some.Violation(LawIds.NmiBlockingLock, Some.OtherSite, "harm"));

        Assert.Equal(Verdict.NotReproduced, settled.Verdict);
        Assert.Equal(Evidence.None, settled.Evidence);
    }

    [Fact]
    public void A_ring_of_lock_classes_is_one_mistake_wherever_it_closes()
    {
        string[] ring = ["F:Pair._a", "F:Pair._b"];
        StaticFinding finding = Some.Finding("IRQ0101", Some.Site) with { Fingerprint = Fingerprint.Of(LawIds.LockOrder, Some.Site, ring) };
        ViolationMessage elsewhere = Some.Violation(LawIds.LockOrder, Some.OtherSite, "harm") with { Subjects = ring };

        Assert.Equal((Verdict.Confirmed, Evidence.Harm), (Settle(finding, elsewhere).Verdict, Settle(finding, elsewhere).Evidence));
        Assert.True(Settlement.Match(finding, elsewhere));
        Assert.False(Settlement.Match(finding, elsewhere with { Subjects = ["F:Pair._a", "F:Pair._c"] }));
        Assert.False(Settlement.Match(finding, elsewhere with { Law = LawIds.LockIrqUnsafeDependency }));
        Assert.False(Settlement.Match(finding, elsewhere with { Subjects = [] }));
    }

    [Fact]
    public void A_violation_of_another_law_at_the_site_confirms_nothing()
    {
        SettledFinding settled = Settle(Some.Finding("IRQ0201", Some.Site), Some.Violation(LawIds.AtomicSleep, Some.Site, "breach"));

        Assert.Equal(Verdict.NotReproduced, settled.Verdict);
    }

    [Fact]
    public void A_deadlock_at_the_site_shows_a_law_whose_breach_can_do_harm()
    {
        ViolationMessage deadlock = Some.Violation("harm.deadlock", Some.Site, "harm");

        Assert.Equal(Verdict.Confirmed, Settle(Some.Finding("IRQ0201", Some.Site), deadlock).Verdict);
        Assert.Equal(Verdict.NotReproduced, Settle(Some.Finding("IRQ0116", Some.Site), deadlock).Verdict);
    }

    [Fact]
    public void A_broken_promise_shows_through_the_operation_under_it()
    {
        SettledFinding settled = Settle(Some.Finding("IRQ0203", Some.Site), Some.Violation(LawIds.NmiUnsafeCall, Some.Site, "breach"));

        Assert.Equal(Verdict.Confirmed, settled.Verdict);
    }

    [Fact]
    public void A_reached_site_without_a_violation_is_not_reproduced_within_the_bound()
    {
        SettledFinding settled = Settle(Some.Finding("IRQ0201", Some.Site));

        Assert.Equal(Verdict.NotReproduced, settled.Verdict);
        Assert.Equal("2 CPUs, 2 switches, 1 arrival per source, exhaustive", settled.Bound);
    }

    [Fact]
    public void A_search_that_was_not_exhaustive_says_how_many_executions_it_ran()
    {
        var result = new SimulationResult("Ipi") { Explorations = [Some.Exploration("Backtrace", exhaustive: false, Some.Site.ToString())] };

        SettledFinding settled = new Settlement(result, "sc").Settle(Some.Finding("IRQ0201", Some.Site));

        Assert.Equal("2 CPUs, 2 switches, 1 arrival per source, 42 executions, not exhaustive", settled.Bound);
    }

    [Fact]
    public void A_site_that_no_scenario_reaches_is_not_covered()
    {
        SettledFinding settled = Settle(Some.Finding("IRQ0201", Some.OtherSite));

        Assert.Equal(Verdict.NotCovered, settled.Verdict);
        Assert.Equal("no scenario reaches it", settled.Bound);
    }

    [Fact]
    public void Without_scenarios_nothing_is_covered()
    {
        SettledFinding settled = new Settlement(new SimulationResult("Ipi"), "sc").Settle(Some.Finding("IRQ0201", Some.Site));

        Assert.Equal(Verdict.NotCovered, settled.Verdict);
        Assert.Equal("no scenario ran", settled.Bound);
    }

    [Fact]
    public void A_law_without_a_run_time_check_is_not_covered()
    {
        SettledFinding settled = Settle(Some.Finding("IRQ0002", Some.Site));

        Assert.Equal(Verdict.NotCovered, settled.Verdict);
        Assert.Equal("the law has no run-time check", settled.Bound);
    }

    [Theory]
    [InlineData(Reordering.LateEffect, "sc", "not-modelled")]
    [InlineData(Reordering.LateEffect, "arm", "not-reproduced")]
    [InlineData(Reordering.NotModelled, "arm", "not-modelled")]
    [InlineData(Reordering.None, "sc", "not-reproduced")]
    public void What_needs_an_effect_outside_the_memory_model_is_not_modelled(Reordering needs, string memory, string verdict)
    {
        Law law = Catalogue.Law(LawIds.NmiBlockingLock) with { Needs = needs };
        var result = new SimulationResult("Ipi") { Explorations = [Some.Exploration("Backtrace", true, Some.Site.ToString())] };

        SettledFinding settled = new Settlement(result, memory).Settle(Some.Finding("IRQ0201", Some.Site, law: law));

        Assert.Equal(verdict, settled.Verdict?.Name());
    }

    [Fact]
    public void A_violation_is_predicted_when_a_finding_matches_it()
    {
        var result = new SimulationResult("Ipi")
        {
            Violations = [Some.Violation(LawIds.NmiBlockingLock, Some.Site, "harm"), Some.Violation(LawIds.AtomicSleep, Some.OtherSite, "breach"), Some.Violation("harm.deadlock", null, "harm")],
        };

        bool?[] predicted = [.. new Settlement(result, "sc").Judge([Some.Finding("IRQ0201", Some.Site)]).Select(violation => violation.Predicted)];

        Assert.Equal([true, false, false], predicted);
    }

    [Fact]
    public void A_defect_with_two_ends_shows_at_either()
    {
        StaticFinding inversion = Some.Finding("IRQ0101", Some.Site) with { Ends = [Some.OtherSite] };

        SettledFinding settled = Settle(inversion, Some.Violation(LawIds.LockOrder, Some.OtherSite, "harm"));

        Assert.Equal(Verdict.Confirmed, settled.Verdict);
        Assert.Equal(Evidence.Harm, settled.Evidence);
    }

    private static SettledFinding Settle(StaticFinding finding, params ViolationMessage[] violations)
    {
        var result = new SimulationResult("Ipi") { Violations = violations, Explorations = [Some.Exploration("Backtrace", true, Some.Site.ToString())] };
        return new Settlement(result, "sc").Settle(finding);
    }
}
