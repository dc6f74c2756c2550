using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using IrqSafety.Analyzers.Contracts;
using IrqSafety.Analyzers.Flow;
using IrqSafety.Contracts;
using IrqSafety.Rules;
using Microsoft.CodeAnalysis;

namespace IrqSafety.Analyzers.Inference;

/// <summary>What a body leaves masked or unmasked, saves into its result, or restores from a parameter.</summary>
internal sealed class MaskInference
{
    private const string Differs = "what it leaves masked differs from path to path";
    private readonly ImmutableArray<ContractClause>.Builder _clauses = ImmutableArray.CreateBuilder<ContractClause>();
    private readonly BodyResult _result;

    /// <summary>Of a body.</summary>
    public MaskInference(IMethodSymbol method, BodyResult result)
    {
        _result = result;
        MaskState[] states = [.. result.Exits.Select(exit => exit.Mask).Distinct()];
        Mask saved = SavedIn(result.Exits);
        if (saved != Mask.None)
        {
            _clauses.Add(ContractClause.Of("SavesMask", $"saves the state of {ContractText.Named(saved)}", isReason: true, ContractText.Written(saved)));
        }

        if (states.Length != 1)
        {
            Unsaid = Differs;
            return;
        }

        MaskState state = states[0];
        Mask restored = (state.Irq == MaskLevel.Unknown ? Mask.Irq : Mask.None) | (state.Nmi == MaskLevel.Unknown ? Mask.Nmi : Mask.None) | (state.Daif == MaskLevel.Unknown ? Mask.Daif : Mask.None);
        if (restored != Mask.None && !Restores(method, restored))
        {
            return;
        }

        Sets(Mask.Irq, state.Irq);
        Sets(Mask.Nmi, state.Nmi);
        Sets(Mask.Daif, state.Daif);
        Counts(Mask.Preemption, state.PreemptOff);
        Counts(Mask.SoftIrq, state.SoftIrqOff);
    }

    /// <summary>The attributes.</summary>
    public ImmutableArray<ContractClause> Clauses => _clauses.ToImmutable();

    /// <summary>Why they do not say all; null when they do.</summary>
    public string? Unsaid { get; private set; }

    // Of a guard its own attribute speaks.
    private static Mask SavedIn(IReadOnlyList<PathState> exits)
    {
        Mask[] saved = [.. exits.Select(exit => BodyAnalysis.FlagsReturnedBy(exit)?.Restores ?? Mask.None).Distinct()];
        return saved.Length == 1 ? saved[0] : Mask.None;
    }

    private bool Restores(IMethodSymbol method, Mask restored)
    {
        var sources = new HashSet<string>();
        foreach (CallEvent call in _result.Calls.Where(call => (call.Contract.RestoresMask & restored) != Mask.None && call.Before.Count > 0))
        {
            Value? flags = call.Contract.RestoresFrom is { } from && call.Arguments.TryGetValue(from, out Value? value) ? value : null;
            sources.Add(flags is { IsVariable: true } ? flags.Text : "");
        }

        IParameterSymbol? parameter = sources.Count == 1 ? method.Parameters.FirstOrDefault(one => Value.OfVariable(one.Name).Text == sources.First()) : null;
        if (parameter is null)
        {
            Unsaid = "what it leaves masked is not known";
            return false;
        }

        _clauses.Add(ContractClause.Of("RestoresMask", $"restores {ContractText.Named(restored)}", isReason: true, ContractText.Written(restored), $"From = nameof({parameter.Name})"));
        return true;
    }

    private void Sets(Mask mask, MaskLevel level)
    {
        if (level is MaskLevel.Masked or MaskLevel.Unmasked)
        {
            Add(mask, level == MaskLevel.Masked);
        }
    }

    private void Counts(Mask mask, int depth)
    {
        if (depth is 1 or -1)
        {
            Add(mask, depth == 1);
        }
        else if (depth != 0)
        {
            Unsaid = Differs;
        }
    }

    private void Add(Mask mask, bool masked) => _clauses.Add(ContractClause.Of(
        "SetsMask",
        $"returns with {ContractText.Named(mask)} {(masked ? "off" : "on")}",
        isReason: true,
        ContractText.Written(mask),
        masked ? "true" : "false"));
}
