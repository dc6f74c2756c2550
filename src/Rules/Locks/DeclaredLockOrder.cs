using System;
using System.Collections.Generic;
using System.Linq;

namespace IrqSafety.Rules;

/// <summary>Lock classes in the order in which they are taken, outermost first, as one version of the program declares it.</summary>
/// <param name="Profile">The version.</param>
/// <param name="Classes">The classes.</param>
public sealed record LockSequence(string Profile, IReadOnlyList<string> Classes);

/// <summary>
/// The declared order of lock classes: sequences by profile, and levels. Source of the idea: the orders written down in
/// <c>arch/arm64/kvm/vgic/vgic.c</c>, which are different from version to version.
/// </summary>
/// <remarks>
/// A profile that is chosen holds. When none is, what every profile that orders two classes agrees on holds: what only some versions say decides nothing.
/// Classes that one profile puts in both orders are not ordered by it.
/// </remarks>
public sealed class DeclaredLockOrder
{
    private readonly Dictionary<string, Dictionary<string, List<string>>> _next = new(StringComparer.Ordinal);
    private readonly string[] _chosen;
    private readonly Func<string, int> _levelOf;
    private readonly HashSet<string> _classes = new(StringComparer.Ordinal);

    /// <summary>The order that these declarations make.</summary>
    /// <param name="sequences">The sequences.</param>
    /// <param name="chosen">The profiles that hold; empty for what all agree on.</param>
    /// <param name="levelOf">The declared level of a class, lowest outermost; 0 for none.</param>
    public DeclaredLockOrder(IEnumerable<LockSequence> sequences, IEnumerable<string> chosen, Func<string, int>? levelOf = null)
    {
        _chosen = [.. chosen];
        _levelOf = levelOf ?? (static _ => 0);
        foreach (LockSequence sequence in sequences)
        {
            if (!_next.TryGetValue(sequence.Profile, out Dictionary<string, List<string>>? next))
            {
                _next[sequence.Profile] = next = new(StringComparer.Ordinal);
            }

            _classes.UnionWith(sequence.Classes);
            for (int i = 1; i < sequence.Classes.Count; i++)
            {
                if (!next.TryGetValue(sequence.Classes[i - 1], out List<string>? after))
                {
                    next[sequence.Classes[i - 1]] = after = [];
                }

                after.Add(sequence.Classes[i]);
            }
        }
    }

    /// <summary>Nothing is declared.</summary>
    public static DeclaredLockOrder None { get; } = new([], []);

    /// <summary>True for a class that some declaration orders.</summary>
    public bool Speaks(string name) => Names(name) || _levelOf(name) > 0;

    /// <summary>True for a class that some sequence names.</summary>
    public bool Names(string name) => _classes.Contains(name);

    /// <summary>What says that the one class is taken before the other; null when nothing does.</summary>
    public string? Before(string first, string second)
    {
        if (first == second || !Speaks(first) || !Speaks(second))
        {
            return null;
        }

        IEnumerable<string> profiles = _chosen.Length > 0 ? _chosen.Where(_next.ContainsKey) : _next.Keys.OrderBy(name => name, StringComparer.Ordinal);
        string? declared = null;
        foreach (string profile in profiles)
        {
            string? says = Path(profile, first, second);
            bool otherwise = Path(profile, second, first) is not null;
            if (says is not null && !otherwise)
            {
                declared ??= $"{profile}: {says}";
            }
            else if (otherwise && _chosen.Length == 0)
            {
                return null;
            }
        }

        int outer = _levelOf(first);
        int inner = _levelOf(second);
        return declared ?? (outer > 0 && inner > outer ? $"level {outer} → level {inner}" : null);
    }

    // The shortest way from one to the other, for people.
    private string? Path(string profile, string from, string to)
    {
        Dictionary<string, List<string>> next = _next[profile];
        var before = new Dictionary<string, string?>(StringComparer.Ordinal) { [from] = null };
        var queue = new Queue<string>([from]);
        while (queue.Count > 0)
        {
            string at = queue.Dequeue();
            if (at == to)
            {
                var way = new List<string>();
                for (string? each = at; each is not null; each = before[each])
                {
                    way.Insert(0, LockClass.DisplayOf(each));
                }

                return string.Join(" → ", way);
            }

            foreach (string one in next.TryGetValue(at, out List<string>? after) ? after : [])
            {
                if (!before.ContainsKey(one))
                {
                    before[one] = at;
                    queue.Enqueue(one);
                }
            }
        }

        return null;
    }
}
