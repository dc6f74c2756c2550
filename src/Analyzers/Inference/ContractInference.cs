using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using IrqSafety.Analyzers.Contracts;
using IrqSafety.Analyzers.Flow;
using IrqSafety.Contracts;
using IrqSafety.Rules;
using Microsoft.CodeAnalysis;
using Scope = IrqSafety.Analyzers.Flow.Scope;

namespace IrqSafety.Analyzers.Inference;

/// <summary>
/// Infers of one body what a contract could say to its callers, and leaves out what its declaration says. What one attribute cannot say makes the
/// contract incomplete: a caller that believes half of it would be judged wrongly.
/// </summary>
internal sealed class ContractInference
{
    private readonly Scope _scope;
    private readonly IMethodSymbol _method;
    private readonly OperationContract _declared;
    private readonly Subject _said;
    private readonly BodyResult _result;
    private readonly IReadOnlyList<InnerBody> _bodies;
    private readonly ImmutableArray<ContractClause>.Builder _clauses = ImmutableArray.CreateBuilder<ContractClause>();
    private string? _unsaid;

    private ContractInference(Scope scope, Body body, IReadOnlyList<InnerBody> bodies)
    {
        _scope = scope;
        _method = body.Method!;
        _declared = scope.Contracts.Contracts.Of(_method);
        _said = CallWalk.SubjectsOf(_declared);
        _result = scope.ResultOf(body);
        _bodies = bodies;
    }

    /// <summary>What is inferred of a body of a method; null when it was not followed to its end, or never returns.</summary>
    public static InferredContract? Of(Scope scope, Body body)
    {
        BodyResult result = scope.ResultOf(body);
        if (result.CutShort is not null || result.Exits.Count == 0 || !result.Summary.Protocols.IsEmpty || CallWalk.From(scope, body) is not { } bodies)
        {
            return null;
        }

        var inference = new ContractInference(scope, body, bodies);
        return inference.Infer(body);
    }

    private InferredContract Infer(Body body)
    {
        Contexts();
        Conditional(Subject.Blocking, "MayBlock", "may sleep", contract => contract.MayBlock);
        Conditional(Subject.Waiting, "WaitsForCpus", "waits for other CPUs", contract => contract.WaitsForCpus);
        Allocation();
        Exceptions();
        MaskNeeds();
        var masks = new MaskInference(_method, _result);
        if ((_said & Subject.Masks) == 0)
        {
            _clauses.AddRange(masks.Clauses);
            _unsaid ??= masks.Unsaid;
        }

        var locks = new LockInference(_scope, _method, _declared, _result, _bodies);
        _clauses.AddRange(locks.Clauses);
        _unsaid ??= locks.Unsaid;
        foreach (ContractClause clause in _clauses)
        {
            CheckPlace(clause);
        }

        return new InferredContract(_method, body, _clauses.ToImmutable(), locks.Aliases, _unsaid);
    }

    // Not every attribute may stand on a constructor.
    private void CheckPlace(ContractClause clause)
    {
        AttributeTargets place = _method.MethodKind == MethodKind.Constructor ? AttributeTargets.Constructor : AttributeTargets.Method;
        if (!ContractVocabulary.All.TryGetValue(clause.Attribute, out ContractShape? shape) || (!clause.Text.StartsWith("return:", StringComparison.Ordinal) && (shape.Targets & place) == 0))
        {
            _unsaid ??= $"[{clause.Attribute}] cannot stand on a constructor";
        }
    }

    /// <summary>Every call that is reached, where no contract on the way spoke of the subject.</summary>
    private IEnumerable<(InnerBody Inner, CallEvent Call)> Calls(Subject subject) =>
        from inner in _bodies
        where (inner.Said & subject) == 0
        from call in _scope.ResultOf(inner.Body).Calls
        where call.Before.Count > 0
        select (inner, call);

    private void Contexts()
    {
        if ((_said & Subject.Contexts) != 0)
        {
            return;
        }

        Context forbidden = Context.None;
        bool isReason = false;
        string? because = null;
        foreach ((InnerBody inner, CallEvent call) in Calls(Subject.Contexts))
        {
            foreach ((Context where, When? when) in call.Contract.ForbiddenIn.Select(rule => (rule.Contexts, rule.When)).Concat(call.Contract.LegalIn.Select(rule => (Context.Any & ~rule.Contexts, rule.When))))
            {
                Condition condition = inner.Names.Of(when, call);
                if (!condition.Holds || (where & ~forbidden) == Context.None)
                {
                    continue;
                }

                if (condition.Text is not null)
                {
                    _unsaid ??= $"where it is legal depends on {condition.Text}";
                    continue;
                }

                forbidden |= where;
                isReason |= !call.Contract.IsShipped;
                because ??= $"calls {call.Name}";
            }
        }

        Context legal = Context.Any & ~forbidden;
        if (forbidden == Context.None)
        {
            return;
        }

        // The shorter of the two is how its author would say it.
        _clauses.Add(legal != Context.None && ContractText.Written(legal).Length < ContractText.Written(forbidden).Length
            ? ContractClause.Of("LegalIn", $"is legal only in {ContractText.Named(legal)}", isReason, ContractText.Written(legal))
            : ContractClause.Of("ForbiddenIn", $"is not legal in {ContractText.Named(forbidden)}", isReason, ContractText.Written(forbidden), $"Because = {ContractText.Quoted(because!)}"));
    }

