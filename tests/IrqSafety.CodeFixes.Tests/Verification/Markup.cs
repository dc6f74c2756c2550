using System;
using System.Collections.Generic;
using System.Text;
using Microsoft.CodeAnalysis.Text;

namespace IrqSafety.CodeFixes.Tests.Verification;

/// <summary>Source with the places of findings written into it: <c>[|here|]</c>.</summary>
/// <param name="Text">The source without the marks.</param>
/// <param name="Spans">The places, in order.</param>
internal sealed record Markup(string Text, IReadOnlyList<TextSpan> Spans)
{
    public static Markup Parse(string source)
    {
        var text = new StringBuilder();
        var spans = new List<TextSpan>();
        int start = -1;
        for (int i = 0; i < source.Length; i++)
        {
            if (source.AsSpan(i).StartsWith("[|"))
            {
                start = text.Length;
                i++;
            }
            else if (start >= 0 && source.AsSpan(i).StartsWith("|]"))
            {
                spans.Add(TextSpan.FromBounds(start, text.Length));
                start = -1;
                i++;
            }
            else
            {
                text.Append(source[i]);
            }
        }

        return new Markup(text.ToString(), spans);
    }
}
