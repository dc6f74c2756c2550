using System.Collections.Generic;
using System.Text;

namespace IrqSafety.Rules;

/// <summary>
/// The place in the program at which an operation stands, in terms that survive edits elsewhere and are the same for source and for IL:
/// never a line or a path.
/// </summary>
/// <param name="Member">Documentation ID of the containing member; lambdas and local functions add <c>~N</c>, their number within it.</param>
/// <param name="Operation">Documentation ID of the operation (original definition).</param>
/// <param name="Ordinal">Number of this call among the calls of the same operation in the same body, from 0.</param>
public sealed record Site(string Member, string Operation, int Ordinal)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Member}|{Operation}|{Ordinal}";

    /// <summary>Reads what <see cref="ToString"/> wrote; null when the text is not a site.</summary>
    public static Site? Parse(string text)
    {
        string[] parts = text.Split('|');
        return parts.Length == 3 && int.TryParse(parts[2], out int ordinal) ? new Site(parts[0], parts[1], ordinal) : null;
    }
}

/// <summary>
/// The key by which static findings and dynamic violations are matched: law, site, and the lock classes or protocol key concerned.
/// </summary>
public static class Fingerprint
{
    /// <summary>Name of the diagnostic property that carries the fingerprint.</summary>
    public const string Property = "irqsafety.fingerprint";

    /// <summary>Name of the diagnostic property that carries the law.</summary>
    public const string LawProperty = "irqsafety.law";

    /// <summary>Name of the diagnostic property that carries the site.</summary>
    public const string SiteProperty = "irqsafety.site";

    /// <summary>
    /// Name of the diagnostic property that carries the other sites of a defect that has more than one end, one a line: two locks taken in opposite
    /// orders meet at either.
    /// </summary>
    public const string EndsProperty = "irqsafety.ends";

    /// <summary>Name of the diagnostic property that carries the path, one step a line.</summary>
    public const string PathProperty = "irqsafety.path";

    /// <summary>Name of the diagnostic property that lists, one a line, the documentation IDs of what was called on the way without anything being known of it.</summary>
    public const string AssumptionsProperty = "irqsafety.assumptions";

    /// <summary>A stable 64-bit key of law, site and subjects, as 16 hexadecimal digits.</summary>
    public static string Of(string law, Site site, params IEnumerable<string> subjects)
    {
        ulong hash = 14695981039346656037;
        Add(law);
        Add(site.ToString());
        foreach (string subject in subjects)
        {
            Add(subject);
        }

        return hash.ToString("x16", System.Globalization.CultureInfo.InvariantCulture);

        // FNV-1a: the key must be the same in every process and on every machine, which string.GetHashCode is not.
        void Add(string text)
        {
            foreach (byte unit in Encoding.UTF8.GetBytes(text + "\n"))
            {
                hash = unchecked((hash ^ unit) * 1099511628211);
            }
        }
    }
}
