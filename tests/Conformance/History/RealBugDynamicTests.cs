using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Runtime.Loader;
using System.Threading;
using System.Threading.Tasks;
using IrqSafety.Rules;
using IrqSafety.Simulator;
using IrqSafety.Testing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Xunit;

namespace IrqSafety.Conformance.Tests.History;

/// <summary>
/// The corpus of real bugs before the simulator: one scenario for both sides. Of the code as it was a schedule shows the law of the finding broken at the finding's
/// site; of the code as it was fixed no schedule shows anything.
/// </summary>
public class RealBugDynamicTests
{
    private const string Usings = "using System;\nusing System.Collections.Generic;\nusing IrqSafety.Contracts;\nusing IrqSafety.Runtime;\nusing IrqSafety.Simulator;\n";

    private static readonly ConcurrentDictionary<string, Task<Evidence>> s_shown = new();
    private static readonly ConcurrentDictionary<string, IReadOnlyList<string>> s_left = new();

    public static TheoryData<string> EachBugThatRuns => [.. RealBug.All.Where(bug => bug.Scenario is not null).Select(bug => bug.Name)];

    [Theory]
    [MemberData(nameof(EachBugThatRuns))]
    public async Task As_it_was_a_schedule_shows_it(string name) => Assert.Equal(RealBug.Of(name).Evidence, await ShownOf(RealBug.Of(name)));

    [Theory]
    [MemberData(nameof(EachBugThatRuns))]
    public void As_it_was_fixed_no_schedule_shows_anything(string name) => Assert.Empty(LeftOf(RealBug.Of(name)));

    [Fact]
    public async Task Score()
    {
        int agree = 0;
        foreach (RealBug bug in RealBug.All.Where(each => each.Scenario is not null))
        {
            agree += await ShownOf(bug) != Evidence.None && LeftOf(bug).Count == 0 ? 1 : 0;
        }

        OracleScores.Record(new OracleScore("historical-bugs", "dynamic", agree, RealBugEntry.All.Count));
        Assert.Equal(EachBugThatRuns.Count, agree);
    }

    // Each side is run once.
    private static Task<Evidence> ShownOf(RealBug bug) => s_shown.GetOrAdd(bug.Name, _ => EvidenceOf(bug, TestContext.Current.CancellationToken));

    private static IReadOnlyList<string> LeftOf(RealBug bug) =>
        s_left.GetOrAdd(bug.Name, _ => [.. Explore(bug, Compile(bug, each => each.AsFixed)).Select(violation => $"{violation.Law} {violation.Site}: {violation.Message}")]);

    // The strongest evidence that runs give of what the analyzers report, and nothing but it.
    private static async Task<Evidence> EvidenceOf(RealBug bug, CancellationToken cancellation)
    {
        CSharpCompilation program = Compile(bug, each => each.AsItWas);
        Diagnostic[] findings = [.. (await AnalyzerVerifier.Analyze(program, cancellation)).Where(found => found.Id == bug.Rule)];
        Assert.Equal(bug.Rule is null, findings.Length == 0);
        IReadOnlyList<Violation> violations = Explore(bug, program, findings);
        if (bug.Rule is null)
        {
            return violations.Select(violation => violation.Evidence).DefaultIfEmpty(Evidence.None).Max();
        }

        return violations.Where(violation => findings.Any(finding => Confirms(violation, finding))).Select(violation => violation.Evidence).DefaultIfEmpty(Evidence.None).Max();
    }

    // As verify matches them: the law at the site, harm where the law's breach can do harm, or what a law leads to that shows in no other way.
    private static bool Confirms(Violation violation, Diagnostic finding)
    {
        Law law = Catalogue.Law(Catalogue.FindRule(finding.Id)!.Law);
        bool harm = violation.Law.StartsWith("harm.", StringComparison.Ordinal) && law.Strongest == Evidence.Harm;
        return Sites(finding).Contains(violation.Site?.ToString()) && (violation.Law == law.Id || harm || law.Shown == Shown.ThroughOperation);
    }

    private static string[] Sites(Diagnostic finding) =>
        [finding.Properties[Fingerprint.SiteProperty]!, .. finding.Properties.GetValueOrDefault(Fingerprint.EndsProperty)?.Split('\n') ?? []];

    private static IEnumerable<FindingTarget> Targets(Diagnostic finding) =>
        Sites(finding).Select(site => new FindingTarget(finding.Properties[Fingerprint.LawProperty]!, site, finding.Properties[Fingerprint.Property]!));

    private static CSharpCompilation Compile(RealBug bug, Func<RealBug, string> side)
    {
        string code = Usings + Markup.Parse(side(bug), bug.Rule).Code;
        CSharpCompilation compilation = TestCompilation.Of([code, Usings + bug.Scenario])
            .AddReferences(MetadataReference.CreateFromFile(typeof(IScenario).Assembly.Location))
            .WithAssemblyName(bug.Name);
        TestCompilation.MustCompile(compilation);
        return compilation;
    }

    private static IReadOnlyList<Violation> Explore(RealBug bug, CSharpCompilation program, params IReadOnlyList<Diagnostic> findings)
    {
        using var image = new MemoryStream();
        Assert.True(program.Emit(image).Success);
        image.Position = 0;
        var context = new AssemblyLoadContext(program.AssemblyName, isCollectible: true);
        try
        {
            Assembly assembly = context.LoadFromStream(image);
            Type scenario = assembly.GetType("Scenario", throwOnError: true)!;
            ExplorationOutcome outcome = Explorer.Explore(
                ScenarioType.From(program.AssemblyName!, () => (IScenario)Activator.CreateInstance(scenario)!),
                new ExplorationOptions { Strategy = "exhaustive", Memory = bug.Memory, Time = TimeSpan.FromMinutes(1), Targets = [.. findings.SelectMany(Targets)] });
            Assert.Null(outcome.NonDeterminism);
            Assert.True(outcome.Violations.Count > 0 || outcome.Summary.Exhaustive, "not everything was explored");
            return [.. outcome.Violations.Select(found => found.Violation)];
        }
        finally
        {
            context.Unload();
        }
    }
}
