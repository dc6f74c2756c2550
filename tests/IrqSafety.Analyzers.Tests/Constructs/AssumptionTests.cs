using System.Threading.Tasks;
using IrqSafety.Rules;
using Microsoft.CodeAnalysis;
using Xunit;

namespace IrqSafety.Analyzers.Tests.Constructs;

/// <summary>What is called and not known changes nothing; a finding says on what of the kind it stands.</summary>
public sealed class AssumptionTests
{
    [Fact]
    public async Task A_finding_lists_the_unknown_callees_before_it()
    {
        Diagnostic finding = Assert.Single(await Verify.Reported("IRQ0202", """
            class Handler(System.IDisposable thing)
            {
                readonly WaitQueue waiters = new();
                [RunsIn(Context.PseudoNmi)] void Handle() { thing.ToString(); Wake(); thing.GetHashCode(); }
                void Wake() { thing.Dispose(); [|waiters.WakeUp()|]; thing.Dispose(); }
            }
            """));

        Assert.Equal("M:System.Object.ToString\nM:System.IDisposable.Dispose", finding.Properties[Fingerprint.AssumptionsProperty]);
    }

    [Fact]
    public async Task A_finding_that_stands_on_contracts_alone_lists_none()
    {
        Diagnostic finding = Assert.Single(await Verify.Reported("IRQ0202", """
            class Handler { readonly WaitQueue waiters = new(); [RunsIn(Context.PseudoNmi)] void Handle() => [|waiters.WakeUp()|]; }
            """));

        Assert.DoesNotContain(Fingerprint.AssumptionsProperty, finding.Properties.Keys);
    }

}
