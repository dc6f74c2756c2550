using System.Collections.Generic;
using System.Linq;
using IrqSafety.Analyzers.Flow;
using IrqSafety.Contracts;
using IrqSafety.Rules;
using Microsoft.CodeAnalysis;

namespace IrqSafety.Analyzers.Judging;

/// <summary>A field that is touched with one lock held wherever it is touched, once its object is made.</summary>
/// <param name="Field">The field.</param>
/// <param name="Lock">The lock.</param>
/// <param name="Expression">The lock as a contract of the field names it.</param>
/// <param name="Places">Where it is touched, in source order.</param>
internal sealed record UndeclaredGuard(IFieldSymbol Field, LockReference Lock, string Expression, IReadOnlyList<DataEvent> Places);

/// <summary>
/// Finds them. All accesses must be in sight, so the field is private; it is written somewhere, and touched in more than one place. A field that two locks
/// are held for might be guarded by either, and marked accesses (<c>Volatile</c>, <c>Interlocked</c>) mean that no lock is.
/// </summary>
internal static class UndeclaredGuards
{
    private const int FewestPlaces = 2;

    /// <summary>The fields, in source order.</summary>
    public static IEnumerable<UndeclaredGuard> Find(ScopeModel model)
    {
        HashSet<ISymbol> fields = new(model.Scope.Watched.Where(field => field.DeclaredAccessibility == Accessibility.Private), SymbolEqualityComparer.Default);
        HashSet<ISymbol> excluded = new(SymbolEqualityComparer.Default);
        var places = new Dictionary<ISymbol, List<DataEvent>>(SymbolEqualityComparer.Default);
        var guards = new Dictionary<ISymbol, Dictionary<string, LockReference>>(SymbolEqualityComparer.Default);
        foreach (Body body in model.Scope.Bodies.Where(body => body.Facts(model.Scope.Contracts).Fields.Any(fields.Contains)))
        {
            foreach (DataEvent access in model.Scope.AccessesToWatched(body).Where(access => fields.Contains(access.Member.OriginalDefinition)))
            {
                ISymbol field = access.Member.OriginalDefinition;
                switch (Held(model, access))
                {
                    case null:
                        break;
                    case { Count: > 0 } held when !access.Marked:
                        Note(places, field).Add(access);
                        guards[field] = guards.TryGetValue(field, out Dictionary<string, LockReference>? before) ? before.Where(one => held.ContainsKey(one.Key)).ToDictionary(one => one.Key, one => one.Value) : held;
                        break;
                    default:
                        excluded.Add(field);
                        break;
                }
            }
        }

        foreach (IFieldSymbol field in places.Keys.OfType<IFieldSymbol>().Where(field => !excluded.Contains(field)).OrderBy(field => field.Locations[0].SourceTree?.FilePath, System.StringComparer.Ordinal).ThenBy(field => field.Locations[0].SourceSpan.Start))
        {
            List<DataEvent> at = places[field];
            if (at.Count >= FewestPlaces && at.Exists(one => one.Writes) && guards[field].Count == 1)
            {
                KeyValuePair<string, LockReference> guard = guards[field].Single();
                yield return new UndeclaredGuard(field, guard.Value, guard.Key, at);
            }
        }
    }

    /// <summary>The locks that are held at an access on every way to it, by the names that contracts of the data have for them; null when its object is only being made there.</summary>
    private static Dictionary<string, LockReference>? Held(ScopeModel model, DataEvent access)
    {
        Dictionary<string, LockReference>? all = null;
        foreach (LockVisit visit in model.Visits.Where(visit => visit.Reach.Body == access.Body && !IsOfCallersOnly(model, visit)))
        {
            foreach (DataVisit at in access.Visits.Where(at => visit.IsPossible(at.State)))
            {
                if (DataDiscipline.IsUnpublished(visit, access, at) || (at.Owner is null && DataDiscipline.IsBeingMade(visit.Reach)))
                {
                    continue;
                }

                var here = new Dictionary<string, LockReference>();
                foreach (Holding holding in visit.HeldIn(model.Scope, at.State).Where(one => one.Mode == LockMode.Exclusive || !access.Writes))
                {
                    if (holding.Lock.Class is { Name.Length: > 0, Kind: not LockKind.Scope } && Named(access.Member, at.Owner, holding.Instance) is { } expression)
                    {
                        here[expression] = holding.Lock;
                    }
                }

                all = all is null ? here : all.Where(one => here.ContainsKey(one.Key)).ToDictionary(one => one.Key, one => one.Value);
            }
        }

        return all;
    }

    // What only the type itself calls is entered as its callers enter it.
    private static bool IsOfCallersOnly(ScopeModel model, LockVisit visit) =>
        visit.Reach is { Kind: RootKind.Undeclared, Caller: null, Body: { Method: { } method } body } && (method.DeclaredAccessibility == Accessibility.Private || method.MethodKind == MethodKind.LocalFunction) && model.Scope.IsCalled(body);

    private static string? Named(ISymbol data, Value? owner, string instance)
    {
        // A static lock of the same type, or one of the same object.
        string ofType = data.ContainingType.Name + ".";
        string? path = instance.StartsWith(ofType, System.StringComparison.Ordinal) ? instance.Substring(ofType.Length)
            : !data.IsStatic && owner is not null && instance.StartsWith(owner.Text + ".", System.StringComparison.Ordinal) ? instance.Substring(owner.Text.Length + 1)
            : null;
        return path is not null && LockPath.MemberOf(data.ContainingType, path) is IFieldSymbol or IPropertySymbol ? path : null;
    }

    private static List<DataEvent> Note(Dictionary<ISymbol, List<DataEvent>> places, ISymbol field)
    {
        if (!places.TryGetValue(field, out List<DataEvent>? known))
        {
            places[field] = known = [];
        }

        return known;
    }
}
