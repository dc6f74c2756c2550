using System;
using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;

namespace IrqSafety.Analyzers.Contracts;

/// <summary>
/// What was read of symbols. Of those in references it is kept for as long as the reference is, so that the next compilation against the same references,
/// which an editor makes at every key, does not read it again.
/// </summary>
/// <param name="references">What is known of references; null where it holds for one compilation only.</param>
/// <param name="read">Reads a symbol.</param>
internal sealed class SymbolMap<TSymbol, TValue>(ReferenceMap<TSymbol, TValue>? references, Func<TSymbol, TValue> read)
    where TSymbol : class, ISymbol
{
    private readonly ConcurrentDictionary<TSymbol, TValue> _known = new(SymbolEqualityComparer.Default);

    /// <summary>What a symbol says, read when it is first asked for.</summary>
    public TValue Of(TSymbol symbol)
    {
        if (!_known.TryGetValue(symbol, out TValue value))
        {
            ConcurrentDictionary<TSymbol, TValue>? shared = references?.Of(symbol);
            if (shared is null)
            {
                value = read(symbol);
            }
            else if (!shared.TryGetValue(symbol, out value))
            {
                shared[symbol] = value = read(symbol);
            }

            _known[symbol] = value;
        }

        return value;
    }
}

/// <summary>What was read of the symbols of references, by the assembly that declares them.</summary>
internal sealed class ReferenceMap<TSymbol, TValue>
    where TSymbol : class, ISymbol
{
    private readonly ConditionalWeakTable<IAssemblySymbol, ConcurrentDictionary<TSymbol, TValue>> _assemblies = new();

    /// <summary>What is known of the symbols beside this one; null for a symbol of source, which the next compilation has anew.</summary>
    public ConcurrentDictionary<TSymbol, TValue>? Of(TSymbol symbol) =>
        symbol.ContainingAssembly is { } assembly and not ISourceAssemblySymbol ? _assemblies.GetValue(assembly, static _ => new(SymbolEqualityComparer.Default)) : null;
}
