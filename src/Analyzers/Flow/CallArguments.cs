using System.Collections;
using System.Collections.Generic;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace IrqSafety.Analyzers.Flow;

/// <summary>The values of the arguments of a call, by parameter, in the order in which they are evaluated: a handful, so that they are looked through.</summary>
internal sealed class CallArguments : IReadOnlyDictionary<string, Value?>
{
    private readonly (string Parameter, Value? Value, SyntaxNode? Syntax)[] _entries;

    private CallArguments((string, Value?, SyntaxNode?)[] entries, int count)
    {
        _entries = entries;
        Count = count;
    }

    /// <summary>Room for the arguments of a call, to be added one by one.</summary>
    public static CallArguments For(ImmutableArray<IArgumentOperation> arguments) => arguments.IsEmpty ? None : new(new (string, Value?, SyntaxNode?)[arguments.Length], 0);

    /// <summary>No arguments.</summary>
    public static CallArguments None { get; } = new([], 0);

    /// <inheritdoc/>
    public int Count { get; private set; }

    /// <inheritdoc/>
    public IEnumerable<string> Keys
    {
        get
        {
            for (int i = 0; i < Count; i++)
            {
                yield return _entries[i].Parameter;
            }
        }
    }

    /// <inheritdoc/>
    public IEnumerable<Value?> Values
    {
        get
        {
            for (int i = 0; i < Count; i++)
            {
                yield return _entries[i].Value;
            }
        }
    }

    /// <summary>The first argument that is written; null when none is.</summary>
    public SyntaxNode? FirstWritten
    {
        get
        {
            for (int i = 0; i < Count; i++)
            {
                if (_entries[i].Syntax is { } written)
                {
                    return written;
                }
            }

            return null;
        }
    }

    /// <inheritdoc/>
    public Value? this[string key] => TryGetValue(key, out Value? value) ? value : throw new KeyNotFoundException();

    /// <inheritdoc/>
    public bool ContainsKey(string key) => Find(key) >= 0;

    /// <inheritdoc/>
    public bool TryGetValue(string key, out Value? value)
    {
        int at = Find(key);
        value = at >= 0 ? _entries[at].Value : null;
        return at >= 0;
    }

    /// <summary>The argument for a parameter as written; null when it is not.</summary>
    public SyntaxNode? SyntaxOf(string parameter) => Find(parameter) is >= 0 and var at ? _entries[at].Syntax : null;

    /// <summary>An argument is evaluated.</summary>
    public void Add(IParameterSymbol parameter, IArgumentOperation argument, Value? value)
    {
        int at = Find(parameter.Name);
        _entries[at >= 0 ? at : Count++] = (parameter.Name, value, argument.IsImplicit ? null : argument.Value.Syntax);
    }

    /// <summary>What is the same in both: the value of an argument that differs is not known.</summary>
    public CallArguments Common(CallArguments other)
    {
        CallArguments common = this;
        for (int i = 0; i < Count; i++)
        {
            if (!Equals(_entries[i].Value, other._entries[i].Value))
            {
                common = common == this ? new(((string, Value?, SyntaxNode?)[])_entries.Clone(), Count) : common;
                common._entries[i].Value = null;
            }
        }

        return common;
    }

    /// <summary>The arguments, with their parameters.</summary>
    public Enumerator GetEnumerator() => new(this);

    IEnumerator<KeyValuePair<string, Value?>> IEnumerable<KeyValuePair<string, Value?>>.GetEnumerator()
    {
        for (int i = 0; i < Count; i++)
        {
            yield return new(_entries[i].Parameter, _entries[i].Value);
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => ((IEnumerable<KeyValuePair<string, Value?>>)this).GetEnumerator();

    private int Find(string parameter)
    {
        for (int i = 0; i < Count; i++)
        {
            if (_entries[i].Parameter == parameter)
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>Goes through the arguments without allocating.</summary>
    public struct Enumerator(CallArguments arguments)
    {
        private int _at = -1;

        /// <summary>The argument.</summary>
        public readonly KeyValuePair<string, Value?> Current => new(arguments._entries[_at].Parameter, arguments._entries[_at].Value);

        /// <summary>Goes to the next.</summary>
        public bool MoveNext() => ++_at < arguments.Count;
    }
}
