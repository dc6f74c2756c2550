using System.Collections.Generic;
using System.Linq;
using Xunit;

namespace IrqSafety.Rules.Tests;

public class WhenTests
{
    [Theory]
    [InlineData("wait == true", "wait == true")]
    [InlineData(" wait==true ", "wait == true")]
    [InlineData("ipi != Ipi.CpuStop", "ipi != CpuStop")]
    [InlineData("wait == true && ipi == IrqSafety.Runtime.Ipi.CpuStopNmi", "wait == true", "ipi == CpuStopNmi")]
    public void A_condition_is_a_list_of_comparisons(string text, params string[] terms)
    {
        Assert.True(When.TryParse(text, out When? when, out string? error), error);
        Assert.Equal(terms, when!.Terms.Select(term => $"{term.Parameter} {(term.Equal ? "==" : "!=")} {term.Constant}"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("wait")]
    [InlineData("wait = true")]
    [InlineData("== true")]
    [InlineData("wait ==")]
    [InlineData("wait == true &&")]
    [InlineData("a == b == c")]
    [InlineData("a < 3")]
    public void A_malformed_condition_is_refused_with_a_reason(string? text)
    {
        Assert.False(When.TryParse(text, out When? when, out string? error));
        Assert.Null(when);
        Assert.NotNull(error);
    }

    [Theory]
    [InlineData("wait == true", "wait=true", true)]
    [InlineData("wait == true", "wait=false", false)]
    [InlineData("wait != true", "wait=false", true)]
    [InlineData("wait == true", "", null)]
    [InlineData("wait == true && ipi == CpuStop", "wait=true,ipi=CpuStop", true)]
    [InlineData("wait == true && ipi == CpuStop", "wait=true", null)]
    [InlineData("wait == true && ipi == CpuStop", "wait=false", false)]
    [InlineData("wait == true && ipi == CpuStop", "ipi=Timer", false)]
    public void An_unknown_argument_decides_only_what_the_others_leave_open(string text, string arguments, bool? expected)
    {
        Assert.True(When.TryParse(text, out When? when, out _));
        Dictionary<string, string> values = arguments.Split(',', System.StringSplitOptions.RemoveEmptyEntries)
            .Select(argument => argument.Split('='))
            .ToDictionary(pair => pair[0], pair => pair[1]);
        Assert.Equal(expected, when!.Holds(values.GetValueOrDefault));
    }
}
