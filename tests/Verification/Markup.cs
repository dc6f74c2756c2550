using System;
using System.Collections.Generic;
using System.Text;
using Microsoft.CodeAnalysis.Text;

namespace IrqSafety.Testing;

/// <summary>A place at which a test expects a diagnostic.</summary>
/// <param name="Id">The rule.</param>
/// <param name="Span">The code it underlines.</param>
public sealed record Expectation(string Id, TextSpan Span);

/// <summary>Source with marks: <c>[|code|]</c> for the rule under test, <c>{|IRQ0201:code|}</c> for a named one.</summary>
public sealed class Markup
{
    private Markup(string code, IReadOnlyList<Expectation> expected)
    {
        Code = code;
        Expected = expected;
    }

    /// <summary>The code without its marks.</summary>
    public string Code { get; }

    /// <summary>What is expected, in the order of the marks' ends.</summary>
    public IReadOnlyList<Expectation> Expected { get; }

    /// <summary>Reads marked source.</summary>
    /// <param name="source">The source.</param>
    /// <param name="id">The rule under test; null when unnamed marks are not allowed.</param>
    /// <exception cref="VerificationException">A mark is not closed, or unnamed without a rule under test.</exception>
    public static Markup Parse(string source, string? id)
    {
        ArgumentNullException.ThrowIfNull(source);
        var code = new StringBuilder(source.Length);
        var open = new Stack<(string Id, int Start, string Close)>();
        var expected = new List<Expectation>();
        for (int i = 0; i < source.Length; i++)
        {
            if (At("[|"))
            {
                open.Push((id ?? throw new VerificationException("an unnamed mark needs a rule under test"), code.Length, "|]"));
                i++;
            }
            else if (At("{|") && source.IndexOf(':', i) is var colon and > 0)
            {
                open.Push((source[(i + 2)..colon], code.Length, "|}"));
                i = colon;
            }
            else if (open.Count > 0 && At(open.Peek().Close))
            {
                (string rule, int start, _) = open.Pop();
                expected.Add(new Expectation(rule, TextSpan.FromBounds(start, code.Length)));
                i++;
            }
            else
            {
                code.Append(source[i]);
            }

            bool At(string mark) => string.CompareOrdinal(source, i, mark, 0, mark.Length) == 0;
        }

        return open.Count == 0 ? new Markup(code.ToString(), expected) : throw new VerificationException("a mark is not closed");
    }
}

/// <summary>What was found is not what the test expects.</summary>
/// <param name="message">Both, side by side.</param>
public sealed class VerificationException(string message) : Exception(message);
