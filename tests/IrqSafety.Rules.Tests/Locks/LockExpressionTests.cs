using System.Linq;
using Xunit;

namespace IrqSafety.Rules.Tests;

public class LockExpressionTests
{
    [Theory]
    [InlineData("this", "this")]
    [InlineData("return", "return")]
    [InlineData("desc", "desc")]
    [InlineData("desc.lock", "desc", ".lock")]
    [InlineData("Console.Lock", "Console", ".Lock")]
    [InlineData("this.rq[cpu].lock", "this", ".rq", "[cpu]", ".lock")]
    [InlineData("table[ 3 ]", "table", "[3]")]
    [InlineData("_lock", "_lock")]
    [InlineData("slab-cache", "slab-cache")]
    public void A_path_is_a_root_with_members_and_keys(string text, string root, params string[] steps)
    {
        Assert.True(LockExpression.TryParse(text, out LockExpression? expression, out string? error), error);
        Assert.Equal(root, expression!.Root);
        Assert.Equal(steps, expression.Steps.Select(step => step.IsKey ? $"[{step.Name}]" : $".{step.Name}"));
    }

    [Theory]
    [InlineData("this.rq[cpu].lock")]
    [InlineData("desc.lock")]
    [InlineData("this")]
    public void What_is_printed_is_what_was_read(string text)
    {
        Assert.True(LockExpression.TryParse(text, out LockExpression? expression, out _));
        Assert.Equal(text, expression!.ToString());
    }

    [Theory]
    [InlineData(null, "empty")]
    [InlineData("", "empty")]
    [InlineData("  ", "empty")]
    [InlineData(".lock", "does not start with a name")]
    [InlineData("3lock", "does not start with a name")]
    [InlineData("desc.", "no member name after '.' at position 5")]
    [InlineData("desc..lock", "no member name after '.' at position 5")]
    [InlineData("rq[", "no key and ']' after '[' at position 3")]
    [InlineData("rq[]", "no key and ']' after '[' at position 3")]
    [InlineData("rq[cpu", "no key and ']' after '[' at position 3")]
    [InlineData("rq[cpu]lock", "has 'l'")]
    [InlineData("desc lock", "has ' '")]
    [InlineData("desc->lock", "has '>'")]
    public void A_malformed_path_is_refused_with_a_reason(string? text, string reason)
    {
        Assert.False(LockExpression.TryParse(text, out LockExpression? expression, out string? error));
        Assert.Null(expression);
        Assert.Contains(reason, error);
    }
}
