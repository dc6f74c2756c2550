using System;
using System.Collections;
using System.Collections.Generic;

namespace IrqSafety.Analyzers.Flow;

/// <summary>
/// A small immutable map, sorted by key: a state has a handful of entries in each, is copied at every step and compared at every join. The hash
/// is kept up with each change, so that states that differ are told apart without looking at them.
/// </summary>
internal sealed class PathMap<TKey, TValue> : IReadOnlyDictionary<TKey, TValue>, IEquatable<PathMap<TKey, TValue>>
    where TKey : notnull
{
    private static readonly IComparer<TKey> Order = typeof(TKey) == typeof(string) ? (IComparer<TKey>)(object)StringComparer.Ordinal : Comparer<TKey>.Default;
    private readonly KeyValuePair<TKey, TValue>[] _entries;
    private readonly int _hash;

    private PathMap(KeyValuePair<TKey, TValue>[] entries, int hash)
    {
        _entries = entries;
        _hash = hash;
    }

    /// <summary>Nothing in it.</summary>
    public static PathMap<TKey, TValue> Empty { get; } = new([], 0);

    /// <inheritdoc/>
    public int Count => _entries.Length;

    /// <summary>True when nothing is in it.</summary>
    public bool IsEmpty => _entries.Length == 0;

    /// <inheritdoc/>
    public IEnumerable<TKey> Keys
    {
        get
        {
            foreach (KeyValuePair<TKey, TValue> entry in _entries)
            {
                yield return entry.Key;
            }
        }
    }

    /// <inheritdoc/>
    public IEnumerable<TValue> Values
    {
        get
        {
            foreach (KeyValuePair<TKey, TValue> entry in _entries)
            {
                yield return entry.Value;
            }
        }
    }

    /// <inheritdoc/>
    public TValue this[TKey key] => TryGetValue(key, out TValue value) ? value : throw new KeyNotFoundException();

    /// <inheritdoc/>
    public bool ContainsKey(TKey key) => Find(key) >= 0;

    /// <inheritdoc/>
    public bool TryGetValue(TKey key, out TValue value)
    {
        int at = Find(key);
        value = at >= 0 ? _entries[at].Value : default!;
        return at >= 0;
    }

    /// <summary>With this value for the key.</summary>
    public PathMap<TKey, TValue> SetItem(TKey key, TValue value)
    {
        int at = Find(key);
        var entry = new KeyValuePair<TKey, TValue>(key, value);
        if (at >= 0)
        {
            if (EqualityComparer<TValue>.Default.Equals(_entries[at].Value, value))
            {
                return this;
            }

            var changed = (KeyValuePair<TKey, TValue>[])_entries.Clone();
            changed[at] = entry;
            return new(changed, _hash - HashOf(_entries[at]) + HashOf(entry));
        }

        at = ~at;
        var grown = new KeyValuePair<TKey, TValue>[_entries.Length + 1];
        Array.Copy(_entries, grown, at);
        grown[at] = entry;
        Array.Copy(_entries, at, grown, at + 1, _entries.Length - at);
        return new(grown, _hash + HashOf(entry));
    }

    /// <summary>Without the key.</summary>
    public PathMap<TKey, TValue> Remove(TKey key)
    {
        int at = Find(key);
        if (at < 0)
        {
            return this;
        }

        if (_entries.Length == 1)
        {
            return Empty;
        }

        var left = new KeyValuePair<TKey, TValue>[_entries.Length - 1];
        Array.Copy(_entries, left, at);
        Array.Copy(_entries, at + 1, left, at, left.Length - at);
        return new(left, _hash - HashOf(_entries[at]));
    }

    /// <summary>Without these keys.</summary>
    public PathMap<TKey, TValue> RemoveRange(IEnumerable<TKey> keys)
    {
        PathMap<TKey, TValue> left = this;
        foreach (TKey key in keys)
        {
            left = left.Remove(key);
        }

        return left;
    }

    /// <summary>Without the entries for which the condition holds.</summary>
    public PathMap<TKey, TValue> RemoveAll(Func<KeyValuePair<TKey, TValue>, bool> condition)
    {
        PathMap<TKey, TValue> left = this;
        foreach (KeyValuePair<TKey, TValue> entry in _entries)
        {
            if (condition(entry))
            {
                left = left.Remove(entry.Key);
            }
        }

        return left;
    }

    /// <summary>The entries that both have.</summary>
    public PathMap<TKey, TValue> Common(PathMap<TKey, TValue> other) => ReferenceEquals(this, other)
        ? this
        : RemoveAll(entry => !other.TryGetValue(entry.Key, out TValue value) || !EqualityComparer<TValue>.Default.Equals(value, entry.Value));

    /// <summary>The entries, in the order of their keys.</summary>
    public Enumerator GetEnumerator() => new(_entries);

    IEnumerator<KeyValuePair<TKey, TValue>> IEnumerable<KeyValuePair<TKey, TValue>>.GetEnumerator() => ((IEnumerable<KeyValuePair<TKey, TValue>>)_entries).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => _entries.GetEnumerator();

    /// <inheritdoc/>
    public bool Equals(PathMap<TKey, TValue>? other)
    {
        if (ReferenceEquals(this, other))
        {
            return true;
        }

        if (other is null || other._hash != _hash || other._entries.Length != _entries.Length)
        {
            return false;
        }

        for (int i = 0; i < _entries.Length; i++)
        {
            if (!EqualityComparer<TKey>.Default.Equals(_entries[i].Key, other._entries[i].Key) || !EqualityComparer<TValue>.Default.Equals(_entries[i].Value, other._entries[i].Value))
            {
                return false;
            }
        }

        return true;
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as PathMap<TKey, TValue>);

    /// <inheritdoc/>
    public override int GetHashCode() => _hash;

    private static int HashOf(KeyValuePair<TKey, TValue> entry) =>
        unchecked((EqualityComparer<TKey>.Default.GetHashCode(entry.Key) * 397) ^ (entry.Value is null ? 0 : EqualityComparer<TValue>.Default.GetHashCode(entry.Value)));

    // The place of the key, or the complement of where it belongs.
    private int Find(TKey key)
    {
        int low = 0;
        int high = _entries.Length - 1;
        while (low <= high)
        {
            int middle = (low + high) >> 1;
            int order = Order.Compare(_entries[middle].Key, key);
            if (order == 0)
            {
                return middle;
            }

            if (order < 0)
            {
                low = middle + 1;
            }
            else
            {
                high = middle - 1;
            }
        }

        return ~low;
    }

    /// <summary>Goes through the entries without allocating.</summary>
    public struct Enumerator(KeyValuePair<TKey, TValue>[] entries)
    {
        private int _at = -1;

        /// <summary>The entry.</summary>
        public readonly KeyValuePair<TKey, TValue> Current => entries[_at];

        /// <summary>Goes to the next.</summary>
        public bool MoveNext() => ++_at < entries.Length;
    }
}
