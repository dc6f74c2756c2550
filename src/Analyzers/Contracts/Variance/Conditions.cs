using System.Collections.Generic;
using System.Linq;
using IrqSafety.Rules;

namespace IrqSafety.Analyzers.Contracts.Variance;

/// <summary>Conditions on arguments, as text.</summary>
internal static class Conditions
{
    /// <summary>True when both say the same.</summary>
    public static bool AreSame(When? one, When? other) => one is null ? other is null : other is not null && new HashSet<When.Term>(one.Terms).SetEquals(other.Terms);

    /// <summary>The condition as its author would write it.</summary>
    public static string Written(When when) => string.Join(" && ", when.Terms.Select(term => $"{term.Parameter} {(term.Equal ? "==" : "!=")} {term.Constant}"));

    /// <summary>The condition with other names for the parameters.</summary>
    public static When? Renamed(When? when, IReadOnlyDictionary<string, string> names) => when is not null && When.TryParse(
        string.Join(" && ", when.Terms.Select(term => $"{(names.TryGetValue(term.Parameter, out string? name) ? name : term.Parameter)} {(term.Equal ? "==" : "!=")} {term.Constant}")),
        out When? renamed,
        out _)
        ? renamed
        : when;
}
