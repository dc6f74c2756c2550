using System;
using System.IO;
using System.Linq;
using System.Runtime.CompilerServices;
using IrqSafety.Rules;
using IrqSafety.Testing;
using Microsoft.CodeAnalysis;
using Xunit;

namespace IrqSafety.Analyzers.Tests.Rules;

/// <summary>What the analyzers say they report is what the catalogue and the release files say.</summary>
public sealed class DescriptorTests
{
    private static readonly DiagnosticDescriptor[] Supported = [.. AnalyzerVerifier.All.SelectMany(analyzer => analyzer.SupportedDiagnostics)];

    [Fact]
    public void Every_descriptor_is_its_rule_of_the_catalogue()
    {
        Assert.Equal(Supported.Length, Supported.Select(one => one.Id).Distinct().Count());
        Assert.All(Supported, descriptor =>
        {
            Rule rule = Catalogue.Rule(descriptor.Id);
            Assert.Equal(rule.Title, descriptor.Title.ToString());
            Assert.Equal(rule.HelpLink, descriptor.HelpLinkUri);
            Assert.Equal(rule.Tier != Tier.May, descriptor.IsEnabledByDefault);
            Assert.Equal(rule.Tier == Tier.Build, descriptor.CustomTags.Contains(WellKnownDiagnosticTags.CompilationEnd));
        });
    }

    [Fact]
    public void Release_files_list_every_rule()
    {
        string folder = Path.Combine(Path.GetDirectoryName(ThisFile())!, "../../../src/Analyzers");
        string[] released =
        [
            .. new[] { "AnalyzerReleases.Shipped.md", "AnalyzerReleases.Unshipped.md" }
                .SelectMany(file => File.ReadAllLines(Path.Combine(folder, file)))
                .Where(line => line.StartsWith("IRQ", StringComparison.Ordinal)),
        ];

        Assert.Equal(Supported.Select(one => $"{one.Id} | {one.Category} | {(one.IsEnabledByDefault ? one.DefaultSeverity : "Disabled")} | {Catalogue.Rule(one.Id).Name}").Order(), released.Order());
    }

    [Fact]
    public async System.Threading.Tasks.Task Finding_carries_its_law_site_path_and_places()
    {
        Diagnostic finding = Assert.Single(await Verify.Reported("IRQ0202", """
            class Backtrace
            {
                readonly WaitQueue first = new(), second = new();
                [RunsIn(Context.PseudoNmi)] void Handle() => Dump();
                void Dump() { if (true) { } [|second.WakeUp()|]; }
            }
            """));

        Assert.Equal(LawIds.NmiUnsafeCall, finding.Properties[Fingerprint.LawProperty]);
        Assert.Equal("M:Backtrace.Dump|M:IrqSafety.Runtime.WaitQueue.WakeUp|0", finding.Properties[Fingerprint.SiteProperty]);
        Assert.Equal(Fingerprint.Of(LawIds.NmiUnsafeCall, Site.Parse(finding.Properties[Fingerprint.SiteProperty]!)!), finding.Properties[Fingerprint.Property]);
        Assert.Equal("Handle runs in a pseudo-NMI\nHandle calls Dump\nDump calls WaitQueue.WakeUp", finding.Properties[Fingerprint.PathProperty]);
        Assert.Equal(["Handle", "Dump()"], finding.AdditionalLocations.Select(place => place.SourceTree!.ToString().Substring(place.SourceSpan.Start, place.SourceSpan.Length)));
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;

    [Fact]
    public async System.Threading.Tasks.Task A_ring_of_locks_names_the_site_of_each_of_its_ends()
    {
        Diagnostic finding = Assert.Single(await Verify.Reported("IRQ0101", """
            class Pair
            {
                private readonly RawSpinLock a = new();
                private readonly RawSpinLock b = new();
                public void First() { using (a.LockIrqSave()) using (b.Lock()) { } }
                public void Second() { using (b.LockIrqSave()) using ([|a.Lock()|]) { } }
            }
            """));

        Assert.Equal("M:Pair.Second|M:IrqSafety.Runtime.RawSpinLock.Lock|0", finding.Properties[Fingerprint.SiteProperty]);
        Assert.Equal("M:Pair.First|M:IrqSafety.Runtime.RawSpinLock.Lock|0", finding.Properties[Fingerprint.EndsProperty]);
    }
}
