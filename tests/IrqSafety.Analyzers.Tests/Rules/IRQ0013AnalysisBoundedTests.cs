using System;
using System.Diagnostics;
using System.Linq;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Xunit;

namespace IrqSafety.Analyzers.Tests.Rules;

public sealed class IRQ0013AnalysisBoundedTests
{
    [Theory]
    [InlineData(5000)]
    public async Task Reported_for_a_method_of_many_branches_in_little_time(int count)
    {
        string branches = string.Concat(Enumerable.Range(0, count).Select(i => $"if (n == {i}) {{ stateLock.Acquire(); }} "));
        var watch = Stopwatch.StartNew();

        Diagnostic said = Assert.Single(await Verify.Reported("IRQ0013", $"class Branches {{ readonly RawSpinLock stateLock = new(); void [|Run|](int n) {{ {branches} }} }}"));

        Assert.Equal("'Run' was analysed only in part: it has too many branches. Split it, so that silence about it means something.", said.GetMessage(System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(DiagnosticSeverity.Info, said.Severity);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(60), $"{watch.Elapsed}");
    }

    [Fact]
    public Task Valid_for_a_large_method_that_touches_no_contract() => Verify.Valid(
        $"class Branches {{ [RunsIn(Context.HardIrq)] void Handle() => Run(1); int Run(int n) {{ {string.Concat(Enumerable.Range(0, 3000).Select(i => $"if (n == {i}) n++; "))} return n; }} }}");
}
