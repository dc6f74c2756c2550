using Xunit;

namespace IrqSafety.Rules.Tests;

public class ArgumentConstraintTests
{
    [Theory]
    [InlineData(ArgumentRule.RejectsFlag, 0x80, 0, 0x80, true)]
    [InlineData(ArgumentRule.RejectsFlag, 0x80, 0, 0x480, true)]
    [InlineData(ArgumentRule.RejectsFlag, 0x80, 0, 0x400, false)]
    // Half of a flag that is a combination is not the flag.
    [InlineData(ArgumentRule.RejectsFlag, 0xC0, 0, 0x80, false)]
    [InlineData(ArgumentRule.RequiresFlag, 0x400, 0, 0x480, false)]
    [InlineData(ArgumentRule.RequiresFlag, 0x400, 0, 0x80, true)]
    [InlineData(ArgumentRule.Range, 0, 15, 0, false)]
    [InlineData(ArgumentRule.Range, 0, 15, 15, false)]
    [InlineData(ArgumentRule.Range, 0, 15, 16, true)]
    [InlineData(ArgumentRule.Range, 0, 15, -1, true)]
    public void Refuses(ArgumentRule rule, long minimum, long maximum, long value, bool refused) =>
        Assert.Equal(refused, new ArgumentConstraint(rule, "flags", "Flag", minimum, maximum, null).Refuses(value));
}
