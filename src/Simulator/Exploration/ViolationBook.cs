using System;
using System.Collections.Generic;
using System.Linq;
using IrqSafety.Rules;

namespace IrqSafety.Simulator;

/// <summary>A broken law at a site, with the strongest evidence found and the schedule that shows it.</summary>
/// <param name="Law">The law, or the kind of harm where no law explains it.</param>
/// <param name="Site">Where; null when no user code is on the stack.</param>
/// <param name="Evidence">How strong.</param>
/// <param name="Message">What happened.</param>
/// <param name="Detail">The wait cycle or the path.</param>
/// <param name="Source">Source position, if known.</param>
/// <param name="Schedule">The schedule.</param>
public sealed record Violation(
    string Law,
    Site? Site,
    Evidence Evidence,
    string Message,
    IReadOnlyList<string> Detail,
    string? Source,
    IReadOnlyList<RecordedDecision> Schedule)
{
    internal string Key => KeyOf(Law, Site?.ToString(), Condition);

    /// <summary>The condition of the scenario that does not hold; null for all else. Each is a violation of its own, and those that fail at rest have no site that told them apart.</summary>
    internal string? Condition { get; init; }

    /// <summary>The keys of what led to the same harm, and is known to break this law with it.</summary>
    internal IReadOnlyList<string> Causes { get; init; } = [];

    /// <summary>The lock classes of a ring, which is one mistake at whichever of its places it is noticed; empty for what is about its place.</summary>
    internal IReadOnlyList<string> Subjects { get; init; } = [];

    internal static string KeyOf(string law, string? site, string? condition = null) => $"{law}|{site}|{condition}";
}

/// <summary>
/// The violations of a scenario: every distinct (law, site), and condition of the scenario, with the strongest evidence. Evidence is harm when an execution that broke the
/// law at the site ended in harm whose causes contain the site. One mistake is one violation: what another law's breach is known to break with it is not entered beside it, unless
/// a finding is about just that.
/// </summary>
internal sealed class ViolationBook(IReadOnlyList<FindingTarget> targets)
{
    private readonly Dictionary<string, Violation> _violations = [];

    /// <summary>The violations, in the order they were found.</summary>
    public IEnumerable<Violation> All => _violations.Values.Where(violation => !IsPartOfAnother(violation) && !IsAnotherPlaceOfRing(violation));

    /// <summary>True when every target is settled with the strongest evidence its law allows.</summary>
    public bool SettlesAllTargets => targets.Count > 0 && targets.GroupBy(target => target.Finding).All(ends => ends.Any(Settles));

    /// <summary>The violations that an execution with captured sites shows.</summary>
    public IEnumerable<Violation> Read(ExecutionResult result)
    {
        HarmRecord? harm = result.Harm;
        bool explained = false;
        foreach (BreachRecord breach in result.Breaches)
        {
            bool harmed = harm is not null && harm.Chain.Any(cause => IsSameCall(cause, breach.Origin));
            explained |= harmed;
            IEnumerable<BreachRecord> causes = harmed ? result.Breaches.Where(other => AlsoBreaks(other.Law, breach.Law) && harm!.Chain.Any(cause => IsSameCall(cause, other.Origin))) : [];
            foreach ((Site? site, string? source) in Sites(breach))
            {
                yield return new Violation(
                    breach.Law,
                    site,
                    harmed ? Evidence.Harm : breach.Evidence,
                    harmed ? $"{breach.Message} {harm!.Message}" : breach.Message,
                    harmed ? harm!.Detail : breach.Detail,
                    source,
                    result.Schedule)
                {
                    Subjects = breach.Subjects,
                    Causes = [.. causes.SelectMany(cause => Sites(cause).Select(place => Violation.KeyOf(cause.Law, place.Site?.ToString())))],
                };
            }
        }

        if (harm is not null && !explained)
        {
            UserCall? call = harm.Chain.Count > 0 && harm.Chain[0].Calls.Count > 0 ? harm.Chain[0].Calls[0] : null;
            var violation = new Violation(harm.Kind, call?.Site, Evidence.Harm, harm.Message, harm.Detail, call?.Source, result.Schedule);
            if (harm.Broken.Count == 0)
            {
                yield return violation;
            }

            foreach (BrokenCondition condition in harm.Broken)
            {
                yield return violation with { Message = condition.Message, Condition = condition.Name };
            }
        }
    }

    /// <summary>Enters what an execution shows. True when something is new or stronger.</summary>
    public bool Enter(ExecutionResult result)
    {
        bool entered = false;
        foreach (Violation violation in Read(result))
        {
            if (!_violations.TryGetValue(violation.Key, out Violation? known) || known.Evidence < violation.Evidence)
            {
                _violations[violation.Key] = violation;
                entered = true;
            }
        }

        return entered;
    }

    private bool Settles(FindingTarget target) =>
        _violations.TryGetValue(Violation.KeyOf(target.Law, target.Site), out Violation? found)
        && found.Evidence >= (Catalogue.FindLaw(target.Law)?.Strongest ?? Evidence.Breach);

    private bool IsPartOfAnother(Violation violation) =>
        !IsTarget(violation.Law, violation.Site)
        && _violations.Values.Any(other => other.Evidence >= violation.Evidence
            && AlsoBreaks(other.Law, violation.Law)
            && ((violation.Site is not null && other.Site == violation.Site) || violation.Causes.Contains(other.Key)));

    // The strongest of its places stands for a ring, and of those the one found first.
    private bool IsAnotherPlaceOfRing(Violation violation) =>
        violation.Subjects.Count > 0
        && !IsTarget(violation.Law, violation.Site)
        && _violations.Values.Where(other => other.Law == violation.Law && other.Subjects.SequenceEqual(violation.Subjects)).MaxBy(other => other.Evidence) != violation;

    private bool IsTarget(string law, Site? site)
    {
        string? text = site?.ToString();
        return targets.Any(target => target.Law == law && target.Site == text);
    }

    private static bool AlsoBreaks(string law, string other) => Catalogue.FindLaw(law)?.AlsoBreaks.Contains(other) == true;

    // A finding may stand at the call that the user made, deeper code of the user's in between: a target that is on the stack is the site.
    private IEnumerable<(Site? Site, string? Source)> Sites(BreachRecord breach)
    {
        bool any = false;
        foreach (UserCall call in breach.Origin.Calls)
        {
            if (IsTarget(breach.Law, call.Site))
            {
                any = true;
                yield return (call.Site, call.Source);
            }
        }

        if (!any)
        {
            UserCall? innermost = breach.Origin.Calls.Count > 0 ? breach.Origin.Calls[0] : null;
            yield return (innermost?.Site, innermost?.Source);
        }
    }

    private static bool IsSameCall(StepOrigin cause, StepOrigin breach) =>
        cause.Site is { } site ? site == breach.Site : breach.Site is null && cause.Operation == breach.Operation;
}
