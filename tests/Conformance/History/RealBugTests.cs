using System;
using System.Collections.Concurrent;
using System.Linq;
using System.Text.RegularExpressions;
using System.Threading.Tasks;
using IrqSafety.Testing;
using Xunit;

namespace IrqSafety.Conformance.Tests.History;

/// <summary>The corpus of real bugs before the analyzers: as it was each is reported, under its rule at its line, and as it was fixed nothing is.</summary>
public partial class RealBugTests
{
    private const string Usings = "using System;\nusing System.Collections.Generic;\nusing IrqSafety.Contracts;\nusing IrqSafety.Runtime;\n";

    private static readonly ConcurrentDictionary<(string Name, bool AsItWas), Task<string?>> s_verified = new();

    public static TheoryData<string> EachBug => [.. RealBug.All.Select(bug => bug.Name)];

    public static TheoryData<string> EachBugWithARule => [.. RealBug.All.Where(bug => bug.Rule is not null).Select(bug => bug.Name)];

    public static TheoryData<string> EachBugForARun => [.. RealBug.All.Where(bug => bug.Rule is null).Select(bug => bug.Name)];

    [Theory]
    [MemberData(nameof(EachBug))]
    public void Its_name_has_a_reference(string name) => Assert.Matches(Reference(), name);

    [Theory]
    [MemberData(nameof(EachBugWithARule))]
    public async Task As_it_was_it_is_reported(string name) => Assert.Null(await Verified(RealBug.Of(name), asItWas: true));

    [Theory]
    [MemberData(nameof(EachBugForARun))]
    public async Task As_it_was_nothing_is_reported_that_only_a_run_can_show(string name)
    {
        Assert.NotNull(RealBug.Of(name).Scenario);
        Assert.Null(await Verified(RealBug.Of(name), asItWas: true));
    }

    [Theory]
    [MemberData(nameof(EachBug))]
    public async Task As_it_was_fixed_nothing_is(string name) => Assert.Null(await Verified(RealBug.Of(name), asItWas: false));

    [Fact]
    public void Every_entry_has_a_pair_or_says_why_not()
    {
        Assert.All(RealBugEntry.All, entry => Assert.NotEqual(entry.Pair.Length == 0, entry.Missing.Length == 0));
        Assert.Distinct(RealBugEntry.All.Select(entry => entry.Id));
    }

    [Fact]
    public void Every_pair_belongs_to_an_entry() =>
        Assert.Equal(RealBug.All.Select(bug => bug.Name).Order(), RealBugEntry.All.Select(entry => entry.Pair).Where(pair => pair.Length > 0).Order());

    [Fact]
    public async Task Score()
    {
        int agree = 0;
        foreach (RealBugEntry entry in RealBugEntry.All.Where(entry => entry.Pair.Length > 0))
        {
            RealBug bug = RealBug.Of(entry.Pair);
            agree += bug.Rule is not null && await Verified(bug, asItWas: true) is null && await Verified(bug, asItWas: false) is null ? 1 : 0;
        }

        OracleScores.Record(new OracleScore("historical-bugs", "static", agree, RealBugEntry.All.Count));
        Assert.Equal(EachBugWithARule.Count, agree);
    }

    // What is wrong with a side, or null. Each is looked at once.
    private static Task<string?> Verified(RealBug bug, bool asItWas) => s_verified.GetOrAdd((bug.Name, asItWas), _ => VerifyAsync(bug, asItWas));

    private static async Task<string?> VerifyAsync(RealBug bug, bool asItWas)
    {
        Assert.Equal(bug.Rule is not null, bug.AsItWas.Contains("[|", StringComparison.Ordinal));
        try
        {
            string side = asItWas ? bug.AsItWas : bug.AsFixed;
            _ = await AnalyzerVerifier.Verify(asItWas ? bug.Rule : null, [Usings + side], cancellation: TestContext.Current.CancellationToken);
            return null;
        }
        catch (VerificationException different)
        {
            return different.Message;
        }
    }

    // Linux_046b5054f566_…, Xen_e83d6b9432_…, TfA_611eb9cfa_…, Thread_arm_sdei_v4_…
    [GeneratedRegex("^((Linux|Xen|TfA)_[0-9a-f]{9,12}|Thread)_[A-Za-z0-9_]+$")]
    private static partial Regex Reference();
}