    private void Conditional(Subject subject, string attribute, string phrase, Func<OperationContract, Conditional?> part)
    {
        if ((_said & subject) != 0)
        {
            return;
        }

        var conditions = new SortedSet<string>(StringComparer.Ordinal);
        bool isReason = false;
        foreach ((InnerBody inner, CallEvent call) in Calls(subject))
        {
            if (part(call.Contract) is { } one && inner.Names.Of(one.When, call) is { Holds: true } condition)
            {
                conditions.Add(condition.Text ?? "");
                isReason |= !call.Contract.IsShipped;
            }
        }

        if (conditions.Contains(""))
        {
            _clauses.Add(ContractClause.Of(attribute, phrase, isReason));
        }
        else if (conditions.Count == 1)
        {
            _clauses.Add(ContractClause.Of(attribute, $"{phrase} when {conditions.Min}", isReason, ContractText.When(conditions.Min)));
        }
        else if (conditions.Count > 1)
        {
            _unsaid ??= $"that it {phrase} depends on {string.Join(" or ", conditions)}";
        }
    }

    private void Allocation()
    {
        List<CallEvent> allocating = (_said & Subject.Allocation) != 0 ? [] : [.. Calls(Subject.Allocation).Select(one => one.Call).Where(call => call.Contract.MayAllocate)];
        if (allocating.Count > 0)
        {
            _clauses.Add(ContractClause.Of("MayAllocate", "allocates memory", allocating.Exists(call => !call.Contract.IsShipped)));
        }
    }

    // What leaves with a lock held would be a leak as soon as the declaration says so.
    private void Exceptions()
    {
        if ((_said & Subject.Exceptions) == 0 && _result.Summary.Throws && _result.Thrown.All(state => state.IsMay || !state.HeldNow.Any()))
        {
            _clauses.Add(ContractClause.Of("MayThrow", "may throw", isReason: false));
        }
    }

    private void MaskNeeds()
    {
        if ((_said & Subject.MaskNeeds) != 0 || _declared.RunsIn != Context.None)
        {
            return;
        }

        Mask masked = Mask.None;
        Mask unmasked = Mask.None;
        foreach ((InnerBody inner, CallEvent call) in Calls(Subject.MaskNeeds))
        {
            foreach (PathState state in call.Before)
            {
                masked |= AsAtEntry(inner, call, state, call.Contract.RequiresMasked);
                unmasked |= AsAtEntry(inner, call, state, call.Contract.RequiresUnmasked);
            }
        }

        if ((masked & unmasked) != Mask.None)
        {
            _unsaid ??= $"it needs {ContractText.Named(masked & unmasked)} on and off";
            return;
        }

        AddNeed("RequiresMasked", masked, "off");
        AddNeed("RequiresUnmasked", unmasked, "on");
    }

    private void AddNeed(string attribute, Mask mask, string state)
    {
        if (mask != Mask.None)
        {
            _clauses.Add(ContractClause.Of(attribute, $"needs {ContractText.Named(mask)} {state}", isReason: true, ContractText.Written(mask)));
        }
    }

    // What the body masks or unmasks itself, it needs nobody for.
    private static Mask AsAtEntry(InnerBody inner, CallEvent call, PathState state, Mask wanted)
    {
        MaskState mask = inner.MaskIn(state);
        bool interrupts = mask is { Irq: MaskLevel.AsAtEntry, Nmi: MaskLevel.AsAtEntry, Daif: MaskLevel.AsAtEntry };
        Mask open = interrupts ? Mask.Irq | Mask.Nmi | Mask.Daif : Mask.None;
        open |= mask.SoftIrqOff == 0 && interrupts ? Mask.SoftIrq : Mask.None;
        open |= mask.PreemptOff == 0 && mask.SoftIrqOff == 0 && interrupts && !inner.SpinsAt(call, state) ? Mask.Preemption : Mask.None;
        return wanted & open;
    }
}
