using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using IrqSafety.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace IrqSafety.Analyzers.Findings;

/// <summary>A finding as a person is told it. It knows files and texts, and nothing of the compilation it was found in.</summary>
/// <param name="Descriptor">Of the rule.</param>
/// <param name="Location">What is underlined.</param>
/// <param name="Others">The places of the way there.</param>
/// <param name="Properties">What fixes and tools are told.</param>
/// <param name="Arguments">The arguments of the rule's message.</param>
internal sealed record ToldFinding(DiagnosticDescriptor Descriptor, Location Location, ImmutableArray<Location> Others, ImmutableDictionary<string, string?> Properties, ImmutableArray<string> Arguments)
{
    /// <summary>The arguments of a message as texts: a symbol would keep its compilation alive.</summary>
    public static ImmutableArray<string> Texts(IEnumerable<object> arguments) => [.. arguments.Select(one => Convert.ToString(one, CultureInfo.InvariantCulture) ?? "")];

    /// <summary>As a diagnostic.</summary>
    public Diagnostic ToDiagnostic() => Diagnostic.Create(Descriptor, Location, Others, Properties, [.. Arguments]);

    /// <summary>The same where each of its places stands now; null when one of them is not known any more.</summary>
    public ToldFinding? Moved(Func<Location, Location?> toNow)
    {
        if (toNow(Location) is not { } location)
        {
            return null;
        }

        ImmutableArray<Location>.Builder others = ImmutableArray.CreateBuilder<Location>(Others.Length);
        foreach (Location other in Others)
        {
            if (toNow(other) is not { } there)
            {
                return null;
            }

            others.Add(there);
        }

        ImmutableDictionary<string, string?> properties = Properties;
        foreach (string place in FixProperties.Places)
        {
            if (Properties.TryGetValue(place, out string? start) && start is not null)
            {
                if (toNow(Location.Create(Location.SourceTree!, new TextSpan(int.Parse(start, CultureInfo.InvariantCulture), 0))) is not { } there)
                {
                    return null;
                }

                properties = properties.SetItem(place, there.SourceSpan.Start.ToString(CultureInfo.InvariantCulture));
            }
        }

        return this with { Location = location, Others = others.MoveToImmutable(), Properties = properties };
    }
}
