using System.Collections.Immutable;
using System.Linq;
using IrqSafety.Analyzers.Flow;
using IrqSafety.Rules;
using Microsoft.CodeAnalysis;

namespace IrqSafety.Analyzers.Inference;

/// <summary>What a parameter of a called body stands for in the method whose contract is inferred.</summary>
/// <param name="Text">The term there; null when it has none that means anything to a caller.</param>
/// <param name="Constant">Its constant, or null.</param>
internal readonly record struct Argument(string? Text, string? Constant);

/// <summary>When something holds, as far as it can be said in the contract of the method.</summary>
/// <param name="IsKnown">False when it depends on something that a caller cannot know.</param>
/// <param name="Holds">False when it never holds.</param>
/// <param name="Text">The condition on the method's own parameters; null when it always holds.</param>
internal readonly record struct Condition(bool IsKnown, bool Holds, string? Text);

/// <summary>What the names of a body mean in the method whose contract is inferred: the body is its own, or one that it calls.</summary>
internal sealed class Names
{
    private readonly string? _this;
    private readonly ImmutableDictionary<string, Argument> _parameters;

    private Names(string? @this, ImmutableDictionary<string, Argument> parameters)
    {
        _this = @this;
        _parameters = parameters;
    }

    /// <summary>The names of the method itself.</summary>
    public static Names Of(IMethodSymbol method) => new(
        "this",
        method.Parameters.Aggregate(ImmutableDictionary<string, Argument>.Empty, (all, one) => all.SetItem(one.Name, new Argument(Value.OfVariable(one.Name).Text, null))));

    /// <summary>As text, equal when the names mean the same.</summary>
    public string Key => $"{_this}({string.Join(",", _parameters.OrderBy(one => one.Key, System.StringComparer.Ordinal).Select(one => $"{one.Key}={one.Value.Text}:{one.Value.Constant}"))})";

    /// <summary>The names in a body that is called.</summary>
    public Names Into(CallEvent call, Body callee)
    {
        ImmutableDictionary<string, Argument> parameters = callee.IsNested ? _parameters : ImmutableDictionary<string, Argument>.Empty;
        foreach (IParameterSymbol parameter in callee.Method!.Parameters)
        {
            Value? value = call.Arguments.TryGetValue(parameter.Name, out Value? given) ? given : null;
            parameters = parameters.SetItem(parameter.Name, new Argument(value is null ? null : Translate(value.Text), value is null ? null : ConstantOf(value)));
        }

        // Of a local function "this" is that of its member; a receiver that is not known is nothing a caller knows.
        return new Names(call.Receiver is { } receiver ? Translate(receiver.Text) : callee.IsNested ? _this : null, parameters);
    }

    /// <summary>The path that a path of the body is in the method; null when callers of the method know no such thing.</summary>
    public string? Translate(string path)
    {
        if (path.IndexOfAny(['[', '*', '⟦', '?', '^', '(', ' ']) >= 0)
        {
            return null;
        }

        int end = path.IndexOf('.');
        string root = end < 0 ? path : path.Substring(0, end);
        string rest = end < 0 ? "" : path.Substring(end);
        string? known = root == "this" ? _this
            : root.StartsWith("‹", System.StringComparison.Ordinal) ? (_parameters.TryGetValue(root.Trim('‹', '›'), out Argument argument) ? argument.Text : null)
            : root;
        return known is null ? null : known + rest;
    }

    /// <summary>When the condition of a called operation holds.</summary>
    public Condition Of(When? when, CallEvent call)
    {
        ImmutableArray<string>.Builder terms = ImmutableArray.CreateBuilder<string>();
        foreach (When.Term term in when?.Terms ?? [])
        {
            Value? value = call.Arguments.TryGetValue(term.Parameter, out Value? given) ? given : null;
            if (value is null)
            {
                return default;
            }

            if (ConstantOf(value) is { } constant)
            {
                if ((constant == term.Constant) != term.Equal)
                {
                    return new Condition(IsKnown: true, Holds: false, null);
                }
            }
            else if (Translate(value.Text) is { } path && path.StartsWith("‹", System.StringComparison.Ordinal) && path.IndexOf('›') == path.Length - 1)
            {
                terms.Add($"{path.Trim('‹', '›')} {(term.Equal ? "==" : "!=")} {term.Constant}");
            }
            else
            {
                return default;
            }
        }

        return new Condition(IsKnown: true, Holds: true, terms.Count == 0 ? null : string.Join(" && ", terms));
    }

    private string? ConstantOf(Value value) => value.Constant
        ?? (value.IsVariable && _parameters.TryGetValue(value.Text.Trim('‹', '›'), out Argument argument) ? argument.Constant : null);
}
