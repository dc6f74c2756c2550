using System.Threading.Tasks;
using IrqSafety.Testing;
using Xunit;

namespace IrqSafety.Analyzers.Tests.Rules;

public sealed class IRQ0014UnknownOptionTests
{
    [Fact]
    public Task Reported_once_for_a_value_that_means_nothing() => AnalyzerVerifier.Verify(
        "IRQ0014",
        ["[|using|] IrqSafety.Contracts; class C { }", "class D { }"],
        ["The option 'irqsafety.exceptions' is set to 'everything', which means nothing and is ignored. Use 'declared' or 'all'."],
        config: TestConfig.Of("irqsafety.exceptions = everything", "irqsafety.unknown_callees = Warn"),
        cancellation: TestContext.Current.CancellationToken);

    [Fact]
    public Task Valid_values_in_any_case() => Verify.ReportedWith("IRQ0014", ["irqsafety.exceptions = ALL", "irqsafety.unknown_callees = neutral"], "class C { }");
}
