using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace IrqSafety.Analyzers.Contracts;

/// <summary>What an exception means: <c>irqsafety.exceptions</c>.</summary>
internal enum ExceptionsOption
{
    /// <summary>One that nothing declares is a BUG() that ends the machine.</summary>
    Declared,

    /// <summary>Every call of what has no contract may throw; what follows from that is reported as possible.</summary>
    All,
}

/// <summary>What a call of something unknown means: <c>irqsafety.unknown_callees</c>.</summary>
internal enum UnknownCalleesOption
{
    /// <summary>It has no effect, and is counted as an assumption.</summary>
    Neutral,

    /// <summary>As neutral, and reported in contexts that may interrupt a softirq.</summary>
    Warn,
}

/// <summary>The options of one file.</summary>
internal sealed record FileOptions(ExceptionsOption Exceptions, UnknownCalleesOption UnknownCallees);

/// <summary>An option whose value is none of those it can have.</summary>
/// <param name="Key">The option.</param>
/// <param name="Value">Its value.</param>
/// <param name="Known">The values it can have.</param>
internal sealed record WrongOption(string Key, string Value, string Known);

/// <summary>The options of the analysis, from <c>.editorconfig</c>: for each file those of its section.</summary>
internal sealed class AnalysisOptions(AnalyzerConfigOptionsProvider provider)
{
    private const string Prefix = "irqsafety.";
    private static readonly string[] Keys = ["exceptions", "unknown_callees"];
    private readonly ConcurrentDictionary<SyntaxTree, FileOptions> _files = new();

    /// <summary>The options of a file.</summary>
    public FileOptions Of(SyntaxTree tree) => _files.TryGetValue(tree, out FileOptions? known) ? known : _files.GetOrAdd(tree, Read(tree));

    private FileOptions Read(SyntaxTree tree) => new(Read(tree, Keys[0], ExceptionsOption.Declared), Read(tree, Keys[1], UnknownCalleesOption.Neutral));

    /// <summary>The options of a file that have no meaning.</summary>
    public IEnumerable<WrongOption> Wrong(SyntaxTree tree)
    {
        if (ValueOf(tree, Keys[0]) is { } exceptions && !IsKnown<ExceptionsOption>(exceptions))
        {
            yield return new WrongOption(Prefix + Keys[0], exceptions, Known<ExceptionsOption>());
        }

        if (ValueOf(tree, Keys[1]) is { } unknown && !IsKnown<UnknownCalleesOption>(unknown))
        {
            yield return new WrongOption(Prefix + Keys[1], unknown, Known<UnknownCalleesOption>());
        }
    }

    private string? ValueOf(SyntaxTree tree, string key) =>
        provider.GetOptions(tree).TryGetValue(Prefix + key, out string? value) || provider.GlobalOptions.TryGetValue(Prefix + key, out value) ? value.Trim() : null;

    private TOption Read<TOption>(SyntaxTree tree, string key, TOption otherwise)
        where TOption : struct, Enum => ValueOf(tree, key) is { } value && IsKnown<TOption>(value) ? (TOption)Enum.Parse(typeof(TOption), value, ignoreCase: true) : otherwise;

    private static bool IsKnown<TOption>(string value) => Enum.GetNames(typeof(TOption)).Contains(value, StringComparer.OrdinalIgnoreCase);

    private static string Known<TOption>() => string.Join(" or ", Enum.GetNames(typeof(TOption)).Select(name => $"'{name.ToLowerInvariant()}'"));
}
