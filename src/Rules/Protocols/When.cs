using System;
using System.Collections.Generic;

namespace IrqSafety.Rules;

/// <summary>
/// A condition on constant arguments: <c>when := term ('&amp;&amp;' term)*</c>, <c>term := parameter ('==' | '!=') constant</c>. An argument whose
/// value is not known makes both outcomes possible.
/// </summary>
public sealed class When
{
    private When(IReadOnlyList<Term> terms) => Terms = terms;

    /// <summary>The terms, all of which must hold.</summary>
    public IReadOnlyList<Term> Terms { get; }

    /// <summary>One comparison.</summary>
    public readonly struct Term(string parameter, bool equal, string constant)
    {
        /// <summary>The parameter's name.</summary>
        public string Parameter { get; } = parameter;

        /// <summary>True for <c>==</c>.</summary>
        public bool Equal { get; } = equal;

        /// <summary>The constant as written, an enum member without its type's name.</summary>
        public string Constant { get; } = constant;
    }

    /// <summary>Parses the text; on failure <paramref name="error"/> says why.</summary>
    public static bool TryParse(string? text, out When? when, out string? error)
    {
        when = null;
        error = null;
        if (string.IsNullOrWhiteSpace(text))
        {
            error = "a When condition is empty; leave it out, or write 'parameter == constant'";
            return false;
        }

        var terms = new List<Term>();
        foreach (string part in text!.Split(["&&"], StringSplitOptions.None))
        {
            bool equal = part.Contains("==");
            string[] sides = part.Split([equal ? "==" : "!="], StringSplitOptions.None);
            if (sides.Length != 2 || sides[0].Trim().Length == 0 || sides[1].Trim().Length == 0)
            {
                error = $"'{part.Trim()}' is not 'parameter == constant' or 'parameter != constant'";
                return false;
            }

            string constant = sides[1].Trim();
            terms.Add(new Term(sides[0].Trim(), equal, constant.Substring(constant.LastIndexOf('.') + 1)));
        }

        when = new When(terms);
        return true;
    }

    /// <summary>
    /// Whether the condition holds: true, false, or null when some argument is unknown. <paramref name="constantOf"/> gives an argument's
    /// constant as text (an enum member's name, <c>true</c>, <c>false</c>, a number), or null.
    /// </summary>
    public bool? Holds(Func<string, string?> constantOf)
    {
        bool? result = true;
        foreach (Term term in Terms)
        {
            string? actual = constantOf(term.Parameter);
            if (actual is null)
            {
                result = null;
            }
            else if (string.Equals(actual, term.Constant, StringComparison.Ordinal) != term.Equal)
            {
                return false;
            }
        }

        return result;
    }

    /// <summary>The same for a condition that may be absent: what has none is unconditional.</summary>
    public static bool? Met(When? when, Func<string, string?> constantOf) => when is null ? true : when.Holds(constantOf);
}
