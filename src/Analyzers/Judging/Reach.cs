using System.Collections.Generic;
using System.Linq;
using IrqSafety.Analyzers.Flow;
using IrqSafety.Contracts;
using IrqSafety.Rules;
using Microsoft.CodeAnalysis;

namespace IrqSafety.Analyzers.Judging;

/// <summary>Why a body is known to run in a context.</summary>
internal enum RootKind
{
    /// <summary>It declares its context.</summary>
    Declared,

    /// <summary>It is handed to something that says where it runs.</summary>
    Registered,

    /// <summary>It promises to be safe from NMI, so it is judged as if it ran in one.</summary>
    Promised,

    /// <summary>It declares nothing and nobody in the scope calls it: where it matters, it is taken to run in a task, as most code does.</summary>
    Entry,

    /// <summary>Nothing is known; only what the body itself arranges counts.</summary>
    Undeclared,
}

/// <summary>One way in which a body is reached.</summary>
/// <param name="Body">The body.</param>
/// <param name="Situation">The situation at its entry.</param>
/// <param name="Kind">Why the way begins where it does.</param>
/// <param name="Registration">The registration it begins with, or null.</param>
/// <param name="Caller">The way in which the caller is reached; null at the beginning.</param>
/// <param name="Call">The call that leads here; null at the beginning.</param>
internal sealed record Reach(Body Body, Situation Situation, RootKind Kind, Registration? Registration, Reach? Caller, CallEvent? Call)
{
    /// <summary>The way, outermost first.</summary>
    public IReadOnlyList<Reach> Way
    {
        get
        {
            var way = new List<Reach>();
            for (Reach? reach = this; reach is not null; reach = reach.Caller)
            {
                way.Insert(0, reach);
            }

            return way;
        }
    }

    /// <summary>Where the way begins.</summary>
    public Reach Root => Caller?.Root ?? this;

    /// <summary>Number of calls on the way.</summary>
    public int Depth => Caller is null ? 0 : Caller.Depth + 1;

    /// <summary>The way as the end of a message: <c>, reached via Handler → Dump → Wake</c>; empty when there is no call on it.</summary>
    public string Suffix => Caller is null ? "" : ", reached via " + string.Join(" → ", Way.Select(reach => reach.Body.Name));

    /// <summary>The way, one step a line.</summary>
    public IEnumerable<string> Lines
    {
        get
        {
            Reach root = Root;
            string contexts = root.Situation.Contexts.Describe();
            if (root.Registration is { } registration)
            {
                yield return $"{registration.Body.Name} registers {root.Body.Name}";
            }

            yield return root.Kind switch
            {
                RootKind.Promised => $"{root.Body.Name} is declared safe from NMI",
                _ when root.Situation.Contexts == Context.None => $"{root.Body.Name} does not say where it runs",
                _ => $"{root.Body.Name} runs in {contexts}",
            };
            foreach (Reach step in Way.Skip(1))
            {
                yield return $"{step.Caller!.Body.Name} calls {step.Body.Name}";
            }
        }
    }

    /// <summary>The place of each of the <see cref="Lines"/>.</summary>
    public IEnumerable<Location> Locations
    {
        get
        {
            Reach root = Root;
            if (root.Registration is { } registration)
            {
                yield return registration.Operation.Syntax.GetLocation();
            }

            yield return root.Body.Location;
            foreach (Reach step in Way.Skip(1))
            {
                yield return step.Call!.Operation.Syntax.GetLocation();
            }
        }
    }
}
