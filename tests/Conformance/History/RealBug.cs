using System;
using System.Collections.Generic;
using System.Linq;
using IrqSafety.Rules;
using IrqSafety.Runtime;

namespace IrqSafety.Conformance.Tests.History;

/// <summary>
/// A real bug, as it was and as it was fixed. The class is named after the project, the commit that fixed it (or, where that never reached a tree, the
/// thread) and what was wrong. The code is our own, in the shape of the original; both sides differ by what the fix changed.
/// </summary>
public abstract class RealBug
{
    /// <summary>Every bug of the corpus.</summary>
    public static IReadOnlyList<RealBug> All { get; } =
    [
        .. typeof(RealBug).Assembly.GetTypes()
            .Where(type => type.IsSubclassOf(typeof(RealBug)))
            .OrderBy(type => type.Name, StringComparer.Ordinal)
            .Select(type => (RealBug)Activator.CreateInstance(type)!),
    ];

    /// <summary>The bug of this name.</summary>
    public static RealBug Of(string name) => All.Single(bug => bug.Name == name);

    /// <summary>Its name: that of the class.</summary>
    public string Name => GetType().Name;

    /// <summary>The rule that reports it; null where only a run can show it.</summary>
    public abstract string? Rule { get; }

    /// <summary>The code with the bug. What is to be reported is marked <c>[|…|]</c>, and nothing else may be; nothing at all where there is no rule.</summary>
    public abstract string AsItWas { get; }

    /// <summary>The code without it, in which nothing may be reported.</summary>
    public abstract string AsFixed { get; }

    /// <summary>
    /// A class <c>Scenario</c> that runs both: some schedule shows the bug at the site of the finding, and none shows anything in the fixed code. Null where running
    /// shows nothing.
    /// </summary>
    public virtual string? Scenario => null;

    /// <summary>The memory model that it takes to show it.</summary>
    public virtual MemoryModel Memory => MemoryModel.Sc;

    /// <summary>How strong what the scenario shows is.</summary>
    public virtual Evidence Evidence => Evidence.None;
}
