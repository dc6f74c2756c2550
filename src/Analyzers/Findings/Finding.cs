using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using IrqSafety.Analyzers.Flow;
using IrqSafety.Analyzers.Judging;
using IrqSafety.Rules;
using Microsoft.CodeAnalysis;

namespace IrqSafety.Analyzers.Findings;

/// <summary>What a rule reports, before it becomes a diagnostic.</summary>
/// <param name="Law">The law.</param>
/// <param name="Site">Where the guilty code stands.</param>
/// <param name="Location">What is underlined.</param>
/// <param name="Arguments">The arguments of the rule's message.</param>
internal sealed record Finding(string Law, Site Site, Location Location, params object[] Arguments)
{
    /// <summary>Lock classes or the protocol's object: part of the fingerprint.</summary>
    public IReadOnlyList<string> Subjects { get; init; } = [];

    /// <summary>The way there, one step a line.</summary>
    public IReadOnlyList<string> Path { get; init; } = [];

    /// <summary>The places of the way.</summary>
    public IReadOnlyList<Location> Locations { get; init; } = [];

    /// <summary>The other calls at which the same defect may show when the program runs.</summary>
    public IReadOnlyList<CallEvent> Ends { get; init; } = [];

    /// <summary>What was called on the way there of which nothing is known: it was taken to change nothing.</summary>
    public IReadOnlyList<string> Assumptions { get; init; } = [];

    /// <summary>What the rule tells its fix.</summary>
    public IReadOnlyDictionary<string, string?> ForFix { get; init; } = ImmutableDictionary<string, string?>.Empty;

    /// <summary>True when the finding is about its subjects wherever they meet: a ring of locks is one defect, not one for each place of it.</summary>
    public bool IsAboutSubjects { get; init; }

    /// <summary>What is wrong, so that it is reported once: the law and the place, or the law and the subjects.</summary>
    public Defect Defect => new(Law, IsAboutSubjects ? null : Location, IsAboutSubjects ? string.Join(";", Subjects) : "");

    /// <summary>A finding at a call that is reached on some way.</summary>
    public static Finding At(CallEvent call, Reach? reach, string law, params object[] arguments) => new(
        law,
        Sites.Of(call.Body, call.Operation, call.Target),
        call.Operation.Syntax.GetLocation(),
        arguments)
    {
        Path = reach is null ? [] : [.. reach.Lines, $"{reach.Body.Name} calls {call.Name}"],
        Locations = reach is null ? [] : [.. reach.Locations],
        Assumptions = [.. (reach is null ? [] : reach.Way.Select(one => one.Call).OfType<CallEvent>()).Append(call).SelectMany(one => one.Assumed).Select(one => one.Id).Distinct()],
    };

    /// <summary>A finding at an access to data that is reached on some way.</summary>
    public static Finding At(DataEvent access, Reach? reach, string law, params object[] arguments) => new(
        law,
        Sites.Of(access),
        access.Operation.Syntax.GetLocation(),
        arguments)
    {
        Path = reach is null ? [] : [.. reach.Lines, $"{reach.Body.Name} {(access.Writes ? "writes" : "reads")} {access.Display}"],
        Locations = reach is null ? [] : [.. reach.Locations],
    };

    /// <summary>As a diagnostic.</summary>
    public Diagnostic ToDiagnostic(DiagnosticDescriptor descriptor) => Told(descriptor).ToDiagnostic();

    /// <summary>As a person is told it.</summary>
    public ToldFinding Told(DiagnosticDescriptor descriptor)
    {
        ImmutableDictionary<string, string?> properties = ImmutableDictionary<string, string?>.Empty
            .Add(Fingerprint.Property, Fingerprint.Of(Law, Site, Subjects))
            .Add(Fingerprint.LawProperty, Law)
            .Add(Fingerprint.SiteProperty, Site.ToString())
            .Add(Fingerprint.PathProperty, string.Join("\n", Path))
            .Add(Fingerprint.EndsProperty, string.Join("\n", Ends.Select(end => Sites.Of(end.Body, end.Operation, end.Target)).Where(end => end != Site).Distinct()))
            .AddRange(ForFix);
        properties = Assumptions.Count == 0 ? properties : properties.Add(Fingerprint.AssumptionsProperty, string.Join("\n", Assumptions));
        return new ToldFinding(descriptor, Location, Others, properties, ToldFinding.Texts(Arguments));
    }

    // Where every step of the way has its place, the places stay in line with the steps: whoever reads them adds the finding's own to the last step only.
    private ImmutableArray<Location> Others => Locations.Count != Path.Count || Path.Count == 0 ? [.. Locations.Where(location => location != Location)]
        : Locations[Locations.Count - 1] == Location ? [.. Locations.Take(Locations.Count - 1)]
        : [.. Locations];
}

/// <summary>One thing that is wrong, whichever tier sees it.</summary>
/// <param name="Law">The law.</param>
/// <param name="Location">Where, unless it is about its subjects.</param>
/// <param name="Subjects">About what, if it is.</param>
internal readonly record struct Defect(string Law, Location? Location, string Subjects);
