using System;
using System.Collections.Generic;
using System.Linq;
using IrqSafety.Analyzers.Flow;

namespace IrqSafety.Analyzers.Judging;

/// <summary>The order in which people read what is found: by file, then by place in it.</summary>
internal static class SourceOrder
{
    /// <summary>In the order of the calls that are guilty.</summary>
    public static IEnumerable<TFound> InSourceOrder<TFound>(this IEnumerable<TFound> found, Func<TFound, CallEvent> call) => found
        .OrderBy(one => call(one).Operation.Syntax.SyntaxTree.FilePath, StringComparer.Ordinal)
        .ThenBy(one => call(one).Operation.Syntax.SpanStart);
}
