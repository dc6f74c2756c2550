using System;
using System.Collections.Generic;
using System.Linq;

namespace IrqSafety.Rules;

/// <summary>Every law and every rule, in one place: analyzers, fixes, simulator, documentation and <c>explain</c> read it.</summary>
public static class Catalogue
{
    /// <summary>The laws, by identifier.</summary>
    public static IReadOnlyList<Law> Laws { get; } = [.. Family00Contracts.Laws, .. Family01Locks.Laws, .. Family02Nmi.Laws, .. Family03Masking.Laws, .. Family03Gic.Laws, .. Family08Ipi.Laws];

    /// <summary>The rules, by ID.</summary>
    public static IReadOnlyList<Rule> Rules { get; } = [.. Family00Contracts.Rules, .. Family01Locks.Rules, .. Family02Nmi.Rules, .. Family03Masking.Rules.Concat(Family03Gic.Rules).OrderBy(rule => rule.Id, StringComparer.Ordinal), .. Family08Ipi.Rules];

    /// <summary>The law of this identifier.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static Law Law(string id) => FindLaw(id) ?? throw new ArgumentException($"there is no law '{id}'", nameof(id));

    /// <summary>The rule of this ID.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static Rule Rule(string id) => FindRule(id) ?? throw new ArgumentException($"there is no rule '{id}'", nameof(id));

    /// <summary>The law of this identifier, or null.</summary>
    public static Law? FindLaw(string id) => Laws.FirstOrDefault(law => string.Equals(law.Id, id, StringComparison.OrdinalIgnoreCase));

    /// <summary>The rule of this ID, or null.</summary>
    public static Rule? FindRule(string id) => Rules.FirstOrDefault(rule => string.Equals(rule.Id, id, StringComparison.OrdinalIgnoreCase));

    /// <summary>The rules that report a law.</summary>
    public static IEnumerable<Rule> RulesOf(string law) => Rules.Where(rule => rule.Law == law);
}
